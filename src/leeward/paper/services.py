"""Services near a person: treatment, counseling, peer and mutual support, naloxone. Only what a list holds, never invented.

Distances are along the earth's surface between two points, not along roads.

Source: haversine formula with the mean radius of the earth, 6,371.0088 km (IUGG), a definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import asin, cos, radians, sin, sqrt

import msgspec

from leeward.knowledge import Knowledge
from leeward.paper.words_of_services import Language, title_of

EARTH_KM = 6371.0088
KM_PER_MILE = 1.609344


class Point(msgspec.Struct, frozen=True):
    """A place on the earth in degrees."""

    latitude: float
    longitude: float


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One place of help as a list tells it. Empty text and no kinds mean that the list does not say, never that it has none."""

    line: int
    name: str
    part: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    place: Point | None = None
    phone: str = ""
    intake: str = ""
    website: str = ""
    hours: str = ""
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    note: str = ""
    synthetic: bool = False

    @property
    def address(self) -> str:
        """Street, city, state and ZIP in one line."""
        town = ", ".join(part for part in (self.city, f"{self.state} {self.zip}".strip()) if part)
        return ", ".join(part for part in (self.street, town) if part)


class Nearby(msgspec.Struct, frozen=True, kw_only=True):
    """A service with its distance, None where it cannot be told."""

    service: Service
    kilometres: float | None

    @property
    def miles(self) -> float | None:
        """The distance in miles."""
        return None if self.kilometres is None else self.kilometres / KM_PER_MILE


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found, in words too: what was asked, how distance was measured, what to do where nothing is listed."""

    found: tuple[Nearby, ...]
    listed: int
    says: str
    note: str = ""


def kilometres_between(one: Point, other: Point) -> float:
    """Distance along the earth's surface.

    >>> round(kilometres_between(Point(40.7128, -74.0060), Point(34.0522, -118.2437)))
    3936
    """
    low, high = radians(one.latitude), radians(other.latitude)
    across = sin((high - low) / 2) ** 2
    along = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(across + cos(low) * cos(high) * along)))


def place_of_zip(zip: str, services: Iterable[Service]) -> Point | None:
    """The middle of the listed places with this ZIP code; None where the list has none."""
    wanted = zip.strip()[:5]
    places = [service.place for service in services if wanted and service.zip[:5] == wanted and service.place]
    if not places:
        return None
    return Point(
        sum(place.latitude for place in places) / len(places), sum(place.longitude for place in places) / len(places)
    )


def find_services(
    services: Sequence[Service],
    knowledge: Knowledge,
    *,
    near: Point | str | None = None,
    needs: Sequence[str] = (),
    language: str = "",
    within_miles: float | None = None,
    limit: int = 20,
    words: Language = "en",
) -> Search:
    """The services that meet every need and speak the language, the nearest first.

    Arguments: the list; where from (a point, or a ZIP code that occurs in the list); the kinds wanted; a language id;
    the greatest distance; how many at most; the language of the words. A service without a place is listed last and
    never left out for its distance.
    """
    middle = place_of_zip(near, services) if isinstance(near, str) else near
    fitting = [
        service
        for service in services
        if set(needs) <= set(service.kinds) and (not language or language in service.languages)
    ]
    measured = [_measured(service, middle) for service in fitting]
    inside = [one for one in measured if within_miles is None or one.miles is None or one.miles <= within_miles]
    inside.sort(key=lambda one: (one.kilometres is None, one.kilometres or 0.0, one.service.name, one.service.line))
    return Search(
        found=tuple(inside[:limit]),
        listed=len(services),
        says=_says(inside, services, knowledge, needs, language, words),
        note=_note(near, middle, words),
    )


def _measured(service: Service, middle: Point | None) -> Nearby:
    if middle is None or service.place is None:
        return Nearby(service=service, kilometres=None)
    return Nearby(service=service, kilometres=kilometres_between(middle, service.place))


def _says(
    found: Sequence[Nearby],
    services: Sequence[Service],
    knowledge: Knowledge,
    needs: Sequence[str],
    language: str,
    words: Language,
) -> str:
    wanted = ", ".join(title_of(id, knowledge, words) for id in (*needs, *([language] if language else [])))
    count = len(found)
    if words == "es":
        if not services:
            return "Este centro no ha cargado ninguna lista de servicios. Llame a las líneas nacionales."
        asked = f" con: {wanted}" if wanted else ""
        if not count:
            return f"La lista no tiene ningún servicio{asked}. Eso no quiere decir que no exista. Llame a las líneas nacionales."
        return f"{count} {'servicio' if count == 1 else 'servicios'} en la lista{asked}."
    if not services:
        return "No list of services has been loaded here. Call the national lines."
    asked = f" with: {wanted}" if wanted else ""
    if not count:
        return f"The list has no service{asked}. That does not mean that there is none. Call the national lines."
    return f"{count} service{'' if count == 1 else 's'} listed{asked}."


def _note(near: Point | str | None, middle: Point | None, words: Language) -> str:
    if not isinstance(near, str) or not near.strip():
        return ""
    if middle is None:
        return (
            f"El código postal {near} no está en la lista: no se puede decir la distancia."
            if words == "es"
            else f"ZIP code {near} is not in the list, so no distance can be told."
        )
    return (
        f"Distancias en línea recta desde el centro de los lugares de la lista con código postal {near}."
        if words == "es"
        else f"Straight-line distances from the middle of the listed places in ZIP code {near}."
    )
