"""The liver.

| rule | fires | source |
|---|---|---|
| AL-60 | jaundice; ALT 10 times the upper limit, or 700 U/L; ALT 3 times with bilirubin 2 times | recalled; consensus of sources |
| AL-60 | INR 1.5 without an anticoagulant | kratom liver review; recalled |
| AL-61 | INR 1.5 or encephalopathy with liver injury or disease; recorded failure | kratom liver review; recalled |
"""

from __future__ import annotations

from msgspec import structs

from leeward.guidance.alert import alert
from leeward.guidance.picture import Picture
from leeward.model.case import Observation
from leeward.model.missing import Missing
from leeward.model.reading import Reading, spanning
from leeward.model.truth import Truth, all_of, any_of


@alert("AL-60", "liver-injury", "Liver injury")
def liver_injury(picture: Picture) -> Truth:
    """Clinical jaundice, or numbers that foretell serious injury."""
    anticoagulated = picture.has("anticoagulated") | picture.takes(traits=("anticoagulant",))
    return any_of(injured(picture), all_of(_clotting_fails(picture), ~anticoagulated))


@alert("AL-61", "liver-failure", "Acute liver failure?", sources=("schimmel",))
def liver_failure(picture: Picture) -> Truth:
    """The liver is injured, and clotting or consciousness fails."""
    failing = any_of(_clotting_fails(picture), picture.said("encephalopathy"))
    disease = picture.has("liver-disease", "cirrhosis", "acute-hepatitis")
    return any_of(picture.has("liver-failure"), all_of(injured(picture) | disease, failing))


def times_upper_limit(picture: Picture, what: str) -> Reading:
    """The latest value as a multiple of the upper limit of normal that its laboratory printed."""
    name, says = f"observations.{what}", f"{picture.knowledge.observations[what].name} / upper limit of normal"
    entries = picture.observed(what)
    latest, _ = picture.latest(entries, lasting=True)
    together = picture.of_one_time(entries, latest)
    if not latest:
        return Reading.unknown(name, says, "ratio")

    def multiple(entry: Observation) -> Reading:
        upper = entry.upper_limit_of_normal
        if isinstance(upper, Missing) or not upper:
            return Reading.unknown(f"{name}.uln", says, "ratio")
        if not isinstance(entry.value, (int, float)):
            return Reading.unknown(name, says, "ratio")
        return Reading(entry.value / upper, entry.value / upper, "ratio", says, (name,))

    found = spanning([multiple(entry) for entry in together or latest], (name,))
    return found if together or not found.either else structs.replace(found, either=())


def injured(picture: Picture) -> Truth:
    """Jaundice, or numbers of ALT and bilirubin; an ALT that is ten times any laboratory's limit needs no limit beside it."""
    alt, bilirubin = times_upper_limit(picture, "alt"), times_upper_limit(picture, "bilirubin-total")
    return any_of(
        picture.said("jaundice"),
        alt >= picture.limit("alt-very-high"),
        picture.reading("alt") >= picture.limit("alt-very-high-anyhow"),
        all_of(alt >= picture.limit("alt-hy"), bilirubin >= picture.limit("bilirubin-hy")),
    )


def _clotting_fails(picture: Picture) -> Truth:
    return picture.reading("inr") >= picture.limit("inr-liver-failure")


RULES = (liver_injury, liver_failure)
