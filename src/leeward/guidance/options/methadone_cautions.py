"""What is said beside methadone; none of it changes its status.

| rule | what it says | source |
|---|---|---|
| MET-13 | a risk of a long QTc: ECG before the start and again | Chou 2014 |
| MET-14 | QTc from 450 ms, congenital long QT, low potassium | Chou 2014 |
| MET-15 | kratom lengthens the QTc | users' data; hERG in vitro |
| MET-16, 17 | enzyme inducers and inhibitors | label (recalled) |
| MET-18 | sedatives and alcohol | FDA 2017; WHO 2009 annex 12 |
| MET-19 | pregnancy | ASAM 2015; New York State |
| MET-20 | under 18 | 42 CFR 8.12 (recalled) |
| MET-28 | buprenorphine is current | ASAM 2020 |
| MET-29 | methadone in the urine, not told | consensus of sources |
"""

from __future__ import annotations

from leeward.guidance.gates import on_buprenorphine
from leeward.guidance.picture import Picture
from leeward.guidance.rule import CAUTION, rule
from leeward.guidance.screens import methadone_not_told
from leeward.model.truth import Truth, any_of


def qt_risk(picture: Picture) -> Truth:
    """Whether anything makes a long QTc more likely."""
    return any_of(
        picture.has("structural-heart-disease", "long-qt-congenital", "hypokalaemia-risk", "syncope-history"),
        picture.takes(traits=("qt-prolonging",)),
    )


@rule(
    "MET-13",
    "There is a risk of a long QTc: an ECG before the start, and again above 30 to 40 mg and at 100 mg",
    CAUTION,
    sources=("chou14",),
)
def ecg_for_risk(picture: Picture) -> Truth:
    """Heart disease, family history, fainting, electrolyte loss or another QT-prolonging medicine."""
    return qt_risk(picture)


@rule(
    "MET-14",
    "Urgent: the QTc asks for another medicine to be considered, electrolytes corrected and the ECG repeated",
    CAUTION,
    sources=("chou14",),
)
def qtc_long(picture: Picture) -> Truth:
    """A QTc from 450 ms, a congenital long QT, or a low potassium."""
    return any_of(
        picture.reading("qtc") >= picture.limit("qtc-methadone-caution"),
        picture.has("long-qt-congenital"),
        picture.reading("potassium") < picture.limit("potassium-low"),
    )


@rule("MET-15", "Kratom lengthens the QTc too, by dose: ECG first", CAUTION, sources=("kr-cardio",))
def kratom_and_qtc(picture: Picture) -> Truth:
    """Mitragynine in users' data, and hERG in vitro."""
    return picture.took_kratom


@rule(
    "MET-16",
    "An enzyme inducer lowers methadone: withdrawal may come back",
    CAUTION,
    sources=("methadone-label-recalled",),
)
def inducers(picture: Picture) -> Truth:
    """Rifampin, carbamazepine, phenytoin, efavirenz and others."""
    return picture.takes(traits=("cyp3a-inducer", "cyp2b6-inducer"))


@rule(
    "MET-17",
    "An enzyme inhibitor raises methadone: start lower and watch longer",
    CAUTION,
    sources=("methadone-label-recalled",),
)
def inhibitors(picture: Picture) -> Truth:
    """Azoles, macrolides, fluvoxamine, ciprofloxacin and others."""
    return picture.takes(traits=("cyp3a-inhibitor", "cyp1a2-inhibitor-strong"))


@rule(
    "MET-18",
    "A benzodiazepine, alcohol or another sedative adds to methadone: a reason to watch, not to refuse it; never to an "
    "intoxicated person",
    CAUTION,
    sources=("fda17", "who-annex12"),
)
def sedatives(picture: Picture) -> Truth:
    """Sedating medicines and substances."""
    return picture.takes(traits=("sedative",)) | picture.took_class("alcohol", "sedative")


@rule(
    "MET-19",
    "In pregnancy methadone or buprenorphine is the treatment, not withdrawal management; doses are split and "
    "raised as it advances",
    CAUTION,
    sources=("asam-2015p16", "nys-preg"),
)
def pregnant(picture: Picture) -> Truth:
    """Methadone is a first choice in pregnancy."""
    return picture.pregnant


@rule(
    "MET-20",
    "Under 18 consent follows state law: a parent or guardian signs unless the law lets the minor",
    CAUTION,
    sources=("cfr-42-8-12-recalled",),
)
def minor(picture: Picture) -> Truth:
    """Sixteen and seventeen."""
    return picture.age < picture.limit("age-adult")


@rule(
    "MET-28",
    "Buprenorphine is current: methadone now is a switch, agreed with the person and made on purpose",
    CAUTION,
    sources=("asam-pocket15",),
)
def instead_of_buprenorphine(picture: Picture) -> Truth:
    """A switch is the person's choice and is made on purpose."""
    return on_buprenorphine(picture)


@rule(
    "MET-29",
    "Methadone is in the urine but was not told: a dose of unknown size and time may be on board, so ask again, and "
    "ask the programs nearby, before a first dose",
    CAUTION,
    sources=("consensus-mismatch", "who-annex12"),
)
def methadone_in_urine(picture: Picture) -> Truth:
    """A caution and no gate: a gate would ask everybody for a drug screen that no source asks for before a start."""
    return methadone_not_told.rule(picture)


METHADONE_CAUTIONS = (
    methadone_in_urine,
    instead_of_buprenorphine,
    ecg_for_risk,
    qtc_long,
    kratom_and_qtc,
    inducers,
    inhibitors,
    sedatives,
    pregnant,
    minor,
)
