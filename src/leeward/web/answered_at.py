"""Where a question of the assessment is answered: the page of its input, and the field on it."""

from __future__ import annotations

from collections.abc import Mapping

from leeward.model.missing import Missing
from leeward.model.shapes import is_mapping
from leeward.record.permissions import Permission
from leeward.web.visit import Visit

_HISTORY: Mapping[str, str] = {
    "medicines": "asked-medicine",
    "conditions": "asked-condition",
    "allergies": "asked-allergy",
    "goals": "goals",
    "declines": "declines",
}
"""Fields of the history, by the head of the input."""

_CORRECTED: Mapping[str, str] = {
    "last_use": "b.last_use",
    "supply": "b.supply.adulterants",
    "amount": "b.amount.value",
    "duration": "b.duration.value",
    "route": "b.route",
    "prescribed": "b.prescribed",
}
"""Fields of the correction of something taken: what is not known of an entry is added to it."""


def answered_at(visit: Visit, name: str) -> str:
    """The address where an input is charted, with its field; empty where who asks may not chart it."""
    head, *rest = name.split(".")
    to, permission = _place(visit, head, rest)
    return f"/patients/{visit.patient}{to}" if visit.may(permission) else ""


def _place(visit: Visit, head: str, rest: list[str]) -> tuple[str, Permission]:
    first = rest[0] if rest else ""
    match head:
        case "scores":
            item = f"#{'.'.join(rest[1:])}" if len(rest) > 2 else ""
            return f"/score/{first}{item}", "score-write"
        case "observations":
            screened = first == "urine-drug-screen" and len(rest) > 1
            return f"/vitals#{f'{first}-{rest[1]}' if screened else first}", "score-write"
        case "doses":
            return "/dose", "dose-give"
        case "orders" if rest[-1:] == ["day"]:
            return "/history#medicine-name", "chart-write"
        case "orders":
            return "/plan", "plan-change"
        case "exposures":
            number = _entry_of(visit, "exposures", first)
            if number is None:
                return "/took#substance", "chart-write"
            return f"/correct/{number}{_at(_corrected(visit, number, rest[-1]))}", "chart-write"
        case "medicines" if (number := _entry_of(visit, "medicines", first)) is not None:
            return f"/correct/{number}", "chart-write"
        case "patient":
            return f"/history{_at(first)}", "chart-write"
        case _:
            return f"/history{_at(_HISTORY.get(head, ''))}", "chart-write"


def _corrected(visit: Visit, number: int, what: str) -> str:
    """The field of a correction; of a time, by whether one instant or two stand in the entry."""
    item = dict(visit.bedside.chart.items("exposures")).get(number, {})
    return f"b.{what}.earliest" if is_mapping(item.get(what)) and what == "last_use" else _CORRECTED.get(what, "")


def _at(field: str) -> str:
    return f"#{field}" if field else ""


def _entry_of(visit: Visit, list_name: str, key: str) -> int | None:
    """The entry that an item of the case was charted with."""
    case = visit.bedside.case
    if case is None or not key:
        return None
    items = case.exposures if list_name == "exposures" else case.medicines
    keys = [] if isinstance(items, Missing) else [item.key for item in items]
    numbers = visit.bedside.chart.came_from.get(list_name, ())
    return dict(zip(keys, numbers, strict=False)).get(key)
