"""Templates: words escaped by default, times local with their zone, absolute beside relative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context as TemplateContext
from markupsafe import Markup

from leeward import __version__
from leeward.errors import Problem
from leeward.paper.plain_words import kept_words, path_words, plain
from leeward.paper.times import ago, clock, zone_name, zone_of
from leeward.record.permissions import Permission
from leeward.record.sessions import form_token
from leeward.ward.banner import banner_of
from leeward.ward.board import board_of
from leeward.ward.reasons import reason
from leeward.ward.rows import Row
from leeward.ward.state import Bedside, Ward
from leeward.web.house import House
from leeward.web.signed_out import SHOW_AGAIN
from leeward.web.visit import Visit


@cache
def environment() -> Environment:
    """The templates of this package. A name that a page forgot to give is an error, never an empty place."""
    made = Environment(
        loader=PackageLoader("leeward.web"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    filters: dict[str, Any] = {
        "when": when,
        "last_day": last_day,
        "clock": at_clock,
        "with_offset": with_offset,
        "words": words,
        "number": plain_number,
        "reason": reason,
        "plain": plain,
        "sentence": sentence,
        "unstopped": unstopped,
        "input": path_words,
        "kept": kept_words,
        "capitalise": capitalised,
        "set_row": set_row,
    }
    for name, function in filters.items():
        made.filters[name] = function  # pyright: ignore[reportUnknownMemberType]
    known: dict[str, Any] = {"version": __version__, "banner_of": banner_of, "emergencies_of": emergencies_of}
    made.globals |= known | {"only_here": only_here}  # pyright: ignore[reportUnknownMemberType]
    return made


def emergencies_of(ward: Ward, bedside: Bedside, now: datetime) -> tuple[str, ...]:
    """What is an emergency for a person now: said on every page of their chart."""
    return board_of(ward).emergencies_of(bedside, now)


@lru_cache(maxsize=4096)
def set_row(row: Row) -> Markup:
    """A row of the board. On a large ward nearly every row is the one that was set for the board before."""
    return Markup(environment().get_template("board_row.html").render(row=row))


@pass_context
def when(context: TemplateContext, given: datetime | str | None) -> Markup:
    """An instant as `Sun 22 Nov 14:05 (1 h 15 min ago)`, machine-readable too."""
    instant = _instant(given)
    if instant is None:
        return Markup("time not known")
    now: datetime = context["now"]
    local = clock(instant, zone_of(now))
    return Markup('<time datetime="{}">{} <span class="ago">({})</span></time>').format(
        instant.isoformat(timespec="seconds"), local, ago(instant, now)
    )


@pass_context
def last_day(context: TemplateContext, until: datetime) -> str:
    """The end of a day as its last day, `the end of 1 January 2027`; another instant as it stands."""
    now: datetime = context["now"]
    local = until.astimezone(zone_of(now))
    day = local - timedelta(minutes=1)
    if local.hour or local.minute:
        return clock(until, zone_of(now), year=True)
    return f"the end of {day.day} {day:%B %Y}"


@pass_context
def at_clock(context: TemplateContext, given: datetime | str | None) -> str:
    """An instant on the wall clock alone."""
    instant = _instant(given)
    now: datetime = context["now"]
    return clock(instant, zone_of(now)) if instant is not None else "time not known"


@pass_context
def with_offset(context: TemplateContext, instant: datetime) -> str:
    """An instant on the wall clock, with the offset that the clock has on its day."""
    zone = zone_of(context["now"])
    return f"{clock(instant, zone)} {zone_name(instant.astimezone(zone))}"


def _instant(given: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(given) if isinstance(given, str) and given else given or None  # type: ignore[return-value]


def only_here(address: str) -> bool:
    """Whether an address opens on the machine of this server alone, so that no phone can open it.

    >>> only_here("http://127.0.0.1:8000/check-in/x"), only_here("https://ward.example/check-in/x")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    return host in ("", "localhost", "::1") or host.startswith("127.")


def words(given: object) -> str:
    """A word of the case file as people say it: hyphens and underscores are spaces."""
    return str(given).replace("-", " ").replace("_", " ")


def capitalised(said: str) -> str:
    """Words with a capital at their beginning; the rest stays as it is, unlike with `capitalize`."""
    return f"{said[:1].upper()}{said[1:]}"


def unstopped(said: str) -> str:
    """Words without the stop at their end, to be joined with others."""
    return said.rstrip(". ")


def sentence(said: str) -> str:
    """Words with one stop at their end, whether or not they came with it.

    >>> sentence("A brand."), sentence("Which one?"), sentence("a brand")
    ('A brand.', 'Which one?', 'a brand.')
    """
    return said if said.rstrip().endswith(("?", "!")) else f"{unstopped(said)}."


def plain_number(given: float) -> str:
    """A number without needless zeros."""
    return f"{given:g}"


def _never(permission: Permission) -> bool:
    return False


def render(template: str, values: Mapping[str, Any], visit: Visit | None, house: House) -> str:
    """The page as HTML.

    Every template knows `visit` (None where the request could not be read), `house`, `now`, `person`, `about` (the
    bedside, or None), `may(permission)`, `problems`, `problem_of(field)`, `form_token`.
    """
    person = visit.person if visit is not None else None
    problems: Sequence[Problem] = visit.problems if visit is not None else ()

    def problem_of(*fields: str) -> str:
        told = [one for one in problems if one.path in fields]
        return " ".join(f"{one.says} {one.mend}" for one in told)

    given: dict[str, Any] = {
        "visit": visit,
        "show_again": SHOW_AGAIN,
        "house": house,
        "now": visit.now if visit is not None else house.clock(),
        "person": person,
        "about": visit.about if visit is not None and person is not None else None,
        "may": visit.may if visit is not None else _never,
        "problems": problems,
        "problem_of": problem_of,
        "form_token": form_token(visit.token) if visit is not None and visit.token else "",
    }
    return environment().get_template(template).render(given | dict(values))
