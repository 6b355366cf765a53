"""How much one thing changes the level of another: what was measured in people, and beside it what a static model says at most.

A trial speaks for its own pair at its own dose, by its own route, and for no relative of either. Where nobody measured a pair the
answer is "cannot tell": no model number is put in its place. A model number that disagrees with a trial stands beside it and is never
averaged into it.

Sources: those of each entry of `interaction-trials.toml`, `inhibition.toml`, `enzymes.toml` and `clearance-shares.toml`.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.model.quantity import number
from leeward.pharmacology.clearance_entries import Trial, inhibitors, trials
from leeward.pharmacology.static_bound import Bound, static_bound

Standing = Literal["measured", "cannot-tell"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of how `by` changes the level of `of`.

    standing   whether this very pair was measured in people; "cannot-tell" is never a sign that nothing happens
    trial      the measurement that speaks for the pair: of several, the one furthest from no change
    others     further measurements of the pair; they are not averaged
    says       the answer in a sentence
    predicted  what the static model says beside the trial, where its constants are known
    """

    by: str
    of: str
    standing: Standing
    trial: Trial | None = None
    others: tuple[Trial, ...] = ()
    says: str
    predicted: Bound | None = None


def change(knowledge: Knowledge, by: str, of: str, route: str = "") -> Change:
    """What is known of how `by` changes the level of `of`: ids of a substance or medicine. `route`: how `of` is given, where it is known."""
    of_pair = [trial for trial in trials(knowledge).values() if by in trial.by and of in trial.of]
    fitting = [trial for trial in of_pair if route in ("", trial.route)]
    if not fitting:
        return Change(by=by, of=of, standing="cannot-tell", says=_untold(knowledge, by, of, of_pair))
    first, *others = sorted(fitting, key=lambda trial: -abs(math.log(trial.times)))
    beside = next((id for id, one in inhibitors(knowledge).items() if one.taken == by), "")
    bound = static_bound(knowledge, beside, of) if first.route == "oral" else None
    return Change(
        by=by,
        of=of,
        standing="measured",
        trial=first,
        others=tuple(others),
        says=f"{size(first)} {reading(first, _name(knowledge, by), _name(knowledge, of))}",
        predicted=bound,
    )


ROUTES = {"oral": "by mouth", "intravenous": "into a vein", "sublingual": "under the tongue"}


def size(trial: Trial) -> str:
    """What a trial measured, with its interval, its doses and its people."""
    measured = f"{trial.measure} {times(trial.ratio.value, trial.ratio.low, trial.ratio.high, trial.interval)}"
    how = f", worked out {trial.worked_out}" if trial.worked_out else ""
    return f"{measured}{how}; {trial.dose}, {ROUTES[trial.route]}; {trial.population}."


def times(value: float | None, low: float | None, high: float | None, interval: str) -> str:
    """A ratio in words; a missing interval is said.

    >>> times(1.39, 1.23, 1.57, "90 % confidence interval")
    '1.39 times (90 % confidence interval 1.23 to 1.57)'
    >>> times(0.14, None, None, "")
    '0.14 times (no interval published)'
    """
    if low is None or high is None:
        return "not given" if value is None else f"{number(value)} times (no interval published)"
    between = f"{number(low)} to {number(high)}"
    return f"{between} times ({interval})" if value is None else f"{number(value)} times ({interval} {between})"


def reading(trial: Trial, by: str, of: str) -> str:
    """What a ratio means at the bedside. No ratio is called safe: neither a fall, nor one that showed no change."""
    low, high = trial.ratio.low, trial.ratio.high
    if "confidence" in trial.interval and low is not None and high is not None and low < 1.0 < high:
        return (
            f"No change of {of} was shown, and {number(low)} to {number(high)} times is not ruled out. "
            "That is not a proof of safety, and other doses were not tested."
        )
    if trial.times < 1.0:
        return f"Less {of} in the blood: loss of effect or withdrawal; it rises again, with a risk of too much, when {by} stops."
    return f"More {of} in the blood: a stronger and longer effect."


def _untold(knowledge: Knowledge, by: str, of: str, of_pair: list[Trial]) -> str:
    names = f"{_name(knowledge, by)} with {_name(knowledge, of)}"
    if of_pair:
        routes = " and ".join(sorted({ROUTES[trial.route] for trial in of_pair}))
        return f"Cannot tell: {names} was measured {routes} only, and that figure does not hold by another route."
    return f"Cannot tell: no measurement of {names} in people was read, so there is no figure. That is not a sign that nothing happens."


def _name(knowledge: Knowledge, id: str) -> str:
    known = knowledge.medicines.get(id) or knowledge.substances.get(id)
    return known.name if known else id
