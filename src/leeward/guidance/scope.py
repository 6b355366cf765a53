"""Whom Leeward does not cover.

| rule | whom | source |
|---|---|---|
| SCO-00 | everybody whom the others do not name | consensus-scope |
| SCO-01 | anybody under 16 | consensus-scope; buprenorphine label |
| SCO-02 | newborns | the same |
| SCO-03 | palliative or end-of-life care | the same |
| SCO-04 | weaning of opioids after intensive care | the same |
"""

from __future__ import annotations

from leeward.guidance.picture import Picture
from leeward.guidance.rule import GATE, SCOPE, rule
from leeward.model.truth import Truth, any_of


@rule("SCO-01", "Under 16, whom Leeward does not cover", SCOPE, sources=("consensus-scope", "drugs-bup"))
def under_age(picture: Picture) -> Truth:
    """Children and younger adolescents need a paediatric service."""
    return picture.age < picture.limit("age-covered")


@rule("SCO-02", "Newborn withdrawal, which Leeward does not cover", SCOPE, sources=("consensus-scope",))
def neonate(picture: Picture) -> Truth:
    """Newborns are assessed by other scales and treated otherwise."""
    return picture.has("neonate")


@rule("SCO-03", "Palliative or end-of-life care, which Leeward does not cover", SCOPE, sources=("consensus-scope",))
def palliative(picture: Picture) -> Truth:
    """Comfort and the goals of care decide, with the palliative team."""
    return picture.has("palliative-care")


@rule("SCO-04", "Weaning after intensive care, which Leeward does not cover", SCOPE, sources=("consensus-scope",))
def icu_weaning(picture: Picture) -> Truth:
    """Iatrogenic withdrawal after intensive care has scales and schedules of its own."""
    return picture.has("icu-weaning")


OUT_OF_SCOPE = (under_age, neonate, palliative, icu_weaning)


@rule("SCO-00", "This is somebody whom Leeward covers", GATE, sources=("consensus-scope",))
def covered(picture: Picture) -> Truth:
    """Whether Leeward covers this person at all; while that is open, no option is answered."""
    return ~any_of(rule(picture) for rule in OUT_OF_SCOPE)
