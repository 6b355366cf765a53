"""What to mind beside any buprenorphine start; none of it changes a status.

| rule | what it says | source |
|---|---|---|
| BUP-20 | benzodiazepines, alcohol, other sedatives: watch, do not withhold | FDA 2017 |
| BUP-21 | chronic lung disease or sleep apnoea: lower first dose, saturation | consensus of sources on special populations |
| BUP-22 | long QT, class IA or III antiarrhythmics: what the label is recalled to say | Suboxone label, recalled |
| BUP-23 | CYP3A inhibitors and inducers | interactions page |
| BUP-24 | liver impairment: which product | label copy |
| BUP-25 | severe acute pain, trauma, surgery | CA Bridge on-shift |
| BUP-26, BUP-27 | more than 24 mg, more than 32 mg given since yesterday | labels 2025; consensus of sources |
| BUP-28 | naloxone was given: the score may be its doing | ACMT; Dunn 2023 |
| BUP-29 | pregnancy: either product, split doses | CA Bridge 2025; NYSDOH |
| BUP-30 | medetomidine or xylazine: an early high score is not readiness | MMWR 2025 |
| BUP-33 | a name that Leeward does not know | decision 0003 |
| BUP-34 | a drug screen found an opioid that was not told | consensus of sources |
"""

from __future__ import annotations

from datetime import timedelta
from math import inf

from leeward.guidance.gates import DAILY_BUPRENORPHINE
from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.rule import CAUTION, rule
from leeward.guidance.screens import fentanyl_not_told, methadone_not_told
from leeward.guidance.use import LIKE_BARBITURATES
from leeward.model.case import Dose, Exposure
from leeward.model.instants import Span
from leeward.model.missing import Missing
from leeward.model.reading import Reading
from leeward.model.truth import Truth, any_of, known

DAY = timedelta(days=1)

SEDATIVE_TRAITS = ("benzodiazepine", "gabapentinoid")


@asked_once
def sedatives_told(picture: Picture) -> Truth:
    """Whether alcohol, a benzodiazepine or another sedative is taken, as told or listed."""
    return picture.took_class("sedative", "alcohol") | picture.takes(*LIKE_BARBITURATES, traits=SEDATIVE_TRAITS)


@rule(
    "BUP-20",
    "Sedatives or alcohol: no reason to withhold buprenorphine; watch sedation and breathing, and give no sedative on day 1",
    CAUTION,
    sources=("fda17", "dic-sub"),
)
def sedatives(picture: Picture) -> Truth:
    """The danger of untreated opioid use is greater; the sedative is dealt with in its own right."""
    return sedatives_told(picture)


@rule(
    "BUP-21",
    "Chronic lung disease or sleep apnoea: take the lower first dose, watch saturation, avoid sedatives",
    CAUTION,
    sources=("consensus-special-populations",),
)
def lungs(picture: Picture) -> Truth:
    """Less reserve if breathing slows."""
    return picture.has("chronic-lung-disease", "sleep-apnoea")


@rule(
    "BUP-22",
    "Long QT or a class IA or III antiarrhythmic: the label is recalled to advise against buprenorphine; its effect is small "
    "beside methadone's, so read the label and take an ECG",
    CAUTION,
    sources=("suboxone-label-recalled",),
)
def long_qt(picture: Picture) -> Truth:
    """Recalled label wording, which closes nothing here."""
    return picture.has("long-qt-congenital") | picture.takes(traits=("class-ia-iii-antiarrhythmic",))


@rule(
    "BUP-23",
    "A CYP3A inhibitor raises and an inducer lowers buprenorphine: watch sedation or withdrawal and adjust",
    CAUTION,
    sources=("dic-sub",),
)
def cyp3a(picture: Picture) -> Truth:
    """Also when such a medicine is stopped."""
    return picture.takes(traits=("cyp3a-inhibitor", "cyp3a-inducer"))


@rule(
    "BUP-24",
    "Liver impairment: the combination is avoided in Child-Pugh C and may not suit a start in B; the label asks for the "
    "mono-product with start and titration halved in C",
    CAUTION,
    sources=("supp-hep", "suboxone-label-recalled"),
)
def liver(picture: Picture) -> Truth:
    """Naloxone reaches the blood when the liver does not clear it."""
    return picture.has("liver-failure") | (picture.reading("child-pugh") >= picture.limit("child-pugh-b"))


@rule(
    "BUP-25",
    "Severe acute pain, trauma or surgery: plan the start with the treating team; a low-dose start keeps the full agonist",
    CAUTION,
    sources=("cabridge", "jgim-t3"),
)
def pain(picture: Picture) -> Truth:
    """Pain also raises the score."""
    return picture.has("severe-acute-pain")


@rule(
    "BUP-26",
    "More than 24 mg since yesterday: look again; the label has no maximum and the effect flattens",
    CAUTION,
    sources=("consensus-bup-caps",),
)
def above_soft_ceiling(picture: Picture) -> Truth:
    """Suboxone milligrams given in the last day."""
    return given_since_yesterday(picture) > picture.limit("buprenorphine-soft-ceiling")


@rule(
    "BUP-27",
    "More than 32 mg since yesterday: a clinician confirms any further dose",
    CAUTION,
    sources=("consensus-bup-caps",),
)
def above_confirm_ceiling(picture: Picture) -> Truth:
    """Never a hard stop."""
    return given_since_yesterday(picture) > picture.limit("buprenorphine-confirm-ceiling")


@rule(
    "BUP-28",
    "Naloxone was given: withdrawal it caused passes within about 90 minutes, so score again before a start",
    CAUTION,
    sources=("acmt-nalm", "dunn23", "consensus-naloxone-reversal"),
)
def after_naloxone(picture: Picture) -> Truth:
    """A score that naloxone made is not readiness."""
    return naloxone_given(picture)


@rule(
    "BUP-29",
    "Pregnant: the combination and the mono-product both suit; split the dose and raise it as pregnancy advances",
    CAUTION,
    sources=("cab-qs25", "nys-preg"),
)
def pregnancy(picture: Picture) -> Truth:
    """Treatment is continued, never withdrawal management alone."""
    return picture.pregnant


@rule(
    "BUP-30",
    "Medetomidine or xylazine in the supply: its withdrawal comes first, so an early high COWS is not readiness",
    CAUTION,
    sources=("mmwr-med", "numose"),
)
def alpha2_in_supply(picture: Picture) -> Truth:
    """Judge by signs that an alpha-2 agonist does not make: pupils, gooseflesh, yawning."""
    return picture.took("medetomidine", "xylazine") | picture.exposed(
        lambda exposure, _: _adulterated(exposure), "adulterated supply"
    )


def _adulterated(exposure: Exposure) -> bool:
    supply = exposure.adulterants
    return not isinstance(supply, Missing) and ("medetomidine" in supply or "xylazine" in supply)


@rule(
    "BUP-33",
    "Something was taken too that Leeward does not know: find out whether it is an opioid or a sedative",
    CAUTION,
    sources=("consensus-mismatch",),
)
def not_recognised(picture: Picture) -> Truth:
    """The name is said beside the start; where no known opioid was told it keeps the start open."""
    found = picture.took() | known(bool(picture.unrecognised), "a name that Leeward does not know", "exposures")
    names = ", ".join(exposure.as_told for exposure in picture.unrecognised)
    return found.because(names) if names else found


@rule(
    "BUP-34",
    "A urine screen found methadone or fentanyl that was not told: ask for the last use; methadone within 72 hours, or "
    "a large dose over it, precipitates a long withdrawal",
    CAUTION,
    sources=("consensus-mismatch", "consensus-methadone-72h"),
)
def screen_not_told(picture: Picture) -> Truth:
    """A screen dates nothing; where nobody watches the start it is asked for, elsewhere it is said."""
    return methadone_not_told.rule(picture) | fentanyl_not_told.rule(picture)


@asked_once
def naloxone_given(picture: Picture) -> Truth:
    """Whether naloxone was given or taken in this episode."""
    return picture.was_given("naloxone") | picture.took("naloxone")


def given_since_yesterday(picture: Picture) -> Reading:
    """Milligrams of buprenorphine given in the last day: a range where an amount or its time is open."""
    if isinstance(picture.case.doses, Missing):
        return Reading.unknown("doses", "buprenorphine given since yesterday", "mg")
    low, high, lacks = 0.0, 0.0, dict[str, None]()
    for dose in picture.doses_of(*DAILY_BUPRENORPHINE):
        least, most = _milligrams(dose)
        sure, possible = _since_yesterday(picture, dose.at)
        low += least if sure else 0
        high += most if possible else 0
        if possible and (least != most or not sure):
            lacks[f"doses.{dose.key}"] = None
    return Reading(low, high, "mg", "buprenorphine given since yesterday", ("doses",), tuple(lacks))


def _milligrams(dose: Dose) -> tuple[float, float]:
    if isinstance(dose.amount, Missing) or dose.amount.unit not in ("g", "mg", "mcg"):
        return 0, inf
    amount = dose.amount.to("mg").value
    return amount, amount


def _since_yesterday(picture: Picture, at: Span | Missing) -> tuple[bool, bool]:
    if isinstance(at, Missing):
        return False, True
    yesterday = picture.case.now - DAY
    return at.earliest > yesterday, at.latest > yesterday


START_CAUTIONS = (
    sedatives,
    lungs,
    long_qt,
    cyp3a,
    liver,
    pain,
    above_soft_ceiling,
    above_confirm_ceiling,
    after_naloxone,
    pregnancy,
    alpha2_in_supply,
    not_recognised,
    screen_not_told,
)
CONTINUING_CAUTIONS = (sedatives, lungs, cyp3a, liver, not_recognised)


@asked_once
def sedatives_found(picture: Picture) -> Truth:
    """Whether a drug screen found benzodiazepines."""
    return picture.screened("benzodiazepines", "positive")


@asked_once
def alcohol_or_sedatives_in_doubt(picture: Picture) -> Truth:
    """Whether alcohol or a sedative other than a gabapentinoid is used, or its use disorder recorded."""
    return any_of(
        picture.took("alcohol", "benzodiazepine", "barbiturate", "phenibut", "ghb", "other-sedative"),
        picture.has("alcohol-use-disorder", "sedative-use-disorder", "complicated-alcohol-withdrawal-history"),
    )
