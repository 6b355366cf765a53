"""Made-up people who need watching, asking or calling. Every one is synthetic; nothing is about anybody."""

from __future__ import annotations

from leeward.record.people import SELF
from leeward.ward.demo_words import (
    BUPRENORPHINE,
    DAYS,
    HOURS,
    LIVER_AND_KIDNEY,
    NO_SUICIDAL_THOUGHTS,
    NOTHING_ELSE,
    buprenorphine,
    man,
    named,
    took,
    woman,
)
from leeward.ward.plans import DueAfter, FollowUpTold
from leeward.ward.story import OTHER_NURSE, PHARMACIST, Story


def sedated_and_breathing_slowly(story: Story) -> None:
    """Methadone for withdrawal, alprazolam of one's own on top: hard to wake, 8 breaths a minute."""
    snorted = took(
        "fentanyl-illicit", story.between(21 * HOURS, 19 * HOURS), a_day=(14, "bag"), route="intranasal",
        lasting=(5, "year"), prescribed="no", supply={"adulterants": ["medetomidine"]},
    )  # fmt: skip
    story.admit(
        9 * HOURS, "Pretend, Pat", place="ED 2", setting="emergency", jurisdiction="US-PA", by=OTHER_NURSE,
        patient=man(52, 70), goals=["symptom-relief"], allergies=[], exposures=[snorted],
        conditions=named("opioid use disorder", "chronic obstructive pulmonary disease"),
    )  # fmt: skip
    story.seen(520, OTHER_NURSE, pulse=112, systolic=152, diastolic=92, breaths=18, oxygen=95, temperature=37.2, rass=1)  # fmt: skip
    story.cows(515, (2, 2, 1, 1, 2, 1, 2, 2, 1, 2, 0), OTHER_NURSE)
    story.electrocardiogram(500, 452, OTHER_NURSE)
    story.dose(480, "methadone", "20 mg", "oral", OTHER_NURSE)
    story.cows(360, (2, 1, 1, 1, 1, 1, 2, 2, 1, 1, 0), OTHER_NURSE)
    story.dose(350, "methadone", "20 mg", "oral", OTHER_NURSE)
    story.seen(240, pulse=84, systolic=122, diastolic=76, breaths=14, oxygen=94, rass=-1)
    story.cows(235, (1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0))
    story.seen(70, pulse=72, systolic=112, diastolic=68, breaths=11, oxygen=92, rass=-2)
    story.medicine(60, "alprazolam", "2 mg at night", last_taken=150, verified="a visitor")
    story.write(60, "exposure", took("benzodiazepine", story.instant(150), prescribed="yes"))
    story.note(58, "Visitor says that Pat took alprazolam of his own about an hour and a half ago.")
    story.seen(6, pulse=64, systolic=104, diastolic=62, breaths=8, oxygen=87, rass=-4)


def pregnant_with_kratom(story: Story) -> None:
    """22 weeks pregnant, kratom leaf, in withdrawal; a consent for the clinic that looks after the pregnancy."""
    leaf = took(
        "kratom-leaf", story.instant(24 * HOURS), a_day="unknown", route="oral", lasting=(2, "year"), prescribed="no"
    )
    story.admit(
        20 * HOURS, "Invented, Ines", place="Maternity 3", setting="inpatient", jurisdiction="US-UT",
        patient=woman(29, 72, pregnant="yes", gestation_weeks=22), goals=["start-treatment"], allergies=[], doses=[],
        medicines=named("prenatal vitamins"), conditions=[*named("kratom use disorder"), *LIVER_AND_KIDNEY],
        exposures=[leaf],
    )  # fmt: skip
    story.consent(19 * HOURS, "Bay women's clinic (made up)", days=90)
    story.seen(1170, OTHER_NURSE, pulse=96, systolic=116, diastolic=72, breaths=16, oxygen=99, temperature=36.8, rass=0)
    story.cows(1165, (1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0), OTHER_NURSE)
    story.electrocardiogram(1100, 431, OTHER_NURSE)
    story.cows(420, (2, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0))
    story.found(65, contractions="no", vaginal_bleeding="no", decreased_fetal_movement="no", delirium_cam="negative", **NOTHING_ELSE)  # fmt: skip
    story.seen(62, pulse=106, systolic=122, diastolic=76, breaths=18, oxygen=98, temperature=36.9, potassium=3.9, rass=0)  # fmt: skip
    story.cows(60, (2, 2, 1, 2, 1, 2, 2, 0, 1, 1, 0))
    story.write(55, "score", NO_SUICIDAL_THOUGHTS)
    story.note(50, "Worried about the baby and about being judged. Asked for the social worker; called.")


def methadone_with_a_long_qtc(story: Story) -> None:
    """Methadone 100 mg a day from a programme; QTc 512 ms, potassium low, an antibiotic that adds to it."""
    last_taken = story.instant(3 * DAYS + 90)
    methadone = {"name": "methadone", "dose": "100 mg daily", "last_taken": last_taken, "verified": "opioid treatment program by telephone"}  # fmt: skip
    swallowed = took(
        "methadone", last_taken, a_day=(100, "mg"), doses_per_day=1, route="oral", lasting=(6, "year"), prescribed="yes"
    )
    story.admit(
        3 * DAYS, "Specimen, Sol", place="5 East 1", setting="inpatient", jurisdiction="US-CA",
        patient=man(47, 78), goals=["continue-treatment"], allergies=named("sulfonamides"), medicines=[methadone],
        conditions=[*named("opioid use disorder", "cellulitis of the leg"), *LIVER_AND_KIDNEY], exposures=[swallowed],
    )  # fmt: skip
    story.electrocardiogram(2 * DAYS + 300, 468)
    story.seen(2 * DAYS + 200, pulse=76, systolic=128, diastolic=78, breaths=15, oxygen=97, temperature=38.1, rass=0)
    story.cows(2 * DAYS + 190, (0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0))
    story.dose(2 * DAYS + 90, "methadone", "100 mg", "oral")
    story.dose(DAYS + 90, "methadone", "100 mg", "oral", OTHER_NURSE)
    story.medicine(DAYS, "levofloxacin", "750 mg daily", last_taken=DAYS + 200, by=PHARMACIST)
    story.consent(2 * DAYS, "Riverside opioid treatment program (made up)", days=30)
    story.dose(90, "methadone", "100 mg", "oral")
    story.seen(50, pulse=72, systolic=126, diastolic=78, breaths=14, oxygen=97, temperature=37.4, rass=0, potassium=3.1, magnesium=0.68)  # fmt: skip
    story.cows(48, (0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0))
    story.electrocardiogram(45, 512)
    story.found(44, chest_pain="no", syncope="no", palpitations="no", seizure="no")


def hardly_anything_charted(story: Story) -> None:
    """Just through the door with a bottle of tianeptine: nearly nothing has been asked."""
    story.admit(
        8, "Madeup, Max", place="ED hall", setting="emergency", jurisdiction="US-PA", by=OTHER_NURSE,
        exposures=[took("tianeptine", "unknown", product="Zaza Red capsules")],
    )  # fmt: skip
    story.seen(5, OTHER_NURSE, pulse=118)


def home_between_visits(story: Story) -> None:
    """At home after a start with buprenorphine; answered the scale by phone, and feels worse than in the morning."""
    shots = took(
        "kratom-extract", story.instant(3 * DAYS), a_day="unknown", doses_per_day=4, route="oral", lasting=(14, "month"),
        product="kratom extract liquid shots, brand not known", prescribed="no",
    )  # fmt: skip
    story.admit(
        2 * DAYS, "Notreal, Nico", place="", setting="home", jurisdiction="US-NY",
        patient=man(26, 79), goals=["home-start", "continue-treatment"], allergies=[], medicines=[], exposures=[shots],
        conditions=[*named("kratom use disorder"), *LIVER_AND_KIDNEY],
    )  # fmt: skip
    story.seen(2 * DAYS - 20, pulse=92, systolic=128, diastolic=80, breaths=16, oxygen=99, rass=0)
    story.cows(2 * DAYS - 25, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0))
    story.plan(
        2 * DAYS - 60, "plan-signed", "buprenorphine-standard", "Buprenorphine, start at home",
        [buprenorphine("4 mg", "twice a day", at_home=True)],
        [DueAfter(what="Telephone call", kind="other", after_minutes=3 * DAYS, from_="signing")],
        follow_up=FollowUpTold(who="Ana Reyes", where="by telephone", phone="555-0101"), status="acceptable",
    )  # fmt: skip
    story.dose(2 * DAYS - 70, BUPRENORPHINE, "4 mg", "sublingual")
    for ago, total in ((26 * HOURS, 21), (14 * HOURS, 17), (35, 29)):
        body = {"instrument": "sows-handelsman-16", "by": "self", "total": total}
        story.write(ago, "score", body, (SELF, SELF))
