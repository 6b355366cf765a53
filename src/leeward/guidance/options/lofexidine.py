"""Lofexidine by its label.

| rule | what it asks | source |
|---|---|---|
| A2-01..13 | what every alpha-2 agonist asks | alpha2.py |
| LOF-01 | no allergy | label |
| LOF-02 | no second alpha-2 agonist | consensus of sources: not without intensive-care monitoring |
| LOF-03 | no congenital long QT | label |
| LOF-04 | no QTc above 500 ms | Chou 2014 for the limit; the label says avoid congenital long QT only |
| LOF-05 | no severe coronary, cerebrovascular disease or marked bradycardia | label |
| LOF-06 | liver: one row of the dose table | label |
| LOF-07 | kidneys: one row of the dose table | label |
| LOF-08 | chronic kidney disease: the label doses it and says avoid | label, both shown |
| LOF-09 | ECG with heart failure, slow rhythm, liver, kidney or other QT medicines | label |
| LOF-10 | CYP2D6 inhibitors, kratom included | label section 7 (recalled); kratom in vitro only |
| LOF-11 | oral naltrexone two hours apart | label 7.2 (recalled) |
| LOF-12 | low potassium is corrected first | label |
| LOF-13 | doses given count toward the day | label |
| LOF-14 | QTc from 450 ms: ECG monitoring | label; Chou 2014 for the limit |

The two rows are never averaged: the lower one holds. A liver or kidney disease that was looked for and is absent counts
as a normal organ where its number is not known; the number wins where there is one.
"""

from __future__ import annotations

from math import floor

import msgspec

from leeward.guidance.assessment import Amount, Proposal, ProposalStep
from leeward.guidance.lookup import lookup
from leeward.guidance.option import Option
from leeward.guidance.options.alpha2 import ALPHA2_RULES, another_alpha2, band, in_caution_band, instead_of_agonists
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, GATE, rule
from leeward.knowledge.entries import DoseText, Row
from leeward.model.truth import Truth, known

LIVER = ("lofexidine-by-child-pugh", "child-pugh", "liver-disease", "liver")
KIDNEY = ("lofexidine-by-egfr", "egfr", "kidney-disease", "kidneys")

DECIMALS = 6
"""Enough to take the noise of binary fractions out of a count of tablets."""


@rule("LOF-01", "An allergy to lofexidine is recorded", AVOID, sources=("lof-rxr",))
def allergic(picture: Picture) -> Truth:
    """A recorded allergy or intolerance."""
    return picture.allergic_to("lofexidine")


@rule(
    "LOF-02",
    "Another alpha-2 agonist is on board: no two together outside intensive care",
    AVOID,
    sources=("consensus-alpha2-combination",),
)
def second_alpha2(picture: Picture) -> Truth:
    """Clonidine, tizanidine, dexmedetomidine, guanfacine or methyldopa taken or given."""
    return another_alpha2(picture, "lofexidine")


@rule("LOF-03", "Congenital long QT syndrome", AVOID, sources=("lof-rxr", "lof-pp"))
def congenital_long_qt(picture: Picture) -> Truth:
    """The label says avoid."""
    return picture.has("long-qt-congenital")


@rule("LOF-04", "The QTc is above the limit", AVOID, sources=("lof-ae", "lucemyra-hcp"))
def qtc_too_long(picture: Picture) -> Truth:
    """Lofexidine lengthens the QTc; an unknown QTc is asked for, since learning it must not overturn the answer."""
    return picture.reading("qtc") > picture.limit("qtc-very-long")


@rule(
    "LOF-05",
    "Severe coronary insufficiency, recent infarction, cerebrovascular disease or marked bradycardia",
    AVOID,
    sources=("lof-rxr", "lof-pp"),
)
def heart_or_brain_vessels(picture: Picture) -> Truth:
    """The label says avoid."""
    return picture.has("coronary-insufficiency", "cerebrovascular-disease", "bradycardia")


@rule(
    "LOF-06",
    "The liver allows a dose of the label's table",
    GATE,
    no="The Child-Pugh score lies outside the label's table",
    sources=("lof-rxr", "lof-pp"),
)
def liver_row(picture: Picture) -> Truth:
    """One row of the table by Child-Pugh points, or liver disease recorded as absent."""
    return _organ(picture, LIVER)[1]


@rule(
    "LOF-07",
    "The kidneys allow a dose of the label's table",
    GATE,
    no="The eGFR lies outside the label's table",
    sources=("lof-rxr", "lof-pp"),
)
def kidney_row(picture: Picture) -> Truth:
    """One row of the table by eGFR, or kidney disease recorded as absent."""
    return _organ(picture, KIDNEY)[1]


@rule(
    "LOF-08",
    "The label doses kidney failure and also says avoid in chronic kidney failure: a clinician decides, in writing",
    CAUTION,
    sources=("lof-rxr", "lof-pp"),
)
def kidney_disease(picture: Picture) -> Truth:
    """Chronic kidney disease recorded, or an eGFR of the severe row."""
    return picture.has("kidney-disease") | (picture.reading("egfr") < picture.limit("egfr-severe"))


@rule(
    "LOF-09",
    "An ECG is taken before and during treatment",
    CAUTION,
    sources=("lof-butalbital", "lucemyra-hcp"),
)
def ecg_advised(picture: Picture) -> Truth:
    """Heart failure, a slow rhythm, liver or kidney impairment, or another medicine that lengthens the QTc."""
    conditions = picture.has("structural-heart-disease", "bradycardia", "liver-disease", "cirrhosis", "kidney-disease")
    return conditions | picture.takes(traits=("qt-prolonging",)) | picture.took("methadone")


@rule(
    "LOF-10",
    "CYP2D6 may be inhibited, by a medicine or (in the test tube) by kratom: watch for dizziness on standing",
    CAUTION,
    sources=("lucemyra-label-recalled", "tanna21"),
)
def cyp2d6_inhibited(picture: Picture) -> Truth:
    """Paroxetine, fluoxetine, bupropion and others; kratom blocks CYP2D6 in vitro."""
    return picture.takes(traits=("cyp2d6-inhibitor",)) | picture.took_kratom


@rule(
    "LOF-11",
    "Oral naltrexone is given more than 2 hours apart, or less of it is taken up",
    CAUTION,
    sources=("lucemyra-label-recalled",),
)
def oral_naltrexone(picture: Picture) -> Truth:
    """Oral naltrexone among the medicines or substances."""
    return picture.takes("naltrexone", "naltrexone-bupropion") | picture.took("naltrexone")


@rule("LOF-12", "Potassium is low: correct electrolytes first", CAUTION, sources=("lof-rxr", "lof-butalbital"))
def electrolytes(picture: Picture) -> Truth:
    """A potassium under the limit, or a condition that loses electrolytes."""
    return (picture.reading("potassium") < picture.limit("potassium-low")) | picture.has("hypokalaemia-risk")


@rule(
    "LOF-13",
    "Lofexidine was given already: count those tablets toward the day's most, and those days toward the 14",
    CAUTION,
    sources=("lof-rxr",),
)
def already_given(picture: Picture) -> Truth:
    """Lofexidine among the doses or medicines."""
    return picture.was_given("lofexidine") | picture.takes("lofexidine")


@rule(
    "LOF-14",
    "The QTc is long already: take another ECG after the first doses, and again while lofexidine is given",
    CAUTION,
    sources=("lof-butalbital", "chou14"),
)
def qtc_long(picture: Picture) -> Truth:
    """From 450 ms, under the limit that forbids it."""
    return picture.reading("qtc") >= picture.limit("qtc-methadone-caution")


def _organ(picture: Picture, organ: tuple[str, str, str, str]) -> tuple[tuple[Row, ...], Truth, str]:
    """The rows of an organ's table, whether the dose is settled, and what to print about it."""
    table, what, disease, called = organ
    reading = picture.reading(what)
    if reading.is_unknown and picture.ruled_out(disease):
        says = f"{called}: {disease.replace('-', ' ')} is recorded as absent, so taken as normal without a number"
        return (), known(True, says, "conditions", facts=(table,)), f"{says[0].upper()}{says[1:]}."
    rows, truth = lookup(picture.knowledge.tables[table], reading, table)
    return rows, truth, f"{reading}: {rows[0].label}." if len(rows) == 1 else ""


def propose(picture: Picture) -> Proposal:
    """The label's start, lowered to the lower of the liver's and the kidneys' rows."""
    proposal = scheduled(picture, "lofexidine-label")
    liver, kidneys = _organ(picture, LIVER), _organ(picture, KIDNEY)
    first, *later = proposal.steps
    notes = [note for _, _, note in (liver, kidneys) if note]
    if not in_caution_band(picture).is_no:
        notes.append(
            f"{band(picture)}: half the tablets, rounded down, and measure again after an hour; "
            "where one tablet is the whole dose, measure again before it."
        )
    if not (picture.age < picture.limit("age-older")).is_yes:
        notes.append("From 65 years, or where the age is not known: consider a lower dose.")
    return msgspec.structs.replace(
        proposal,
        steps=(_lowered(picture, first, (*liver[0], *kidneys[0])), *later),
        notes=(*notes, *proposal.notes),
        sources=tuple(dict.fromkeys((*proposal.sources, "consensus-lofexidine-both-organs"))),
    )


def _lowered(picture: Picture, step: ProposalStep, rows: tuple[Row, ...]) -> ProposalStep:
    """The step with the least of the rows' doses; one tablet is the lower end everywhere."""
    doses = [step.dose, *(row.dose for row in rows)]
    days = [step.per_day_max, *(row.per_day_max for row in rows)]
    tablet = picture.limit("lofexidine-tablet").value
    usual, most = _least(doses, "usual"), _least(doses, "max")
    if in_caution_band(picture).is_yes:
        share = picture.limit("alpha2-caution-share").value
        usual, most = (max(tablet, _whole_tablets(dose * share, tablet)) for dose in (usual, most))
    return msgspec.structs.replace(
        step,
        dose=Amount(min=tablet, usual=usual, max=most, unit="mg"),
        per_day_max=Amount(min=None, usual=None, max=_least(days, "max"), unit="mg"),
        sources=tuple(dict.fromkeys((*step.sources, "lof-rxr", "lof-pp", "consensus-lofexidine-both-organs"))),
    )


def _least(doses: list[Amount | DoseText | None], side: str) -> float:
    return min(value for dose in doses if (value := getattr(dose, side, None)) is not None)


def _whole_tablets(dose: float, tablet: float) -> float:
    """The dose rounded down to whole tablets."""
    return round(floor(round(dose / tablet, DECIMALS)) * tablet, DECIMALS)


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Better than placebo for symptoms, less than an agonist; no evidence of its own for kratom."""
    if picture.took_kratom.is_yes and picture.took_class("opioid").is_no:
        says = "Only case reports stand behind an alpha-2 agonist for kratom."
        return "very low", says, ("mcwhirter-2010-recalled", "medkitt")
    return (
        "moderate",
        "Eases withdrawal better than placebo and less well than an agonist; it treats no use disorder.",
        ("asam-pocket15", "lof-t2", "vadod21"),
    )


OPTION = Option(
    id="lofexidine",
    title="Lofexidine",
    rules=(
        *ALPHA2_RULES,
        instead_of_agonists,
        allergic,
        second_alpha2,
        congenital_long_qt,
        qtc_too_long,
        heart_or_brain_vessels,
        liver_row,
        kidney_row,
        kidney_disease,
        ecg_advised,
        cyp2d6_inhibited,
        oral_naltrexone,
        electrolytes,
        already_given,
        qtc_long,
    ),
    propose=propose,
    monitoring=("alpha2-dose",),
    certainty=certainty,
    medicines=("lofexidine",),
)
