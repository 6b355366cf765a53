"""Made-up people about whom a start of treatment is the question. Every one is synthetic; nothing is about anybody."""

from __future__ import annotations

from leeward.ward.demo_words import (
    BUPRENORPHINE,
    HOLD,
    HOLD_HIGH_DOSE,
    HOURS,
    LIVER_AND_KIDNEY,
    LOOK_AT_BREATHING,
    LOOK_AT_SEDATION,
    NO_SUICIDAL_THOUGHTS,
    NOTHING_ELSE,
    RESCORE,
)
from leeward.ward.plans import DueAfter, FollowUpTold, Line
from leeward.ward.story import OTHER_NURSE, PHARMACIST, Story


def fentanyl_ready_for_a_start(story: Story) -> None:
    """Illicit fentanyl, emergency department: COWS rose to 18, everything asked, ready for a start."""
    story.admit(
        170,
        "Demo, Dana",
        place="ED 4",
        setting="emergency",
        jurisdiction="US-PA",
        by=OTHER_NURSE,
        patient={
            "age": 34,
            "sex": "female",
            "pregnant": "no",
            "breastfeeding": "no",
            "weight_kg": 66,
            "opioid_naive": "no",
        },
        goals=["start-treatment"],
        medicines=[],
        allergies=[],
        doses=[],
        conditions=[{"name": "opioid use disorder"}, {"name": "hepatitis C"}, *LIVER_AND_KIDNEY],
        exposures=[
            {
                "substance": "fentanyl-illicit",
                "amount": {"value": 1, "unit": "g", "per": "day"},
                "doses_per_day": 8,
                "route": "smoked",
                "duration": {"value": 3, "unit": "year"},
                "last_use": story.between(31 * HOURS, 30 * HOURS),
                "prescribed": "no",
                "supply": {"adulterants": []},
            }
        ],
    )
    story.urine(150, OTHER_NURSE, opiates="negative", fentanyl="positive", methadone="negative", benzodiazepines="negative")  # fmt: skip
    story.found(150, OTHER_NURSE, pregnancy_test="negative", delirium_cam="negative", **dict.fromkeys(NOTHING_ELSE, "no"))  # fmt: skip
    story.write(148, "score", NO_SUICIDAL_THOUGHTS, OTHER_NURSE)
    story.electrocardiogram(140, 428, OTHER_NURSE)
    story.seen(165, OTHER_NURSE, pulse=94, systolic=128, diastolic=80, breaths=16, oxygen=98, temperature=36.8, rass=0)
    story.cows(160, (1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0), OTHER_NURSE)
    story.note(120, "Slept badly for two nights. Wants to start buprenorphine today; has naloxone at home.")
    story.seen(75, pulse=104, systolic=132, diastolic=82, breaths=16, oxygen=98, rass=0)
    story.cows(72, (2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 0))
    story.seen(14, pulse=112, systolic=136, diastolic=84, breaths=18, oxygen=97, temperature=37.0, potassium=4.1, rass=1)  # fmt: skip
    story.cows(12, (2, 2, 3, 2, 1, 2, 2, 1, 1, 2, 0))


def kratom_leaf_from_a_recalled_lot(story: Story) -> None:
    """Kratom leaf, 92 g a day, from a lot that was recalled; a plan waits for a signature."""
    story.admit(
        5 * HOURS,
        "Sample, Sam",
        place="3 West 12",
        setting="inpatient",
        jurisdiction="US-PA",
        patient={"age": 36, "sex": "male", "weight_kg": 81, "opioid_naive": "no"},
        goals=["start-treatment"],
        allergies=[{"name": "penicillin", "reaction": "rash"}],
        conditions=[{"name": "kratom use disorder"}, *LIVER_AND_KIDNEY],
        doses=[],
        exposures=[
            {
                "substance": "kratom-leaf",
                "product": "Sunstone Organics White Vein Kratom capsules 60 count lot 119",
                "amount": {"value": 92, "unit": "g", "per": "day"},
                "doses_per_day": 6,
                "route": "oral",
                "duration": {"value": 4, "unit": "year"},
                "last_use": story.instant(19 * HOURS),
                "prescribed": "no",
            }
        ],
    )
    story.tell(
        270,
        "medicine",
        {
            "name": "sertraline",
            "dose": "100 mg daily",
            "last_taken": story.instant(26 * HOURS),
            "verified": "pharmacy record",
        },
        by=PHARMACIST,
    )
    story.seen(280, pulse=88, systolic=132, diastolic=82, breaths=16, oxygen=98, temperature=36.8, rass=0)
    story.cows(275, (1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0))
    story.found(260, delirium_cam="negative", **dict.fromkeys(NOTHING_ELSE, "no"))
    story.write(255, "score", NO_SUICIDAL_THOUGHTS)
    story.electrocardiogram(200, 436)
    story.urine(190, opiates="negative", fentanyl="negative", methadone="negative", benzodiazepines="negative")
    story.cows(150, (1, 1, 1, 1, 2, 1, 2, 1, 1, 1, 0))
    story.seen(42, OTHER_NURSE, pulse=104, systolic=138, diastolic=86, breaths=16, oxygen=98, rass=0)
    story.cows(40, (2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 0), OTHER_NURSE)
    story.plan(
        25,
        "plan-proposed",
        "buprenorphine-standard",
        "Buprenorphine, standard-dose start",
        [
            Line(
                what="buprenorphine-naloxone, sublingual", medicine=BUPRENORPHINE, dose="4 mg", when="now", hold_if=HOLD
            ),
            Line(
                what="naloxone nasal spray",
                medicine="naloxone-intranasal",
                dose="4 mg",
                when="to take home",
                at_home=True,
            ),
        ],
        [RESCORE, LOOK_AT_SEDATION],
        status="acceptable",
    )


def seven_oh_tablets_with_a_label(story: Story) -> None:
    """7-OH tablets under an FDA warning letter; answers are missing, so that the score is a range."""
    story.admit(
        2 * HOURS,
        "Example, Eli",
        place="ED 7",
        setting="emergency",
        jurisdiction="US-FL",
        by=OTHER_NURSE,
        patient={"age": 43, "sex": "male", "weight_kg": 84, "opioid_naive": "unknown"},
        goals=["symptom-relief"],
        medicines=[],
        allergies=[],
        doses=[],
        exposures=[
            {
                "substance": "7-hydroxymitragynine",
                "product": "Hydroxie 7-OH chewable tablets 15 mg, no lot number on the pack",
                "amount": {"value": 360, "unit": "mg", "per": "day"},
                "route": "oral",
                "duration": {"value": 7, "unit": "month"},
                "last_use": "unknown",
            }
        ],
    )
    story.seen(110, OTHER_NURSE, pulse=98, systolic=142, diastolic=88, breaths=18, oxygen=98, temperature=37.1, rass=1)
    story.cows(105, (1, 1, 3, 1, 1, 1, 3, 0, 0, 2, 0), OTHER_NURSE)
    story.urine(90, OTHER_NURSE, opiates="negative", fentanyl="negative", methadone="negative")
    story.note(80, "Brought the box along; it is in the locker. Does not remember when the last tablet was.", OTHER_NURSE)  # fmt: skip
    story.seen(35, pulse=102, systolic=144, diastolic=90, breaths=18, oxygen=98, rass=1)
    story.cows(32, (2, 1, 1, None, 1, 1, 3, None, 0, 2, None))
    story.found(30, diarrhoea="yes", vomiting="no")


def signed_start_with_a_rescore_overdue(story: Story) -> None:
    """Heroin; buprenorphine begun by a signed plan; the score an hour after the dose was not made."""
    story.admit(
        6 * HOURS,
        "Trial, Toni",
        place="3 West 14",
        setting="inpatient",
        jurisdiction="US-NY",
        patient={
            "age": 41,
            "sex": "female",
            "pregnant": "no",
            "breastfeeding": "no",
            "weight_kg": 61,
            "opioid_naive": "no",
        },
        goals=["start-treatment"],
        allergies=[],
        medicines=[],
        conditions=[{"name": "opioid use disorder"}, {"name": "asthma"}, *LIVER_AND_KIDNEY],
        exposures=[
            {
                "substance": "heroin",
                "amount": {"value": 5, "unit": "bag", "per": "day"},
                "doses_per_day": 3,
                "route": "intranasal",
                "duration": {"value": 6, "unit": "year"},
                "last_use": story.instant(22 * HOURS),
                "prescribed": "no",
                "supply": {"adulterants": []},
            }
        ],
    )
    story.seen(350, pulse=90, systolic=126, diastolic=78, breaths=16, oxygen=98, temperature=36.9, rass=0)
    story.cows(345, (1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0))
    story.found(340, pregnancy_test="negative", delirium_cam="negative", **dict.fromkeys(NOTHING_ELSE, "no"))
    story.urine(330, opiates="positive", fentanyl="negative", methadone="negative", benzodiazepines="negative")
    story.electrocardiogram(300, 419)
    story.seen(105, pulse=102, systolic=134, diastolic=84, breaths=17, oxygen=98, rass=0)
    story.cows(102, (2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 0))
    story.plan(
        95,
        "plan-signed",
        "buprenorphine-standard",
        "Buprenorphine, standard-dose start",
        [
            Line(
                what="buprenorphine-naloxone, sublingual", medicine=BUPRENORPHINE, dose="8 mg", when="now", hold_if=HOLD
            )
        ],
        [RESCORE, LOOK_AT_BREATHING, LOOK_AT_SEDATION],
        follow_up=FollowUpTold(
            who="Harbour Street clinic (made up)", where="12 Harbour Street", phone="555-0100"
        ),
        status="recommended",
    )  # fmt: skip
    story.dose(85, BUPRENORPHINE, "8 mg", "sublingual")
    story.consent(90, "Harbour Street clinic (made up)", days=180)


def precipitated_withdrawal(story: Story) -> None:
    """COWS 13 before buprenorphine 16 mg and 27 fifty minutes after."""
    story.admit(
        4 * HOURS,
        "Fictitious, Flo",
        place="3 West 15",
        setting="inpatient",
        jurisdiction="US-CT",
        patient={
            "age": 38,
            "sex": "female",
            "pregnant": "no",
            "breastfeeding": "no",
            "weight_kg": 76,
            "opioid_naive": "no",
        },
        goals=["start-treatment", "symptom-relief"],
        medicines=[],
        allergies=[{"name": "metoclopramide", "reaction": "dystonia"}],
        conditions=[{"name": "opioid use disorder, severe"}, *LIVER_AND_KIDNEY],
        exposures=[
            {
                "substance": "fentanyl-illicit",
                "amount": {"value": 10, "unit": "bag", "per": "day"},
                "route": "smoked",
                "last_use": story.instant(15 * HOURS),
                "prescribed": "no",
            }
        ],
    )
    story.electrocardiogram(220, 441)
    story.found(215, pregnancy_test="negative", delirium_cam="negative", seizure="no")
    story.seen(205, pulse=88, systolic=130, diastolic=80, breaths=16, oxygen=98, temperature=36.9, rass=0)
    story.cows(200, (1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0))
    story.seen(85, pulse=92, systolic=134, diastolic=84, breaths=17, oxygen=98, rass=0)
    story.cows(82, (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 0))
    story.plan(
        75,
        "plan-signed",
        "buprenorphine-high-dose",
        "Buprenorphine, high-dose start",
        [
            Line(
                what="buprenorphine-naloxone, sublingual",
                medicine=BUPRENORPHINE,
                dose="16 mg",
                when="now",
                hold_if=HOLD_HIGH_DOSE,
            )
        ],
        [
            DueAfter(what="COWS", kind="score", of="cows", after_minutes=45, from_="dose"),
            DueAfter(what="COWS", kind="score", of="cows", after_minutes=90, from_="dose"),
            LOOK_AT_SEDATION,
        ],
        status="not-yet",
        reason="The person asks to begin now; told of the risk.",
    )
    story.dose(70, BUPRENORPHINE, "16 mg", "sublingual")
    story.seen(22, pulse=128, systolic=158, diastolic=94, breaths=22, oxygen=98, temperature=37.4, rass=2)
    story.cows(20, (4, 3, 3, 5, 2, 2, 3, 2, 1, 2, 0))
    story.found(18, vomiting="yes")
