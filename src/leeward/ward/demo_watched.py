"""Made-up people who need watching, asking or calling. Every one is synthetic; nothing is about anybody."""

from __future__ import annotations

from leeward.ward.demo_words import (
    BUPRENORPHINE,
    DAYS,
    HOURS,
    LIVER_AND_KIDNEY,
    NO_SUICIDAL_THOUGHTS,
    NOTHING_ELSE,
)
from leeward.ward.plans import DueAfter, FollowUpTold, Line
from leeward.ward.story import OTHER_NURSE, PHARMACIST, Story


def sedated_and_breathing_slowly(story: Story) -> None:
    """Methadone for withdrawal, alprazolam of one's own on top: hard to wake, 8 breaths a minute."""
    story.admit(
        9 * HOURS,
        "Pretend, Pat",
        place="ED 2",
        setting="emergency",
        jurisdiction="US-PA",
        by=OTHER_NURSE,
        patient={"age": 52, "sex": "male", "weight_kg": 70, "opioid_naive": "no"},
        goals=["symptom-relief"],
        allergies=[],
        conditions=[{"name": "opioid use disorder"}, {"name": "chronic obstructive pulmonary disease"}],
        exposures=[
            {
                "substance": "fentanyl-illicit",
                "amount": {"value": 14, "unit": "bag", "per": "day"},
                "route": "intranasal",
                "duration": {"value": 5, "unit": "year"},
                "last_use": story.between(21 * HOURS, 19 * HOURS),
                "prescribed": "no",
                "supply": {"adulterants": ["medetomidine"]},
            },
        ],
    )
    story.seen(520, OTHER_NURSE, pulse=112, systolic=152, diastolic=92, breaths=18, oxygen=95, temperature=37.2, rass=1)  # fmt: skip
    story.cows(515, (2, 2, 1, 1, 2, 1, 2, 2, 1, 2, 0), OTHER_NURSE)
    story.electrocardiogram(500, 452, OTHER_NURSE)
    story.dose(480, "methadone", "20 mg", "oral", OTHER_NURSE)
    story.cows(360, (2, 1, 1, 1, 1, 1, 2, 2, 1, 1, 0), OTHER_NURSE)
    story.dose(350, "methadone", "20 mg", "oral", OTHER_NURSE)
    story.seen(240, pulse=84, systolic=122, diastolic=76, breaths=14, oxygen=94, rass=-1)
    story.cows(235, (1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0))
    story.seen(70, pulse=72, systolic=112, diastolic=68, breaths=11, oxygen=92, rass=-2)
    story.tell(60, "medicine", {"name": "alprazolam", "dose": "2 mg at night", "last_taken": story.instant(150), "verified": "a visitor"})  # fmt: skip
    story.tell(60, "exposure", {"substance": "benzodiazepine", "last_use": story.instant(150), "prescribed": "yes"})
    story.note(58, "Visitor says that Pat took alprazolam of his own about an hour and a half ago.")
    story.seen(6, pulse=64, systolic=104, diastolic=62, breaths=8, oxygen=87, rass=-4)


def pregnant_with_kratom(story: Story) -> None:
    """22 weeks pregnant, kratom leaf, in withdrawal; a consent for the clinic that looks after the pregnancy."""
    story.admit(
        20 * HOURS,
        "Invented, Ines",
        place="Maternity 3",
        setting="inpatient",
        jurisdiction="US-UT",
        patient={
            "age": 29,
            "sex": "female",
            "pregnant": "yes",
            "gestation_weeks": 22,
            "breastfeeding": "no",
            "weight_kg": 72,
            "opioid_naive": "no",
        },
        goals=["start-treatment"],
        allergies=[],
        doses=[],
        medicines=[{"name": "prenatal vitamins"}],
        conditions=[{"name": "kratom use disorder"}, *LIVER_AND_KIDNEY],
        exposures=[
            {
                "substance": "kratom-leaf",
                "amount": "unknown",
                "route": "oral",
                "duration": {"value": 2, "unit": "year"},
                "last_use": story.instant(24 * HOURS),
                "prescribed": "no",
            }
        ],
    )
    story.consent(19 * HOURS, "Bay women's clinic (made up)", days=90)
    story.seen(1170, OTHER_NURSE, pulse=96, systolic=116, diastolic=72, breaths=16, oxygen=99, temperature=36.8, rass=0)
    story.cows(1165, (1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0), OTHER_NURSE)
    story.electrocardiogram(1100, 431, OTHER_NURSE)
    story.cows(420, (2, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0))
    story.found(65, contractions="no", vaginal_bleeding="no", decreased_fetal_movement="no", delirium_cam="negative", **dict.fromkeys(NOTHING_ELSE, "no"))  # fmt: skip
    story.seen(62, pulse=106, systolic=122, diastolic=76, breaths=18, oxygen=98, temperature=36.9, potassium=3.9, rass=0)  # fmt: skip
    story.cows(60, (2, 2, 1, 2, 1, 2, 2, 0, 1, 1, 0))
    story.write(55, "score", NO_SUICIDAL_THOUGHTS)
    story.note(50, "Worried about the baby and about being judged. Asked for the social worker; called.")


def methadone_with_a_long_qtc(story: Story) -> None:
    """Methadone 100 mg a day from a programme; QTc 512 ms, potassium low, an antibiotic that adds to it."""
    story.admit(
        3 * DAYS,
        "Specimen, Sol",
        place="5 East 1",
        setting="inpatient",
        jurisdiction="US-CA",
        patient={"age": 47, "sex": "male", "weight_kg": 78, "opioid_naive": "no"},
        goals=["continue-treatment"],
        allergies=[{"name": "sulfonamides"}],
        conditions=[{"name": "opioid use disorder"}, {"name": "cellulitis of the leg"}, *LIVER_AND_KIDNEY],
        medicines=[
            {
                "name": "methadone",
                "dose": "100 mg daily",
                "last_taken": story.instant(3 * DAYS + 90),
                "verified": "opioid treatment program by telephone",
            }
        ],
        exposures=[
            {
                "substance": "methadone",
                "amount": {"value": 100, "unit": "mg", "per": "day"},
                "doses_per_day": 1,
                "route": "oral",
                "duration": {"value": 6, "unit": "year"},
                "last_use": story.instant(3 * DAYS + 90),
                "prescribed": "yes",
            }
        ],
    )
    story.electrocardiogram(2 * DAYS + 300, 468)
    story.seen(2 * DAYS + 200, pulse=76, systolic=128, diastolic=78, breaths=15, oxygen=97, temperature=38.1, rass=0)
    story.cows(2 * DAYS + 190, (0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0))
    story.dose(2 * DAYS + 90, "methadone", "100 mg", "oral")
    story.dose(DAYS + 90, "methadone", "100 mg", "oral", OTHER_NURSE)
    story.tell(DAYS, "medicine", {"name": "levofloxacin", "dose": "750 mg daily", "last_taken": story.instant(DAYS + 200)}, by=PHARMACIST)  # fmt: skip
    story.consent(2 * DAYS, "Riverside opioid treatment program (made up)", days=30)
    story.dose(90, "methadone", "100 mg", "oral")
    story.seen(50, pulse=72, systolic=126, diastolic=78, breaths=14, oxygen=97, temperature=37.4, rass=0, potassium=3.1, magnesium=0.68)  # fmt: skip
    story.cows(48, (0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0))
    story.electrocardiogram(45, 512)
    story.found(44, chest_pain="no", syncope="no", palpitations="no", seizure="no")


def hardly_anything_charted(story: Story) -> None:
    """Just through the door with a bottle of tianeptine: nearly nothing has been asked."""
    story.admit(
        8,
        "Madeup, Max",
        place="ED hall",
        setting="emergency",
        jurisdiction="US-PA",
        by=OTHER_NURSE,
        exposures=[{"substance": "tianeptine", "product": "Zaza Red capsules", "last_use": "unknown"}],
    )
    story.seen(5, OTHER_NURSE, pulse=118)


def home_between_visits(story: Story) -> None:
    """At home after a start with buprenorphine; answered the scale by phone, and feels worse than in the morning."""
    story.admit(
        2 * DAYS,
        "Notreal, Nico",
        place="",
        setting="home",
        jurisdiction="US-NY",
        patient={"age": 26, "sex": "male", "weight_kg": 79, "opioid_naive": "no"},
        goals=["home-start", "continue-treatment"],
        allergies=[],
        medicines=[],
        conditions=[{"name": "kratom use disorder"}, *LIVER_AND_KIDNEY],
        exposures=[
            {
                "substance": "kratom-extract",
                "product": "kratom extract liquid shots, brand not known",
                "amount": "unknown",
                "doses_per_day": 4,
                "route": "oral",
                "duration": {"value": 14, "unit": "month"},
                "last_use": story.instant(3 * DAYS),
                "prescribed": "no",
            }
        ],
    )  # fmt: skip
    story.seen(2 * DAYS - 20, pulse=92, systolic=128, diastolic=80, breaths=16, oxygen=99, rass=0)
    story.cows(2 * DAYS - 25, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0))
    story.plan(
        2 * DAYS - 60,
        "plan-signed",
        "buprenorphine-standard",
        "Buprenorphine, start at home",
        [Line(what="buprenorphine-naloxone, sublingual", medicine=BUPRENORPHINE, dose="4 mg", when="twice a day", at_home=True)],
        [DueAfter(what="Telephone call", kind="other", after_minutes=3 * DAYS, from_="signing")],
        follow_up=FollowUpTold(who="Ana Reyes", where="by telephone", phone="555-0101"),
        status="acceptable",
    )  # fmt: skip
    story.dose(2 * DAYS - 70, BUPRENORPHINE, "4 mg", "sublingual")
    for ago, total in ((26 * HOURS, 21), (14 * HOURS, 17), (35, 29)):
        body = {"instrument": "sows-handelsman-16", "by": "self", "total": total}
        story.write(ago, "score", body, (f"patient:{story.patient}", "patient-self"))
