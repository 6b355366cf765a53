"""Naltrexone, extended-release.

| rule | what it asks | source |
|---|---|---|
| NTX-01 | no allergy | label |
| NTX-02 | something that naltrexone treats | ASAM 2020 |
| NTX-03 | not in pregnancy | ASAM 2015; New York State |
| NTX-04 | no liver failure | oral label; consensus of sources is stricter than the injection's label |
| NTX-05 | opioid-free after every opioid, kratom, 7-OH and tianeptine included | policy: naltrexone-wait-* |
| NTX-06 | no withdrawal now | label |
| NTX-07 | urine negative for opioids, and recent | label |
| NTX-08 | naloxone challenge negative | label |
| NTX-09 | no buprenorphine injection in the body: no clock is published | half-lives of 43 to 60 days |
| NTX-10..13 | cautions: liver, pain or surgery, kratom and screens, opioid medicines | see each |
| NTX-14 | recommended only where agonists are declined | consensus of sources; extended-release trial: 72 % could start |

A wait asks for the latest possible last use. An exposure that nobody knows, or
that Leeward does not know, may be an opioid and leaves the wait open.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from leeward.guidance.acting import INJECTED, wait_of_medicine, wait_of_substance
from leeward.guidance.assessment import Proposal
from leeward.guidance.listed import AGONIST_TRAITS, is_opioid
from leeward.guidance.option import Option
from leeward.guidance.options.alpha2 import agonists_declined
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, GATE, PREFER, rule
from leeward.model.instants import HOUR, Span, hours_since
from leeward.model.missing import Missing
from leeward.model.quantity import factor
from leeward.model.reading import Limit
from leeward.model.truth import Truth, all_of, any_of, unknown

NALTREXONE = ("naltrexone", "naltrexone-extended-release", "naltrexone-bupropion")

SCREENED = ("opiates", "fentanyl")
"""Asked of everybody: the opiate test misses fentanyl, and supplies hold it untold."""

SCREENED_AFTER = {
    "methadone": "methadone",
    "buprenorphine": "buprenorphine",
    "oxycodone": "oxycodone",
    "oxycodone-extended-release": "oxycodone",
}
"""What is asked besides, after these: neither standard test finds them."""

OPIOID_ANALYTES = (
    *SCREENED,
    "heroin",
    "morphine",
    "codeine",
    "6-mam",
    "methadone",
    "buprenorphine",
    "oxycodone",
    "hydrocodone",
    "hydromorphone",
    "tramadol",
    "tapentadol",
    "norfentanyl",
    "norbuprenorphine",
    "mitragynine",
    "7-hydroxymitragynine",
    "tianeptine",
    "nitazenes",
)


class LastUse(msgspec.Struct, frozen=True):
    """The last use of something that acts as an opioid: what it was, the input, when, and the wait after it."""

    name: str
    input: str
    when: Span | Missing
    wait: Limit


@rule("NTX-01", "An allergy to naltrexone is recorded", AVOID, sources=("viv-contra",))
def allergic(picture: Picture) -> Truth:
    """A recorded allergy or intolerance."""
    return picture.allergic_to(*NALTREXONE)


@rule("NTX-02", "Nothing that naltrexone treats is recorded", AVOID, sources=("asam-pocket15",))
def nothing_to_treat(picture: Picture) -> Truth:
    """Neither an opioid exposure nor an opioid use disorder."""
    return ~picture.opioid_involved


@rule("NTX-03", "Naltrexone is not started in pregnancy", AVOID, sources=("asam-2015p16", "nys-preg"))
def pregnant(picture: Picture) -> Truth:
    """Methadone or buprenorphine is the treatment in pregnancy."""
    return picture.pregnant


@rule("NTX-04", "Liver failure", AVOID, sources=("consensus-naltrexone", "droracle-ntx"))
def liver_failure(picture: Picture) -> Truth:
    """A contraindication on the oral label and a warning on the injection's; Leeward takes the cautious side."""
    return picture.has("liver-failure")


@rule(
    "NTX-05",
    "The opioid-free time is over",
    GATE,
    no="Not opioid-free long enough: naltrexone now would precipitate withdrawal",
    sources=("vivitrol", "consensus-naltrexone", "kratom-opioid-window-recalled"),
    until=lambda picture: opioid_free_from(picture),
)
def opioid_free(picture: Picture) -> Truth:
    """The wait after every opioid taken, listed as a medicine or given in this episode."""
    waits = [
        hours_since(use.when, picture.case.now, use.input, f"hours since {use.name}") >= use.wait
        for use in _last_uses(picture)
    ]
    return all_of(*waits, *_not_known(picture), ~picture.takes(), ~picture.was_given())


@rule(
    "NTX-09",
    "No buprenorphine injection is in the body",
    GATE,
    no="After a buprenorphine injection, which lasts for months, no opioid-free time is published: ask a specialist",
    sources=("droracle-ntx", "consensus-naltrexone"),
)
def no_depot(picture: Picture) -> Truth:
    """An extended-release buprenorphine injection told, listed or given."""
    return ~any_of(picture.took(INJECTED), picture.takes(INJECTED), picture.was_given(INJECTED))


def _last_uses(picture: Picture) -> Iterator[LastUse]:
    """Every opioid of the case with its last use, whatever list it stands in."""
    for exposure in picture.exposures:
        substance = picture.substance(exposure)
        if substance is not None and substance.opioid == "yes" and exposure.substance != INJECTED:
            yield LastUse(
                substance.name,
                f"exposures.{exposure.key}.last_use",
                exposure.last_use,
                wait_of_substance(substance, picture.limit),
            )
    for entry in () if isinstance(picture.case.medicines, Missing) else picture.case.medicines:
        if _is_opioid(picture, entry.medicine):
            name = f"medicines.{entry.key}.last_taken"
            yield LastUse(entry.as_told, name, entry.last_taken, wait_of_medicine(entry.medicine, picture.limit))
    for dose in () if isinstance(picture.case.doses, Missing) else picture.case.doses:
        if _is_opioid(picture, dose.medicine):
            yield LastUse(dose.as_told, f"doses.{dose.key}.at", dose.at, wait_of_medicine(dose.medicine, picture.limit))


def _is_opioid(picture: Picture, medicine: str | None) -> bool:
    if medicine is None or medicine == INJECTED:
        return False
    return is_opioid(picture.knowledge.medicines[medicine])


def _not_known(picture: Picture) -> Iterator[Truth]:
    """An open truth for every exposure that may be an opioid for all that is known."""
    if isinstance(picture.case.exposures, Missing):
        yield unknown("exposures", sentence="what was taken: not known")
    for exposure in picture.exposures:
        substance = picture.substance(exposure)
        if substance is None or substance.opioid == "unknown":
            says = f"{exposure.as_told}: whether it acts as an opioid is not known"
            yield unknown(f"exposures.{exposure.key}.substance", sentence=says)


def opioid_free_from(picture: Picture) -> datetime | None:
    """When the last wait is surely over; None where any last use is not known."""
    if next(_not_known(picture), None) is not None:
        return None
    ends: list[datetime] = []
    for use in _last_uses(picture):
        if isinstance(use.when, Missing):
            return None
        ends.append(use.when.latest + use.wait.value * factor(use.wait.unit, "h") * HOUR)
    return max(ends, default=None)


@rule("NTX-06", "No withdrawal now", GATE, no="In withdrawal now", sources=("vivitrol", "viv-contra"))
def not_in_withdrawal(picture: Picture) -> Truth:
    """A current COWS under the total that counts as withdrawal."""
    return picture.cows < picture.limit("cows-withdrawal")


@rule(
    "NTX-07",
    "A recent urine screen is negative for opioids",
    GATE,
    no="No recent urine screen is negative for opioids",
    sources=("vivitrol", "viv-contra", "consensus-naltrexone-screen"),
)
def urine_negative(picture: Picture) -> Truth:
    """Opiates and fentanyl in everybody, and whatever else was told; any opioid found shuts the gate."""
    asked = dict.fromkeys((*SCREENED, *(SCREENED_AFTER[id] for id in _told(picture) if id in SCREENED_AFTER)))
    current = picture.limit("urine-screen-current")
    negative = [
        picture.screened(analyte, "negative") & (picture.hours_since_observed(SCREEN, analyte) <= current)
        for analyte in asked
    ]
    others = [~picture.screened(analyte, "positive") for analyte in _tested(picture) if analyte not in asked]
    return all_of(*negative, *others)


SCREEN = "urine-drug-screen"


def _told(picture: Picture) -> Iterator[str]:
    """Ids of the substances told."""
    return (exposure.substance for exposure in picture.exposures if isinstance(exposure.substance, str))


def _tested(picture: Picture) -> list[str]:
    """The opioids that any screen of the case tested for; what a screen left out was not tested."""
    tested = {analyte for entry in picture.case.observations if entry.what == SCREEN for analyte, _ in entry.results}
    return [analyte for analyte in OPIOID_ANALYTES if analyte in tested]


@rule(
    "NTX-08",
    "A naloxone challenge is negative",
    GATE,
    no="The naloxone challenge is positive: repeat it after 24 hours",
    sources=("droracle-ntx", "viv-contra"),
)
def challenge_negative(picture: Picture) -> Truth:
    """A failed challenge forbids it; one not done is asked for, since learning it must not overturn the answer."""
    return picture.word("naloxone-challenge", "negative")


@rule(
    "NTX-10",
    "The liver is inflamed: oral naltrexone is contraindicated and the injection carries a warning",
    CAUTION,
    sources=("consensus-naltrexone", "viv-contra", "droracle-ntx"),
)
def liver_inflamed(picture: Picture) -> Truth:
    """Acute hepatitis, kratom liver injury, or jaundice."""
    return picture.has("acute-hepatitis") | picture.said("jaundice")


@rule(
    "NTX-11",
    "Opioids for pain will not work: stop oral naltrexone 72 hours and the injection 30 days before planned surgery",
    CAUTION,
    sources=("asam-2015p22", "burns22"),
)
def pain_or_surgery(picture: Picture) -> Truth:
    """Severe acute pain, trauma or surgery."""
    return picture.has("severe-acute-pain")


@rule(
    "NTX-12",
    "Kratom, 7-OH and tianeptine count as opioids here, and a standard urine screen finds none of them",
    CAUTION,
    sources=("kratom-opioid-window-recalled", "medkitt"),
)
def screen_misses_it(picture: Picture) -> Truth:
    """Inference from pharmacology and the logic of the label; no trial."""
    return picture.took_kratom | picture.took_class("tianeptine") | picture.took("nitazene")


@rule(
    "NTX-13",
    "Opioids are among the medicines: naltrexone blocks them and precipitates withdrawal",
    CAUTION,
    sources=("viv-contra",),
)
def opioid_medicines(picture: Picture) -> Truth:
    """Opioid analgesics or an agonist treatment on the list."""
    return picture.takes(traits=AGONIST_TRAITS)


@rule(
    "NTX-14",
    "Agonists are declined, and naltrexone is what the person can have",
    PREFER,
    no="Buprenorphine or methadone is easier to start and keeps more people in treatment",
    sources=("span-moud", "consensus-naltrexone"),
)
def agonists_not_wanted(picture: Picture) -> Truth:
    """The person declines buprenorphine and methadone."""
    return agonists_declined(picture)


def propose(picture: Picture) -> Proposal:
    """The injection; an oral test dose first, except where the liver forbids the tablet."""
    proposal = scheduled(picture, "naltrexone-extended-release")
    if picture.has("acute-hepatitis").is_no:
        return proposal
    return msgspec.structs.replace(proposal, steps=tuple(step for step in proposal.steps if step.if_ == ""))


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Moderate for opioid use disorder, very low for kratom."""
    if picture.took_kratom.is_yes and picture.took_class("opioid").is_no:
        return "very low", "Case reports stand behind naltrexone for kratom.", ("galbis-reig-2016-recalled",)
    return (
        "moderate",
        "Works for people who can start it: in one trial 72 % could, against 94 % on buprenorphine.",
        ("span-moud",),
    )


OPTION = Option(
    id="naltrexone-extended-release",
    title="Naltrexone, extended-release",
    rules=(
        allergic,
        nothing_to_treat,
        pregnant,
        liver_failure,
        opioid_free,
        no_depot,
        not_in_withdrawal,
        urine_negative,
        challenge_negative,
        liver_inflamed,
        pain_or_surgery,
        screen_misses_it,
        opioid_medicines,
        agonists_not_wanted,
    ),
    propose=propose,
    monitoring=("naltrexone-injection",),
    certainty=certainty,
    medicines=NALTREXONE,
)
