"""Infection, heat and wounds.

| rule | fires | source |
|---|---|---|
| AL-70 | temperature 38.3 or more | recalled red flags |
| AL-71 | fever with a heart murmur, new back pain or a focal sign | recalled red flags |
| AL-72 | temperature above 39 | recalled red flags |
| AL-73 | a necrotic wound | Curbsiders 392 |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-70", "fever", "Fever: look for an infection", sources=("red-flags-recalled",))
def fever(picture: Picture) -> Truth:
    """COWS can mimic a fever and a fever can raise COWS."""
    return feverish(picture)


@alert("AL-71", "fever-heart-or-spine", "Fever with a sign from heart or spine", sources=("red-flags-recalled",))
def fever_heart_or_spine(picture: Picture) -> Truth:
    """Endocarditis or an epidural abscess."""
    signs = any_of(picture.said("heart-murmur"), picture.said("back-pain"), picture.said("focal-neurological-deficit"))
    return all_of(feverish(picture), signs)


@alert("AL-72", "hyperthermia", "Dangerously hot", sources=("red-flags-recalled",))
def hyperthermia(picture: Picture) -> Truth:
    """Muscle breakdown, serotonin toxicity, stimulants, anticholinergics or sepsis."""
    return picture.reading("temperature") > picture.limit("hyperthermia")


@alert("AL-73", "necrotic-wound", "Necrotic wound", sources=("curbsiders",))
def necrotic_wound(picture: Picture) -> Truth:
    """Seen, or recorded among the conditions."""
    return picture.said("necrotic-wound") | picture.has("necrotic-wound")


def feverish(picture: Picture) -> Truth:
    """Whether the temperature asks for an infection to be sought."""
    return picture.reading("temperature") >= picture.limit("fever")


RULES = (fever, fever_heart_or_spine, hyperthermia, necrotic_wound)
