"""How much one thing that is taken changes the level of another, beside an interaction: what was measured, in whom, and where it stops.

Only a trial of this very pair gives a figure. A model's number stands beside a trial and never in its place. What was measured on leaf
is not told of a product whose label does not say that it is leaf, and every figure says how this person differs from those measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from leeward.guidance.assessment import ExposureFigure, Interaction, LevelChange
from leeward.guidance.picture import Picture
from leeward.guidance.taken import Item, is_unclear_kratom
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.quantity import kind_of, number
from leeward.pharmacology.clearance_entries import Constant, Trial
from leeward.pharmacology.clearance_interactions import Change, change
from leeward.pharmacology.static_bound import Bound
from leeward.products.identity.identity import identify


def level_change(picture: Picture, by: Item, of: Item) -> LevelChange:
    """How `by` changes the level of `of`, or that it cannot be told."""
    found = _known(picture, by, of)
    taken = [exposure for exposure in picture.exposures if by.substance and exposure.substance == by.substance]
    unlike = _not_the_studied_product(picture, taken, by) if found.trial or by.perhaps else ""
    if found.trial is None or unlike:
        return LevelChange(level_of=of.name, by=by.name, standing="cannot-tell", says=unlike or found.says)
    figures = [_measured(trial, of) for trial in (found.trial, *found.others)]
    if found.trial.predicted is not None and found.trial.predicted.value is not None:
        figures.append(_foretold(found.trial, found.trial.predicted.value, of))
    if found.predicted is not None:
        figures.append(_modelled(found.predicted, of))
    return LevelChange(
        level_of=of.name,
        by=by.name,
        standing="measured",
        says=found.says,
        figures=tuple(figures),
        differs=(*_differs(found.trial, taken), *_route_differs(picture, of, found.trial)),
        sources=tuple(sorted({source for figure in figures for source in figure.sources})),
    )


def together(pairs: Sequence[Interaction]) -> list[Interaction]:
    """The same interactions; where several things change one level, each figure says that nobody measured them together."""
    changing: dict[str, set[str]] = {}
    for pair in pairs:
        if pair.level_change is not None:
            changing.setdefault(pair.level_change.level_of, set()).add(pair.level_change.by)
    return [_beside_others(pair, changing) for pair in pairs]


def _beside_others(pair: Interaction, changing: dict[str, set[str]]) -> Interaction:
    found = pair.level_change
    others = changing[found.level_of] - {found.by} if found is not None else set[str]()
    if found is None or not found.figures or not others:
        return pair
    says = f"{' and '.join(sorted(others))} may change it too: what they do together was not measured."
    return msgspec.structs.replace(pair, level_change=msgspec.structs.replace(found, differs=(*found.differs, says)))


def _known(picture: Picture, by: Item, of: Item) -> Change:
    """The answer for the ids that either may be written under: the medicine or the substance."""
    route = _route(picture, of)
    asked = [
        change(picture.knowledge, one, other, route)
        for one in dict.fromkeys((by.medicine or "", by.substance or ""))
        for other in dict.fromkeys((of.medicine or "", of.substance or ""))
        if one and other
    ]
    return next((found for found in asked if found.trial is not None), asked[0])


def _route(picture: Picture, of: Item) -> str:
    """The one route by which it is given, ordered or taken; empty where it is not known or there are several."""
    told = _routes(picture, of)
    return told.pop() if len(told) == 1 and "" not in told else ""


def _routes(picture: Picture, of: Item) -> set[str]:
    case = picture.case
    doses = [*(() if isinstance(case.doses, Missing) else case.doses), *case.orders]
    told = [dose.route for dose in doses if of.medicine and dose.medicine == of.medicine]
    told += [one.route for one in picture.exposures if of.substance and one.substance == of.substance]
    listed = () if isinstance(case.medicines, Missing) else case.medicines
    told += ["" for entry in listed if of.medicine and entry.medicine == of.medicine]
    return {"" if isinstance(route, Missing) else route for route in told}


def _route_differs(picture: Picture, of: Item, trial: Trial) -> Iterator[str]:
    told = _routes(picture, of)
    if told - {trial.route, ""}:
        yield f"Other routes of {of.name} were told: the figure is for the {trial.route} route alone."
    elif not (of.medicine or "").endswith(f"-{trial.route}") and ("" in told or not told):
        yield f"How {of.name} is taken was not told: the figure is for the {trial.route} route alone."


def _not_the_studied_product(picture: Picture, taken: list[Exposure], by: Item) -> str:
    """Why a figure for the studied product does not hold, where a label says or leaves open that it is another one."""
    for exposure in taken:
        if is_unclear_kratom(exposure, picture.knowledge):
            return (
                "Cannot tell: it was told as kratom, and not whether it is leaf or an extract. Nothing was measured in people with "
                "extracts. That is not a sign that nothing happens."
            )
        if exposure.product and identify(exposure.product, picture.knowledge).substance != by.substance:
            return (
                f"Cannot tell: the label does not say that it is {by.name} alone, and nothing was measured in people with other "
                "products. That is not a sign that nothing happens."
            )
    return ""


def _differs(trial: Trial, taken: list[Exposure]) -> Iterator[str]:
    """What the trial did not show, and how this person's use differs from it where it tells how much was studied."""
    yield f"Not shown: {trial.not_shown}"
    if trial.beyond is None:
        return
    for exposure in taken:
        yield from _amount_differs(exposure, trial.beyond, trial.dose)
        if not isinstance(exposure.doses_per_day, Missing) and exposure.doses_per_day > 1.0:
            yield f"{exposure.as_told}: taken {number(exposure.doses_per_day)} times a day; only one dose was studied."


def _amount_differs(exposure: Exposure, studied: Constant, dose: str) -> Iterator[str]:
    amount = exposure.amount
    if isinstance(amount, Missing) or kind_of(amount.unit) != "mass":
        yield f"{exposure.as_told}: how much is taken is not known in grams; all that was studied is {dose}."
    elif amount.to(studied.unit).value > studied.value:
        told = f"{amount} a {exposure.per}" if isinstance(exposure.per, str) else f"{amount}"
        yield f"{exposure.as_told}: {told} is more than was studied ({dose}). The change may be larger; how large nobody knows."


def _measured(trial: Trial, of: Item) -> ExposureFigure:
    return ExposureFigure(
        level_of=of.name,
        measure=trial.measure,
        value=trial.ratio.value,
        low=trial.ratio.low,
        high=trial.ratio.high,
        interval=trial.interval,
        route=trial.route,
        dose=trial.dose,
        population=trial.population,
        standing="measured",
        not_shown=trial.not_shown,
        note=trial.worked_out,
        sources=trial.sources,
    )


def _foretold(trial: Trial, value: float, of: Item) -> ExposureFigure:
    return ExposureFigure(
        level_of=of.name,
        measure="AUC",
        value=value,
        route=trial.route,
        dose=trial.dose,
        population="a model",
        standing="model",
        grade="C",
        not_shown="What happens in people: the trial measured that.",
        note="foretold by the authors' own static model before the trial",
        sources=trial.predicted.sources if trial.predicted else (),
    )


def _modelled(bound: Bound, of: Item) -> ExposureFigure:
    return ExposureFigure(
        level_of=of.name,
        measure="AUC",
        value=round(bound.value, 2),
        low=round(bound.low, 2),
        high=round(bound.high, 2),
        interval="95 in 100 draws of the constants",
        route="oral",
        dose=bound.dose,
        population="a model",
        standing="model",
        grade=bound.grade,
        not_shown="What happens in people: the trial measured that.",
        note="an upper bound of the static model after M12",
        sources=bound.sources,
    )
