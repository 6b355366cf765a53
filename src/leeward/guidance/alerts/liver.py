"""The liver.

| rule | fires | source |
|---|---|---|
| AL-60 | jaundice; ALT 10 times the upper limit, or 3 times with bilirubin 2 times | recalled |
| AL-60 | INR 1.5 without an anticoagulant | kratom liver review; recalled |
| AL-61 | INR 1.5 or encephalopathy with liver injury or disease; recorded failure | kratom liver review; recalled |
"""

from __future__ import annotations

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.missing import Missing
from leeward.model.reading import Reading
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-60", "liver-injury", "Liver injury")
def liver_injury(picture: Picture) -> Truth:
    """Clinical jaundice, or numbers that foretell serious injury."""
    anticoagulated = picture.has("anticoagulated") | picture.takes(traits=("anticoagulant",))
    return any_of(_injured(picture), all_of(_clotting_fails(picture), ~anticoagulated))


@alert("AL-61", "liver-failure", "Acute liver failure?", sources=("schimmel",))
def liver_failure(picture: Picture) -> Truth:
    """The liver is injured, and clotting or consciousness fails."""
    failing = any_of(_clotting_fails(picture), picture.said("encephalopathy"))
    disease = picture.has("liver-disease", "cirrhosis", "acute-hepatitis")
    return any_of(picture.has("liver-failure"), all_of(_injured(picture) | disease, failing))


def times_upper_limit(picture: Picture, what: str) -> Reading:
    """The latest value as a multiple of the upper limit of normal that its laboratory printed."""
    name, says = f"observations.{what}", f"{picture.knowledge.observations[what].name} / upper limit of normal"
    entries, _ = picture.latest(picture.observed(what), lasting=True)
    found: list[float] = []
    for entry in entries:
        upper = entry.upper_limit_of_normal
        if isinstance(upper, Missing) or not upper:
            return Reading.unknown(f"{name}.uln", says, "ratio")
        if not isinstance(entry.value, (int, float)):
            return Reading.unknown(name, says, "ratio")
        found.append(entry.value / upper)
    if not found:
        return Reading.unknown(name, says, "ratio")
    low, high = min(found), max(found)
    return Reading(low, high, "ratio", says, (name,), (name,) if low != high else ())


def _injured(picture: Picture) -> Truth:
    alt, bilirubin = times_upper_limit(picture, "alt"), times_upper_limit(picture, "bilirubin-total")
    return any_of(
        picture.said("jaundice"),
        alt >= picture.limit("alt-very-high"),
        all_of(alt >= picture.limit("alt-hy"), bilirubin >= picture.limit("bilirubin-hy")),
    )


def _clotting_fails(picture: Picture) -> Truth:
    return picture.reading("inr") >= picture.limit("inr-liver-failure")


RULES = (liver_injury, liver_failure)
