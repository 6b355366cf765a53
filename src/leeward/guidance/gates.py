"""Gates that every agonist shares: awake, breathing, no antagonist on board; and whether buprenorphine is current.

| rule | what it asks | source |
|---|---|---|
| AGO-01 | no agonist while sedated | CA Bridge on-shift; WHO 2009 annex 12; consensus of sources for the cut-offs |
| AGO-02 | no agonist in respiratory depression | consensus of sources on red flags |
| AGO-03 | no agonist start by the clock over naltrexone or nalmefene | ACMT/AACT on nalmefene; naltrexone label |
| AGO-07 | no start under 12 breaths a minute | consensus of sources: what every schedule's hold says |
| AGO-08 | a saturation of 92 to 93 % is watched | consensus of sources on red flags |
| AGO-09 | after naltrexone: tolerance is lost | ASAM 2015 |
| SET-01 | the setting is known, since law and gates hang on it | decision 0003 |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from leeward.guidance.picture import Picture, asked_once
from leeward.guidance.rule import AVOID, CAUTION, GATE, rule
from leeward.model.instants import Span, hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Reading
from leeward.model.truth import NO, UNKNOWN, Truth, all_of, any_of, known, unknown


@rule("AGO-01", "The person is sedated or not fully awake", AVOID, sources=("consensus-sedation-gate",))
def sedated(picture: Picture) -> Truth:
    """RASS -1 or lower, POSS 3 or higher, or a Glasgow Coma Scale under 15 holds every agonist."""
    return picture.sedated


@rule("AGO-02", "Breathing is depressed", AVOID, sources=("consensus-red-flags",))
def respiratory_depression(picture: Picture) -> Truth:
    """Slow breathing or a low saturation is treated first."""
    return picture.respiratory_depression


@rule(
    "AGO-07",
    "Breathing is at least 12 a minute",
    GATE,
    no="Breathing is slower than 12 a minute: hold every agonist",
    sources=("consensus-sedation-gate",),
)
def breathing_enough(picture: Picture) -> Truth:
    """What every schedule's hold says holds for the first dose too."""
    return picture.reading("respiratory-rate") >= picture.limit("agonist-respiratory-rate-hold")


@rule(
    "AGO-08",
    "Saturation is borderline: find out why, take the lower dose and watch saturation after it",
    CAUTION,
    sources=("consensus-red-flags",),
)
def saturation_borderline(picture: Picture) -> Truth:
    """92 to 93 %; under that it is an emergency, and no start."""
    return picture.reading("oxygen-saturation") <= picture.limit("oxygen-saturation-borderline")


@rule(
    "AGO-09",
    "Naltrexone was taken: once it has worn off tolerance is lost, so low doses and a longer watch",
    CAUTION,
    sources=("asam-2015p10", "consensus-bup-low-tolerance"),
)
def tolerance_lost(picture: Picture) -> Truth:
    """About a day after the tablet, about a month after the injection."""
    return picture.antagonist_told


@rule(
    "AGO-03",
    "An antagonist is on board: an agonist start by the clock does not work and may be unsafe",
    AVOID,
    sources=("acmt-nalm", "asam-2015p10"),
)
def antagonist_on_board(picture: Picture) -> Truth:
    """Naltrexone until it wears off, or nalmefene: supportive care and longer observation instead."""
    return picture.antagonist_on_board


@rule("SET-01", "The setting is known", GATE, sources=("cfr-1306",))
def setting_known(picture: Picture) -> Truth:
    """Who may give what, and who watches, hangs on the setting."""
    setting = picture.case.setting
    if isinstance(setting, Missing):
        return unknown("setting", sentence="setting: not known")
    return known(True, f"setting: {setting}", "setting")


AGONIST_GATES = (
    sedated,
    respiratory_depression,
    antagonist_on_board,
    breathing_enough,
    setting_known,
    saturation_borderline,
    tolerance_lost,
)

BUPRENORPHINE = (
    "buprenorphine-sublingual",
    "buprenorphine-naloxone-sublingual",
    "buprenorphine-extended-release",
    "buprenorphine-transdermal",
    "buprenorphine-buccal",
)
INJECTED = "buprenorphine-extended-release"
DAILY_BUPRENORPHINE = tuple(medicine for medicine in BUPRENORPHINE if medicine != INJECTED)
BUPRENORPHINE_SUBSTANCES = ("buprenorphine", INJECTED)


class _Last:
    """When a treatment was last taken, from whichever list tells it."""

    __slots__ = ("name", "when")

    def __init__(self, name: str, when: Span | Missing) -> None:
        self.name, self.when = name, when


def last_taken(picture: Picture, medicines: tuple[str, ...], substances: tuple[str, ...]) -> Iterator[_Last]:
    """Each entry of these medicines or substances, with the input that says when it was last taken."""
    for exposure in picture.exposures:
        if exposure.substance in substances:
            yield _Last(f"exposures.{exposure.key}.last_use", exposure.last_use)
    if not isinstance(picture.case.medicines, Missing):
        for entry in picture.case.medicines:
            if entry.medicine in medicines:
                yield _Last(f"medicines.{entry.key}.last_taken", entry.last_taken)


def missed_days(picture: Picture, name: str, when: Span | Missing, medicine: str) -> Reading:
    """Calendar days without a dose between the last dose and today; today's own dose is not missed yet."""
    says = f"missed days of {medicine}"
    if isinstance(when, Missing):
        return Reading.unknown(name, says, "d")
    low, high = _days_between(when.latest, picture.case.now), _days_between(when.earliest, picture.case.now)
    return Reading(low, high, "d", says, (name,), (name,) if low != high else ())


def _days_between(then: datetime, now: datetime) -> int:
    return max((now.date() - then.astimezone(now.tzinfo).date()).days - 1, 0)


@asked_once
def none_asked(picture: Picture) -> Truth:
    """Unknown where nobody asked what was taken or which medicines the person has; otherwise no."""
    told = picture.took() | picture.takes()
    return told.because(_NONE_TOLD[told.answer])


_NONE_TOLD = {
    NO: "neither told nor on the medicine list",
    UNKNOWN: "what was taken, or which medicines are taken: not known",
}


@asked_once
def on_daily_buprenorphine(picture: Picture) -> Truth:
    """Whether daily buprenorphine was taken recently enough that it is continued rather than started.

    Source: BC pharmacy policy 2024: up to five missed days in a row resume, three after a return to other opioids.
    """
    back_to_opioids = returned_to_opioids(picture)
    truths: list[Truth] = []
    for last in last_taken(picture, DAILY_BUPRENORPHINE, ("buprenorphine",)):
        missed = missed_days(picture, last.name, last.when, "buprenorphine")
        still_resumed = (missed < picture.limit("buprenorphine-reassess")) & ~back_to_opioids
        truths.append((missed < picture.limit("buprenorphine-reassess-after-opioids")) | still_resumed)
    return any_of(*truths, none_asked(picture))


@asked_once
def returned_to_opioids(picture: Picture) -> Truth:
    """Whether any opioid other than buprenorphine was taken, as told."""
    return picture.exposed(
        lambda exposure, substance: (
            substance.opioid == "yes" and exposure.substance not in (*BUPRENORPHINE_SUBSTANCES, "methadone")
        ),
        "opioid taken",
    )


@asked_once
def on_injected_buprenorphine(picture: Picture) -> Truth:
    """Whether an extended-release injection of buprenorphine still works, or its next one is merely late."""
    lasts = picture.limit("buprenorphine-injection-lasts")
    return any_of(
        *(
            hours_since(last.when, picture.case.now, last.name, "hours since the injection of buprenorphine") < lasts
            for last in last_taken(picture, (INJECTED,), (INJECTED,))
        ),
        none_asked(picture),
    )


@asked_once
def on_buprenorphine(picture: Picture) -> Truth:
    """Whether buprenorphine of any form is current, so that it is continued rather than started."""
    return on_daily_buprenorphine(picture) | on_injected_buprenorphine(picture)


def liver_at_least(picture: Picture, limit: str) -> Truth:
    """Whether the liver is impaired from a Child-Pugh score on; no where the chart says that liver disease was ruled out."""
    score = picture.reading("child-pugh") >= picture.limit(limit)
    return picture.has("liver-failure") | all_of(~_no_liver_disease(picture), score)


def liver_disease_at_least(picture: Picture, limit: str) -> Truth:
    """The same, asked only where a liver disease is recorded: for options that do not need a liver score from everybody."""
    disease = picture.has("liver-disease", "cirrhosis", "acute-hepatitis")
    return picture.has("liver-failure") | (disease & (picture.reading("child-pugh") >= picture.limit(limit)))


def _no_liver_disease(picture: Picture) -> Truth:
    if isinstance(picture.case.conditions, Missing):
        return unknown("conditions", sentence="conditions: not known")
    return known(picture.ruled_out("liver-disease"), "liver disease was looked for and is not there", "conditions")
