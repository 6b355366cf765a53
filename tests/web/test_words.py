"""No page and no paper shows a name that only the program knows: an id, a path of a case file, a field of a form."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from leeward.instruments import load_instruments
from leeward.knowledge.knowledge import DATA, file_names
from tests.web.conftest import Page, Someone

UNDERSCORED = re.compile(r"(?<![\w@./:-])[a-z0-9]+(?:[.-][a-z0-9]+)*_[a-z0-9_.-]+")
DOTTED = re.compile(r"(?<![\w@/.-])[a-z_][a-z_-]+(?:\.[a-z0-9_-]*[a-z][a-z0-9_-]*)+(?![\w@/])")
IN_A_FILE = re.compile(r"\w+\[\d*\]|\[\]|\bnull\b|\bTrue\b|\bFalse\b|\bNone\b(?=[,)\]])")
TWO_STOPS = re.compile(r"[^.]\.\.(?!\.)|[;,:]\.|\.;|\. ;")
NAMES_OF_FILES = re.compile(r"\b(?:[\w-]+\.)+(?:gov|org|com|net|edu|toml|json|jsonl|csv|pdf|html|md)\b")


@cache
def ids() -> frozenset[str]:
    """Hyphenated ids of the knowledge that stand in none of its sentences: those that do are words, too."""
    found: set[str] = set()
    words: list[str] = []

    def look(told: object) -> None:
        if isinstance(told, dict):
            found.update(name for name in told if "-" in name and name.islower())
            for value in told.values():
                look(value)
        elif isinstance(told, list):
            for one in told:
                look(one)
        elif isinstance(told, str):
            if "-" in told and " " not in told and told.islower():
                found.add(told)
            else:
                words.append(told)

    for name in file_names():
        look(tomllib.loads((DATA / f"{name}.toml").read_text()))
    found |= {id for id in load_instruments() if "-" in id}
    said = " ".join(words).casefold()
    return frozenset(id for id in found if not re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", said))


def unworded(text: str) -> Iterator[str]:
    """What in a text is no word: with what stands around it."""
    text = NAMES_OF_FILES.sub("", text)
    for pattern in (UNDERSCORED, DOTTED, IN_A_FILE, TWO_STOPS):
        for found in pattern.finditer(text):
            yield text[max(0, found.start() - 50) : found.end() + 30]
    for found in re.finditer(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])", text):
        if found[0] in ids():
            yield text[max(0, found.start() - 50) : found.end() + 30]


NOT_WORDS = re.compile(
    r"<code\b.*?</code>|<datalist\b.*?</datalist>|<ul class=\"sources\">.*?</ul>|<a href=\"/reference/sources/[^>]*>.*?</a>",
    re.DOTALL,
)
"""What is copied from elsewhere or typed as it stands: commands, and titles of sources."""

LEFT = re.compile(
    r"/signals|/reference|/product|/static|/entries|/sources$|/administration/policy|\?|\.(?:pdf|svg|json)$"
)
"""Addresses that are lists of what was published, or of entries as they were written."""


def visible(page: Page) -> str:
    """What is read of a page, without what is copied from elsewhere."""
    page.html = NOT_WORDS.sub("", page.html)
    return page.text


def walked(one: Someone, start: str) -> Iterator[tuple[str, Page]]:
    """Every page that is linked from a page, from page to page; of many corrections the first few."""
    todo, done = [start], set[str]()
    while todo:
        path = todo.pop()
        if path in done or LEFT.search(path) or ("/correct/" in path and sum("/correct/" in p for p in done) > 8):
            continue
        done.add(path)
        page = one.get(path)
        yield path, page
        here = start if start != "/" else "/administration"
        links = (html.unescape(found) for found in re.findall(r'href="([^"#]+)', page.html))
        todo += [link for link in links if link.startswith(here)]


@pytest.mark.parametrize("patient", [f"demo-{n}" for n in range(1, 11)])
def test_no_page_of_a_person_shows_an_id(someone, patient):
    found = [
        (path, said)
        for path, page in walked(someone("a.reyes"), f"/patients/{patient}")
        for said in unworded(visible(page))
    ]
    assert found == []


def test_no_page_beside_the_charts_shows_an_id(someone):
    found = [
        (path, said)
        for who in ("n.park", "admin", "m.haddad")
        for path in ("/", "/me", "/services")
        for path, page in walked(someone(who), path)
        for said in unworded(visible(page))
    ]
    assert found == []


HARD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("medicine", {"name": "methadone", "dose": "60 mg"}),
    ("medicine", {"name": "naltrexone-extended-release"}),
    ("medicine", {"name": "unheard-of remedy"}),
    ("medicine", {"name": "phenelzine"}),
    ("medicine", {"name": "buprenorphine-transdermal", "dose": "20 mcg/h"}),
    ("exposure", {"substance": "methadone", "last_use": "unknown"}),
    ("exposure", {"substance": "fentanyl-illicit"}),
    ("exposure", {"substance": "fentanyl-illicit", "last_use": "unknown"}),
    ("exposure", {"substance": "7-hydroxymitragynine"}),
    ("exposure", {"substance": "other-sedative"}),
    ("condition", {"name": "unknown"}),
    ("condition", {"name": "long-qt-congenital"}),
    ("condition", {"name": "a made-up condition"}),
    ("allergy", {"name": "unheard-of remedy", "reaction": "rash"}),
    ("dose", {"medicine": "buprenorphine-naloxone-sublingual", "dose": "unknown"}),
    ("dose", {"medicine": "unknown", "dose": "unknown"}),
    ("observation", {"what": "systolic-blood-pressure", "value": 80, "unit": "mmHg"}),
    ("observation", {"what": "sedation-rass", "value": -4}),
    ("score", {"instrument": "c-ssrs", "items": {}}),
    ("score", {"instrument": "sows-gossop-10", "items": {}}),
    ("goal", {"declines": "buprenorphine-standard"}),
    ("goal", {"goal": "reduced-use"}),
    ("discharge", {"how": "planned", "with": ["ongoing-treatment"], "without": ["follow-up", "ongoing-naltrexone", "naloxone"],
                   "without_naloxone": "declined"}),
)  # fmt: skip


@pytest.mark.parametrize("at_once", [True, False], ids=["all of it", "one by one"])
def test_no_page_of_a_hard_chart_shows_an_id(someone, charted, clock, at_once):
    prescriber = someone("a.reyes")
    found: list[tuple[str, str]] = []
    for kind, body in HARD:
        clock.forward(minutes=1)
        charted(kind, body, patient="demo-8")
        if not at_once:
            for path in ("", "/plan", "/dose", "/hand-off", "/history", "/discharge"):
                found += [
                    (f"{body} {path}", said) for said in unworded(visible(prescriber.get(f"/patients/demo-8{path}")))
                ]
    if at_once:
        found = [
            (path, said) for path, page in walked(prescriber, "/patients/demo-8") for said in unworded(visible(page))
        ]
    assert found == []


ORDERED = (
    "methadone",
    "buprenorphine-naloxone-sublingual",
    "clonidine",
    "fentanyl-transdermal",
    "naltrexone",
    "unheard-of remedy",
)


@pytest.mark.parametrize("patient", ["demo-1", "demo-4", "demo-8", "demo-10"])
@pytest.mark.parametrize("medicine", ORDERED)
def test_no_answer_about_a_dose_shows_an_id(someone, charted, patient, medicine):
    charted("medicine", {"name": "methadone"}, patient=patient)
    fields = {"medicine": medicine, "dose": "20", "unit": "mg", "as_told": "yes"}
    nurse = someone("n.park")
    for more in ({"look": "yes"}, {"given": "yes"}, {"given": "no", "reason": "Asleep"}):
        page = nurse.send(f"/patients/{patient}/dose", **fields, **more)
        assert list(unworded(visible(page))) == []
