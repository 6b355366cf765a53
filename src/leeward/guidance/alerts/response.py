"""The response to an agonist: precipitated withdrawal, and none at all.

| rule | fires | source |
|---|---|---|
| AL-80 | COWS up by 6 or more within 2 h of buprenorphine, an objective sign new or worse | consensus; Dunn 2023 |
| AL-81 | COWS up by 5 or more within 2 h of buprenorphine | consensus of sources |
| AL-82 | COWS down by less than 3 after 16 mg buprenorphine or 30 mg methadone, not precipitated | consensus |
| AL-83 | COWS now 5 or more above the score before buprenorphine, whenever it rose within a day | consensus of sources |

Without a COWS before the dose none of them can be told; that is never the same as no. A rise that has gone fires
nothing.
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.alerts.series import (
    NOTHING_AFTER,
    NOTHING_BEFORE,
    difference,
    hours_after,
    is_after,
    new_objective_sign,
    scores_before,
    total_of,
)
from leeward.guidance.basis import asked_once
from leeward.guidance.gates import BUPRENORPHINE
from leeward.guidance.given import milligrams
from leeward.guidance.picture import Picture
from leeward.guidance.scored import which
from leeward.model.case import Dose, ScoreEntry
from leeward.model.instants import Span, hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Limit, Reading
from leeward.model.truth import NO, YES, Truth, all_of, any_of, disagreeing, unknown

UNDER_THE_TONGUE = ("buprenorphine-sublingual", "buprenorphine-naloxone-sublingual")


@asked_once
def precipitated_withdrawal(picture: Picture) -> Truth:
    """Whether buprenorphine has precipitated withdrawal. No score before the dose: unknown. No dose given: no.

    Hazard: a missing score before the dose read as no precipitated withdrawal sends somebody home in it.
    """
    return _after_buprenorphine(picture, picture.limit("precipitated-rise"), sign=True)


@asked_once
def precipitated_withdrawal_possible(picture: Picture) -> Truth:
    """Whether COWS has risen enough after buprenorphine to score again in half an hour."""
    return _after_buprenorphine(picture, picture.limit("precipitated-watch"), sign=False)


@asked_once
def failure_to_respond(picture: Picture) -> Truth:
    """Whether withdrawal has hardly moved after an adequate dose of buprenorphine or methadone."""
    return any_of(
        _not_moved(picture, UNDER_THE_TONGUE, "failure-buprenorphine-dose", "failure-wait-buprenorphine"),
        _not_moved(picture, ("methadone",), "failure-methadone-dose", "failure-wait-methadone"),
    )


def another_diagnosis(picture: Picture) -> Truth:
    """Whether withdrawal has hardly moved after an adequate dose, and was not precipitated by it.

    Precipitated withdrawal is treated with more buprenorphine; to think again before more of the same would hold it up.
    """
    return failure_to_respond(picture) & ~precipitated.rule(picture)


@alert("AL-80", "precipitated-withdrawal", "Precipitated withdrawal is likely", sources=("consensus-pw-engine",))
def precipitated(picture: Picture) -> Truth:
    """A steep rise soon after buprenorphine, with something to be seen."""
    return precipitated_withdrawal(picture)


@alert(
    "AL-81", "precipitated-withdrawal-possible", "COWS has risen after buprenorphine", sources=("consensus-pw-engine",)
)
def precipitated_possible(picture: Picture) -> Truth:
    """At a rise of 5, and at a greater one while nobody has looked for signs."""
    return precipitated_withdrawal_possible(picture)


@alert("AL-82", "failure-to-respond", "Withdrawal has hardly moved", sources=("consensus-failure-to-respond",))
def not_responding(picture: Picture) -> Truth:
    """The diagnosis is thought over before more of the same is given."""
    return another_diagnosis(picture)


@alert(
    "AL-83",
    "risen-and-not-scored-in-time",
    "COWS has risen since buprenorphine",
    sources=("consensus-pw-engine",),
)
def risen_unseen(picture: Picture) -> Truth:
    """A rise that no score placed within the time in which it counts as precipitated.

    Hazard: withdrawal that was precipitated, scored for the first time at 121 minutes, or once at 5 minutes and then at
    three hours, would raise nothing at all.
    """
    doses = picture.doses_of(*BUPRENORPHINE)
    given = picture.was_given(*BUPRENORPHINE)
    return given & any_of(_risen_unseen(picture, dose) for dose in doses) if doses else given


def _after_buprenorphine(picture: Picture, rise: Limit, sign: bool) -> Truth:
    given, doses = picture.was_given(*BUPRENORPHINE), picture.doses_of(*BUPRENORPHINE)
    return given & any_of(_risen(picture, dose, rise, sign) for dose in doses) if doses else given


def _risen(picture: Picture, dose: Dose, rise: Limit, sign: bool) -> Truth:
    """Whether COWS rose after this dose, with a sign where one is asked for, and has not settled since."""
    name = f"doses.{dose.key}"
    since = hours_since(dose.at, picture.case.now, f"{name}.at", f"hours since {dose.as_told}")
    recent = since <= picture.limit("precipitated-passes")
    if isinstance(dose.at, Missing) or recent.answer is NO:
        return recent
    before, lacking = scores_before(picture, dose.at, name)
    if not before:
        return all_of(recent, _cannot_tell(lacking))
    entries = [entry for entry in picture.entries("cows") if entry not in before]
    in_time = [(entry, _in_window(picture, entry, dose.at, name)) for entry in entries]
    timely = [(entry, soon) for entry, soon in in_time if soon.answer is not NO]
    told: list[Truth] = []
    for start in before:
        risen = [all_of(soon, *_steep(entry, start, rise, sign)) for entry, soon in timely]
        if not any(soon.answer is YES for _, soon in timely):
            risen.append(unknown(NOTHING_AFTER, sentence="no COWS was scored soon after the dose"))
        told.append(all_of(any_of(risen), _above(picture, start) >= picture.limit("precipitated-still-raised")))
    return all_of(recent, _by_each(told))


def _by_each(told: list[Truth]) -> Truth:
    """What follows from each of several scores of one time."""
    return disagreeing(told, "two COWS of the same time disagree", which("cows"))


def _above(picture: Picture, before: ScoreEntry) -> Reading:
    return difference(picture.cows, total_of(before), "COWS now above the score before the dose by")


def _risen_unseen(picture: Picture, dose: Dose) -> Truth:
    """Whether COWS stands above the score before this dose, a day after it at most."""
    name = f"doses.{dose.key}"
    since = hours_since(dose.at, picture.case.now, f"{name}.at", f"hours since {dose.as_told}")
    recent = since <= picture.limit("precipitated-passes")
    if isinstance(dose.at, Missing) or recent.answer is NO:
        return recent
    before, lacking = scores_before(picture, dose.at, name)
    if not before:
        return all_of(recent, _cannot_tell(lacking))
    told = [_above(picture, start) >= picture.limit("precipitated-watch") for start in before]
    return all_of(recent, _by_each(told))


def _in_window(picture: Picture, entry: ScoreEntry, dose: Span, name: str) -> Truth:
    soon = hours_after(entry, dose, name) <= picture.limit("precipitated-window")
    return all_of(is_after(entry, dose, name), soon)


def _steep(entry: ScoreEntry, before: ScoreEntry, rise: Limit, sign: bool) -> tuple[Truth, ...]:
    risen = difference(total_of(entry), total_of(before), "rise of COWS after buprenorphine") >= rise
    return (risen, new_objective_sign(entry, before)) if sign else (risen,)


def _cannot_tell(lacking: tuple[str, ...]) -> Truth:
    if NOTHING_BEFORE in lacking:
        return unknown(
            *lacking, sentence="no COWS was scored before the dose, so precipitated withdrawal cannot be told"
        )
    return unknown(*lacking, sentence="which COWS came before the dose is not known")


def _not_moved(picture: Picture, medicines: tuple[str, ...], enough: str, wait: str) -> Truth:
    """Whether COWS fell too little after enough of these medicines, and still is a withdrawal."""
    given, doses = picture.was_given(*medicines), picture.doses_of(*medicines)
    if not doses:
        return given
    entries, lacks, together = picture.current_entries("cows")
    told = [_not_moved_to(picture, now, doses, enough, wait) for now in entries]
    if not told or (len(told) > 1 and not together):
        return unknown(*(lacks or (which("cows"),)), sentence="COWS now: not known")
    return _by_each(told)


def _not_moved_to(picture: Picture, now: ScoreEntry, doses: list[Dose], enough: str, wait: str) -> Truth:
    """Whether withdrawal goes on by the score `now`, as it was before the doses."""
    total = _total_dose(picture, doses, now, picture.limit(wait))
    before, lacking = _scores_before_first(picture, doses)
    least = picture.limit("failure-cows-fall")
    fall = (
        unknown(*lacking, sentence="no COWS from before the doses is known")
        if not before
        else _by_each([difference(total_of(start), total_of(now), "fall of COWS") < least for start in before])
    )
    return all_of(total >= picture.limit(enough), total_of(now) >= picture.limit("cows-withdrawal"), fall)


def _total_dose(picture: Picture, doses: list[Dose], now: ScoreEntry, wait: Limit) -> Reading:
    """Milligrams given long enough before the score to have worked, and not too long ago."""
    low, high, lacks = 0.0, 0.0, dict[str, None]()
    for dose in doses:
        counts, amount = _counts(picture, dose, now, wait), milligrams(dose, dose.as_told)
        low += amount.low if counts.answer is YES else 0
        high += 0 if counts.answer is NO else amount.high
        if counts.answer is not NO:
            lacks.update(dict.fromkeys((*counts.lacked(), *amount.lacks)))
    says = f"{doses[0].medicine} given"
    return Reading(low, high, "mg", says, ("doses",), tuple(lacks) if low != high else ())


def _counts(picture: Picture, dose: Dose, now: ScoreEntry, wait: Limit) -> Truth:
    name = f"doses.{dose.key}"
    recent = hours_since(dose.at, picture.case.now, f"{name}.at", "hours since the dose") <= picture.limit(
        "failure-look-back"
    )
    return recent if isinstance(dose.at, Missing) else all_of(recent, hours_after(now, dose.at, name) >= wait)


def _scores_before_first(picture: Picture, doses: list[Dose]) -> tuple[tuple[ScoreEntry, ...], tuple[str, ...]]:
    """The COWS before the first dose that is looked back at, or what is lacking to know it."""
    spans: list[Span] = []
    for dose in doses:
        name = f"doses.{dose.key}.at"
        recent = hours_since(dose.at, picture.case.now, name, "hours since the dose") <= picture.limit(
            "failure-look-back"
        )
        if isinstance(dose.at, Missing) or recent.is_unknown:
            return (), (name,)
        if recent.answer is YES:
            spans.append(dose.at)
    if not spans:
        return (), (NOTHING_BEFORE,)
    first = Span(min(span.earliest for span in spans), min(span.latest for span in spans))
    return scores_before(picture, first, "doses")


RULES = (precipitated, precipitated_possible, not_responding, risen_unseen)
