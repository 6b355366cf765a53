"""Breathing and sedation.

| rule | fires | source |
|---|---|---|
| AL-01 | respiratory rate under 10, under 12 when deeply sedated, or saturation under 92 % | engine consensus on red flags |
| AL-02 | sedated: every agonist is held | CA Bridge on-shift; WHO 2009 annex 12 |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth


@alert("AL-01", "respiratory-depression", "Respiratory depression or overdose", sources=("consensus-red-flags",))
def respiratory_depression(picture: Picture) -> Truth:
    """Whatever the name on the pack: airway and breathing come first, and naloxone."""
    return picture.respiratory_depression


@alert("AL-02", "sedated", "Sedation holds every agonist", sources=("consensus-sedation-gate",))
def sedated(picture: Picture) -> Truth:
    """RASS -1 or lower, POSS 3 or higher, or a Glasgow Coma Scale under 15."""
    return picture.sedated


RULES = (respiratory_depression, sedated)
