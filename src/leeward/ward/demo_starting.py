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
    buprenorphine,
    man,
    named,
    rescore,
    took,
    woman,
)
from leeward.ward.plans import FollowUpTold, Line
from leeward.ward.story import OTHER_NURSE, PHARMACIST, Story

CLINIC = "Harbour Street clinic (made up)"


def fentanyl_ready_for_a_start(story: Story) -> None:
    """Illicit fentanyl, emergency department: COWS rose to 18, everything asked, ready for a start."""
    smoked = took(
        "fentanyl-illicit", story.between(31 * HOURS, 30 * HOURS), a_day=(1, "g"), doses_per_day=8, route="smoked",
        lasting=(3, "year"), prescribed="no", supply={"adulterants": []},
    )  # fmt: skip
    story.admit(
        170, "Demo, Dana", place="ED 4", setting="emergency", jurisdiction="US-PA", by=OTHER_NURSE,
        patient=woman(34, 66), goals=["start-treatment"], medicines=[], allergies=[], doses=[], exposures=[smoked],
        conditions=[*named("opioid use disorder", "hepatitis C"), *LIVER_AND_KIDNEY],
    )  # fmt: skip
    story.urine(150, OTHER_NURSE, opiates="negative", fentanyl="positive", methadone="negative", benzodiazepines="negative")  # fmt: skip
    story.found(150, OTHER_NURSE, pregnancy_test="negative", delirium_cam="negative", **NOTHING_ELSE)
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
    leaf = took(
        "kratom-leaf", story.instant(19 * HOURS), a_day=(92, "g"), doses_per_day=6, route="oral", lasting=(4, "year"),
        product="Sunstone Organics White Vein Kratom capsules 60 count lot 119", prescribed="no",
    )  # fmt: skip
    story.admit(
        5 * HOURS, "Sample, Sam", place="3 West 12", setting="inpatient", jurisdiction="US-PA",
        patient=man(36, 81), goals=["start-treatment"], allergies=[{"name": "penicillin", "reaction": "rash"}],
        conditions=[*named("kratom use disorder"), *LIVER_AND_KIDNEY], doses=[], exposures=[leaf],
    )  # fmt: skip
    story.medicine(270, "sertraline", "100 mg daily", last_taken=26 * HOURS, verified="pharmacy record", by=PHARMACIST)
    story.seen(280, pulse=88, systolic=132, diastolic=82, breaths=16, oxygen=98, temperature=36.8, rass=0)
    story.cows(275, (1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0))
    story.found(260, delirium_cam="negative", **NOTHING_ELSE)
    story.write(255, "score", NO_SUICIDAL_THOUGHTS)
    story.electrocardiogram(200, 436)
    story.urine(190, opiates="negative", fentanyl="negative", methadone="negative", benzodiazepines="negative")
    story.cows(150, (1, 1, 1, 1, 2, 1, 2, 1, 1, 1, 0))
    story.seen(42, OTHER_NURSE, pulse=104, systolic=138, diastolic=86, breaths=16, oxygen=98, rass=0)
    story.cows(40, (2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 0), OTHER_NURSE)
    naloxone = Line(what="naloxone nasal spray", medicine="naloxone-intranasal", dose="4 mg", when="to take home", at_home=True)  # fmt: skip
    story.plan(
        25, "plan-proposed", "buprenorphine-standard", "Buprenorphine, standard-dose start",
        [buprenorphine("4 mg", hold_if=HOLD), naloxone], [rescore(), LOOK_AT_SEDATION], status="acceptable",
    )  # fmt: skip


def seven_oh_tablets_with_a_label(story: Story) -> None:
    """7-OH tablets under an FDA warning letter; answers are missing, so that the score is a range."""
    tablets = took(
        "7-hydroxymitragynine", "unknown", a_day=(360, "mg"), route="oral", lasting=(7, "month"),
        product="Hydroxie 7-OH chewable tablets 15 mg, no lot number on the pack",
    )  # fmt: skip
    story.admit(
        2 * HOURS, "Example, Eli", place="ED 7", setting="emergency", jurisdiction="US-FL", by=OTHER_NURSE,
        patient=man(43, 84, opioid_naive="unknown"), goals=["symptom-relief"], medicines=[], allergies=[], doses=[],
        exposures=[tablets],
    )  # fmt: skip
    story.seen(110, OTHER_NURSE, pulse=98, systolic=142, diastolic=88, breaths=18, oxygen=98, temperature=37.1, rass=1)
    story.cows(105, (1, 1, 3, 1, 1, 1, 3, 0, 0, 2, 0), OTHER_NURSE)
    story.urine(90, OTHER_NURSE, opiates="negative", fentanyl="negative", methadone="negative")
    story.note(80, "Brought the box along; it is in the locker. Does not remember when the last tablet was.", OTHER_NURSE)  # fmt: skip
    story.seen(35, pulse=102, systolic=144, diastolic=90, breaths=18, oxygen=98, rass=1)
    story.cows(32, (2, 1, 1, None, 1, 1, 3, None, 0, 2, None))
    story.found(30, diarrhoea="yes", vomiting="no")


def signed_start_with_a_rescore_overdue(story: Story) -> None:
    """Heroin; buprenorphine begun by a signed plan; the score an hour after the dose was not made."""
    heroin = took(
        "heroin", story.instant(22 * HOURS), a_day=(5, "bag"), doses_per_day=3, route="intranasal", lasting=(6, "year"),
        prescribed="no", supply={"adulterants": []},
    )  # fmt: skip
    story.admit(
        6 * HOURS, "Trial, Toni", place="3 West 14", setting="inpatient", jurisdiction="US-NY",
        patient=woman(41, 61), goals=["start-treatment"], allergies=[], medicines=[], exposures=[heroin],
        conditions=[*named("opioid use disorder", "asthma"), *LIVER_AND_KIDNEY],
    )  # fmt: skip
    story.seen(350, pulse=90, systolic=126, diastolic=78, breaths=16, oxygen=98, temperature=36.9, rass=0)
    story.cows(345, (1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0))
    story.found(340, pregnancy_test="negative", delirium_cam="negative", **NOTHING_ELSE)
    story.urine(330, opiates="positive", fentanyl="negative", methadone="negative", benzodiazepines="negative")
    story.electrocardiogram(300, 419)
    story.seen(105, pulse=102, systolic=134, diastolic=84, breaths=17, oxygen=98, rass=0)
    story.cows(102, (2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 0))
    story.plan(
        95, "plan-signed", "buprenorphine-standard", "Buprenorphine, standard-dose start",
        [buprenorphine("8 mg", hold_if=HOLD)], [rescore(), LOOK_AT_BREATHING, LOOK_AT_SEDATION],
        follow_up=FollowUpTold(who=CLINIC, where="12 Harbour Street", phone="555-0100"), status="recommended",
    )  # fmt: skip
    story.dose(85, BUPRENORPHINE, "8 mg", "sublingual")
    story.consent(90, CLINIC, days=180)


def precipitated_withdrawal(story: Story) -> None:
    """COWS 13 before buprenorphine 16 mg and 27 fifty minutes after."""
    smoked = took("fentanyl-illicit", story.instant(15 * HOURS), a_day=(10, "bag"), route="smoked", prescribed="no")
    story.admit(
        4 * HOURS, "Fictitious, Flo", place="3 West 15", setting="inpatient", jurisdiction="US-CT",
        patient=woman(38, 76), goals=["start-treatment", "symptom-relief"], medicines=[], exposures=[smoked],
        allergies=[{"name": "metoclopramide", "reaction": "dystonia"}],
        conditions=[*named("opioid use disorder, severe"), *LIVER_AND_KIDNEY],
    )  # fmt: skip
    story.electrocardiogram(220, 441)
    story.found(215, pregnancy_test="negative", delirium_cam="negative", seizure="no")
    story.seen(205, pulse=88, systolic=130, diastolic=80, breaths=16, oxygen=98, temperature=36.9, rass=0)
    story.cows(200, (1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0))
    story.seen(85, pulse=92, systolic=134, diastolic=84, breaths=17, oxygen=98, rass=0)
    story.cows(82, (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 0))
    story.plan(
        75, "plan-signed", "buprenorphine-high-dose", "Buprenorphine, high-dose start",
        [buprenorphine("16 mg", hold_if=HOLD_HIGH_DOSE)], [rescore(45), rescore(90), LOOK_AT_SEDATION],
        status="not-yet", reason="The person asks to begin now; told of the risk.",
    )  # fmt: skip
    story.dose(70, BUPRENORPHINE, "16 mg", "sublingual")
    story.seen(22, pulse=128, systolic=158, diastolic=94, breaths=22, oxygen=98, temperature=37.4, rass=2)
    story.cows(20, (4, 3, 3, 5, 2, 2, 3, 2, 1, 2, 0))
    story.found(18, vomiting="yes")
