"""What the static models say of an inhibitor's constants: basic ratios, and the mechanistic AUC ratio with its interval.

An upper bound at the dose of the entry, in a model: never shown instead of a measurement, never for another dose or product.
The equations are in `static_interaction`; the constants in `inhibition.toml`, `enzymes.toml` and `clearance-shares.toml`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random

import msgspec

from leeward.errors import KnowledgeError
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry
from leeward.pharmacology import static_interaction as m12
from leeward.pharmacology.clearance_entries import Act, Constant, Enzyme, Inhibitor, Share, inhibitors

MODEL_GRADE = "C"
"""How credible a ratio of the static model is: an upper bound, four times too high in the one kratom test."""

DRAWS = 4000
LOWER, UPPER = 0.025, 0.975
"""The share of draws of the constants below either end of a model's interval."""

MINUTES = 60.0
"""In an hour: rates of inactivation come per minute, turnover per hour."""

IN_GUT = ("cyp3a", "p-gp")
"""Only these have a basic ratio in the gut wall."""


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """What the static model says at most: the AUC ratio, its parts, and the interval that doubt about the constants gives."""

    by: str
    of: str
    value: float
    low: float
    high: float
    gut: float
    liver: float
    grade: str = MODEL_GRADE
    dose: str
    caveats: tuple[str, ...]
    sources: tuple[str, ...]


class Basic(msgspec.Struct, frozen=True, kw_only=True):
    """A basic ratio of the guideline for one enzyme, and whether it calls for a study in people."""

    enzyme: str
    kind: str
    ratio: float
    cut_off: float
    calls_for_study: bool


Pick = Callable[[Constant], float]


def static_bound(knowledge: Knowledge, by: str, of: str) -> Bound | None:
    """The mechanistic static ratio of one inhibitor (an id of `inhibition.toml`) on one medicine by mouth, or None without constants.

    An upper bound at the dose of the entry, not a measurement: never shown instead of one, and never for another dose or product.
    """
    inhibitor, share = inhibitors(knowledge).get(by), knowledge.table_of("clearance-shares", Share).get(of)
    if inhibitor is None or share is None or not any(act.enzyme == share.enzyme for act in inhibitor.acts):
        return None
    return _bound(knowledge, by, of)


@cache
def _bound(knowledge: Knowledge, by: str, of: str) -> Bound:
    inhibitor, share = inhibitors(knowledge)[by], knowledge.table_of("clearance-shares", Share)[of]
    enzyme = knowledge.table_of("enzymes", Enzyme)[share.enzyme]
    gut, liver = parts(inhibitor, share, enzyme, lambda constant: constant.value)
    random = Random(f"{by} {of}")
    drawn = sorted(math.prod(parts(inhibitor, share, enzyme, _drawing(random))) for _ in range(DRAWS))
    return Bound(
        by=by,
        of=of,
        value=gut * liver,
        low=drawn[int(LOWER * DRAWS)],
        high=drawn[int(UPPER * DRAWS)],
        gut=gut,
        liver=liver,
        dose=inhibitor.name,
        caveats=inhibitor.caveats,
        sources=tuple(sorted({*_sources(inhibitor), *_sources(share), *_sources(enzyme)})),
    )


def parts(inhibitor: Inhibitor, share: Share, enzyme: Enzyme, pick: Pick) -> tuple[float, float]:
    """The two factors of the mechanistic ratio, gut wall and liver, with each constant as `pick` gives it."""
    dose, absorption = _micromoles(inhibitor, pick), pick(inhibitor.absorption) if inhibitor.by_mouth else 0.0
    absorbed = pick(inhibitor.absorbed)
    in_liver = m12.liver_inflow(
        dose, pick(inhibitor.peak), pick(inhibitor.unbound), absorption, absorbed, pick(inhibitor.blood_to_plasma)
    )
    in_gut = m12.gut_wall(dose, absorption, absorbed)
    if not inhibitor.by_mouth:
        in_gut = max(pick(inhibitor.unbound), m12.LEAST_UNBOUND) * pick(inhibitor.peak)
    left = {"liver": 1.0, "gut": 1.0}
    for act in inhibitor.acts:
        for where, concentration in (("liver", in_liver), ("gut", in_gut)):
            if act.enzyme == share.enzyme and act.where in (where, "both"):
                turnover = enzyme.liver if where == "liver" else enzyme.gut
                left[where] *= _left(act, concentration, turnover, pick)
    return m12.in_gut(left["gut"], pick(share.gut_passed)), m12.in_liver(left["liver"], pick(share.by_enzyme))


def _left(act: Act, concentration: float, turnover: Constant | None, pick: Pick) -> float:
    over_time = induction = None
    if act.ki_inactivation is not None and act.inactivation is not None:
        if turnover is None:
            raise KnowledgeError(f"{act.enzyme} has no turnover where it is destroyed: add it to enzymes.toml.")
        over_time = (pick(act.ki_inactivation), pick(act.inactivation) * MINUTES, pick(turnover))
    if act.most_induction is not None and act.half_induction is not None:
        induction = (pick(act.most_induction), pick(act.half_induction))
    ki = None if act.ki is None else pick(act.ki)
    return m12.activity(concentration, ki=ki, over_time=over_time, induction=induction)


def _micromoles(inhibitor: Inhibitor, pick: Pick) -> float:
    return pick(inhibitor.dose) / pick(inhibitor.molar) * 1000.0


def _drawing(random: Random) -> Pick:
    """One draw of every constant: by its standard error, or anywhere in its range on a logarithmic scale."""
    drawn: dict[int, float] = {}

    def pick(constant: Constant) -> float:
        if id(constant) not in drawn:
            drawn[id(constant)] = _draw(constant, random)
        return drawn[id(constant)]

    return pick


def _draw(constant: Constant, random: Random) -> float:
    if constant.error is not None:
        spread = math.sqrt(math.log(1.0 + (constant.error / constant.value) ** 2))
        return random.lognormvariate(math.log(constant.value) - spread**2 / 2.0, spread)
    if constant.low is not None and constant.high is not None:
        return math.exp(random.uniform(math.log(constant.low), math.log(constant.high)))
    return constant.value


def basic_ratios(knowledge: Knowledge, by: str) -> tuple[Basic, ...]:
    """Every basic ratio of one inhibitor (an id of `inhibition.toml`) that its constants allow."""
    return tuple(_basic(inhibitors(knowledge)[by], knowledge.table_of("enzymes", Enzyme)))


def _basic(inhibitor: Inhibitor, enzymes: Mapping[str, Enzyme]) -> Iterator[Basic]:
    peak = max(inhibitor.unbound.value, m12.LEAST_UNBOUND) * inhibitor.peak.value
    in_gut = m12.gut_contents(_micromoles(inhibitor, lambda constant: constant.value))
    for act in inhibitor.acts:
        if act.ki is not None and act.where in ("liver", "both"):
            yield _judged(act.enzyme, "reversible-liver", m12.reversible(peak, act.ki.value))
        if act.ki is not None and act.enzyme in IN_GUT and act.where in ("gut", "both") and inhibitor.by_mouth:
            yield _judged(act.enzyme, "reversible-gut", m12.reversible(in_gut, act.ki.value))
        if act.ki_inactivation is not None and act.inactivation is not None and act.where in ("liver", "both"):
            rate = act.inactivation.value * MINUTES
            at = m12.OVER_TIME_MARGIN * peak
            found = m12.over_time(at, act.ki_inactivation.value, rate, enzymes[act.enzyme].liver.value)
            yield _judged(act.enzyme, "over-time", found)
        if act.most_induction is not None and act.half_induction is not None:
            at = m12.INDUCTION_MARGIN * peak
            yield _judged(
                act.enzyme, "induction", m12.induction(at, act.most_induction.value, act.half_induction.value)
            )


def _judged(enzyme: str, kind: str, ratio: float) -> Basic:
    cut_off = m12.CUT_OFFS[kind]
    calls = ratio <= cut_off if kind == "induction" else ratio >= cut_off
    return Basic(enzyme=enzyme, kind=kind, ratio=ratio, cut_off=cut_off, calls_for_study=calls)


def _sources(entry: Entry) -> Iterator[str]:
    yield from entry.sources
    for name in entry.__struct_fields__:
        given = getattr(entry, name)
        if isinstance(given, Entry):
            yield from _sources(given)
    if isinstance(entry, Inhibitor):
        for act in entry.acts:
            yield from _sources(act)
