"""Two entries of one time that cannot both be true, as when two people chart at once. The worse of them counts.

| rule | fires | source |
|---|---|---|
| AL-84 | two scores of one instrument and one time with another total or another answer | consensus of sources |
| AL-85 | two readings of one kind and one time that lead apart in any rule | consensus of sources |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.observed import OBSERVATIONS
from leeward.guidance.picture import Picture
from leeward.guidance.rule import REGISTRY
from leeward.instruments import load_instruments
from leeward.model.missing import Missing
from leeward.model.reading import Reading
from leeward.model.truth import Truth, known


@alert("AL-84", "scores-of-one-time-differ", "Two scores of one time differ", sources=("consensus-alert-details",))
def scores_differ(picture: Picture) -> Truth:
    """Neither is taken for the right one; it is scored again."""
    found = picture.scored_twice()
    says = "; ".join(_both_scores(picture, instrument) for instrument in found)
    inputs = [f"scores.{instrument}" for instrument in found or ("cows",)]
    return known(bool(found), says or "no two scores of one time differ", *inputs)


def _both_scores(picture: Picture, instrument: str) -> str:
    title, scores = load_instruments()[instrument].title, picture.current_scores(instrument)[0]
    totals = sorted({score.total for score in scores if score.total is not None})
    told = f"{' and '.join(map(str, totals))} for {title}" if len(totals) > 1 else f"two scores of {title}"
    return f"{told} at the same time cannot both be true"


@alert("AL-85", "readings-of-one-time-differ", "Two readings of one time differ", sources=("consensus-alert-details",))
def readings_differ(picture: Picture) -> Truth:
    """Where any rule answers one thing by the one and another by the other.

    Hazard: breathing charted as 6 and as 16 for one minute looks like an emergency to nobody but the alert on it.
    """
    found = _lead_apart(picture) if picture.readings_may_disagree else ()
    says = "; ".join(_both(picture, name) for name in found)
    return known(bool(found), says or "no two readings of one time differ", *(found or ("observations",)))


def _lead_apart(picture: Picture) -> tuple[str, ...]:
    """The observations whose readings of one time some rule answers apart, sorted."""
    others = [rule for rule in REGISTRY.values() if rule is not readings_differ.rule]
    names = set[str]().union(*(rule.tested(picture).disagreements() for rule in others))
    return tuple(sorted(name for name in names if name.startswith(OBSERVATIONS)))


def _both(picture: Picture, name: str) -> str:
    what, _, analyte = name.removeprefix(OBSERVATIONS).partition(".")
    kind = picture.knowledge.observations[what]
    read = [dict(entry.results)[analyte] if analyte else entry.value for entry in picture.read_together(what, analyte)]
    numbers = sorted(value for value in read if not isinstance(value, (str, bool, Missing)))
    told = [Reading(value, value, kind.unit, kind.name, (name,)).shown() for value in numbers]
    told += [_in_words(value) for value in read if isinstance(value, (str, bool, Missing))]
    return f"{analyte or kind.name} {' and '.join(dict.fromkeys(told))} at the same time"


def _in_words(value: str | bool | Missing) -> str:
    if isinstance(value, Missing):
        return "not known"
    return value if isinstance(value, str) else "yes" if value else "no"


RULES = (scores_differ, readings_differ)
