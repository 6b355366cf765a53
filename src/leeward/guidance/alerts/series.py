"""COWS as a series: the score before a dose, the rise after it, the fall in answer to it.

Every difference is an interval that holds whatever the missing items turn out to be. A score at the very instant of a
dose was taken before it.
"""

from __future__ import annotations

from itertools import product

from leeward.guidance.picture import Picture, scored
from leeward.instruments import load_instruments
from leeward.model.case import ScoreEntry
from leeward.model.instants import HOUR, Span
from leeward.model.missing import Missing
from leeward.model.reading import Reading, spanning
from leeward.model.truth import Truth, any_of, known, unknown

NOTHING_BEFORE = "scores.cows.before-dose"
"""What is lacking where no COWS was scored before a dose."""
NOTHING_AFTER = "scores.cows.after-dose"

Lacking = tuple[str, ...]


def scores_before(
    picture: Picture, dose: Span, dose_name: str, instrument: str = "cows"
) -> tuple[tuple[ScoreEntry, ...], Lacking]:
    """The last score before a dose, recent enough to be its starting point; else none and what is lacking to know it.

    Several where they were scored at the same time: each may be the one to go by.
    """
    nothing = f"scores.{instrument}.before-dose"
    before: list[tuple[Span, ScoreEntry]] = []
    for entry in picture.entries(instrument):
        if isinstance(entry.at, Missing):
            return (), (f"scores.{entry.key}.at",)
        if entry.at.latest <= dose.earliest:
            before.append((entry.at, entry))
        elif entry.at.earliest <= dose.latest:
            return (), (f"scores.{entry.key}.at", f"{dose_name}.at")
    if not before:
        return (), (nothing,)
    newest = max(at.earliest for at, _ in before)
    possible = [(at, entry) for at, entry in before if at.latest >= newest]
    if len({at for at, _ in possible}) > 1:
        return (), tuple(f"scores.{entry.key}.at" for _, entry in possible)
    too_old = (dose.latest - newest) / HOUR > picture.limit("readings-current").value
    if too_old:
        return (), (nothing,)
    together = picture.scored_together(instrument, [entry for _, entry in possible])
    return tuple(entry for _, entry in before if entry in together), ()


def hours_after(entry: ScoreEntry, dose: Span, dose_name: str) -> Reading:
    """Hours from a dose to a score."""
    name = f"scores.{entry.key}.at"
    if isinstance(entry.at, Missing):
        return Reading.unknown(name, "hours from the dose to the COWS", "h")
    low, high = (entry.at.earliest - dose.latest) / HOUR, (entry.at.latest - dose.earliest) / HOUR
    lacks = () if low == high else (name, f"{dose_name}.at")
    return Reading(low, high, "h", "hours from the dose to the COWS", (name,), lacks)


def is_after(entry: ScoreEntry, dose: Span, dose_name: str) -> Truth:
    """Whether a score was taken after a dose."""
    name = f"scores.{entry.key}.at"
    if isinstance(entry.at, Missing):
        return unknown(name, sentence="when the COWS was scored is not known")
    if entry.at.earliest > dose.latest:
        return known(True, "COWS after the dose", name)
    if entry.at.latest <= dose.earliest:
        return known(False, "COWS before the dose", name)
    return unknown(name, f"{dose_name}.at", sentence="whether the COWS came before or after the dose is not known")


def total_of(entry: ScoreEntry) -> Reading:
    """The total of one entry: a range where items are missing."""
    score, name = scored(entry), f"scores.{entry.key}"
    low, high = score.low or 0, score.high or 0
    lacks = tuple(f"{name}.items.{item}" for item in score.missing) or (name,)
    return Reading(low, high, "points", "COWS", (name,), lacks if low != high else ())


def difference(later: Reading, earlier: Reading, says: str) -> Reading:
    """What `later` is above `earlier`, by each of the scores of one time where several disagree."""
    if later.either or earlier.either:
        pairs = product(later.either or (later,), earlier.either or (earlier,))
        return spanning([difference(after, before, says) for after, before in pairs], (*later.lacks, *earlier.lacks))
    low, high = later.low - earlier.high, later.high - earlier.low
    lacks = tuple(dict.fromkeys((*later.lacks, *earlier.lacks)))
    return Reading(low, high, "points", says, tuple(dict.fromkeys((*later.inputs, *earlier.inputs))), lacks)


def new_objective_sign(after: ScoreEntry, before: ScoreEntry) -> Truth:
    """Whether an objective sign is there after a dose that was not there, or was weaker, before it."""
    later, earlier = scored(after).items, scored(before).items
    truths: list[Truth] = []
    for item in load_instruments()["cows"].items:
        if item.objective_from is None:
            continue
        now, then = later[item.id], earlier[item.id]
        if isinstance(now, Missing):
            truths.append(
                unknown(f"scores.{after.key}.items.{item.id}", sentence=f"{item.title} after the dose: not known")
            )
        elif not item.is_sign(now):
            truths.append(known(False, f"no {item.title} seen after the dose", f"scores.{after.key}"))
        elif isinstance(then, Missing):
            truths.append(
                unknown(f"scores.{before.key}.items.{item.id}", sentence=f"{item.title} before the dose: not known")
            )
        else:
            says = f"{item.title} new or worse after the dose" if now > then else f"{item.title} as before the dose"
            truths.append(known(now > then, says, f"scores.{after.key}", f"scores.{before.key}"))
    return any_of(truths)
