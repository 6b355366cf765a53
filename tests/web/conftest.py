"""A demo ward and people who are signed in to it: pages asked through the whole application, without a network."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from leeward.knowledge import load_knowledge
from leeward.record.access import transaction
from leeward.record.entries import Draft, Entry
from leeward.record.sessions import Lasts, begin
from leeward.record.storage import Record, default_url
from leeward.ward.demo import fill
from leeward.ward.state import Ward
from leeward.web.app import app_of
from leeward.web.guard import COOKIE
from leeward.web.house import House
from tests.ehr.fixtures import ehr

__all__ = ["ehr"]

NOW = datetime.fromisoformat("2026-11-22T09:00:00-05:00")


class Clock:
    """The clock of a test: it stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass: `forward(minutes=30)`."""
        self.now += timedelta(**span)


class Page:
    """A page as it came: its status, its text, its fields."""

    def __init__(self, response: Any) -> None:
        self.response, self.status, self.html = response, response.status_code, response.text
        self.url = str(response.url.path)

    @property
    def text(self) -> str:
        """What is read: without marks, spaces joined."""
        without = re.sub(r"<(script|style|head)\b.*?</\1>|<[^>]+>", " ", self.html, flags=re.DOTALL)
        return " ".join(html.unescape(without).split())

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.html)
        return html.unescape(found[1]) if found else ""


class Someone:
    """Somebody with a browser, signed in or not."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str) -> Page:
        """A page."""
        return Page(self.client.get(path))

    def send(self, path: str, at: str = "", **fields: Any) -> Page:
        """Open a page and send its form to `at` (to itself unless given), with these fields; what the form hides goes with it."""
        page = self.get(path)
        hidden = {name: page.hidden(name) for name in ("form", "id", "seen") if page.hidden(name)}
        return Page(self.client.post(at or path, data=hidden | fields))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A demo ward in a new SQLite file."""
    yield from demo_house(tmp_path, clock)


def demo_house(folder: Path, clock: Clock) -> Iterator[House]:
    """The house of a new demo ward in a folder."""
    folder.mkdir(exist_ok=True)
    with Record(default_url(folder)) as record:
        fill(record, clock.now)
        knowledge = load_knowledge()
        yield House(
            record=record,
            ward=Ward(record, knowledge),
            knowledge=knowledge,
            clock=clock,
            demo=True,
            allowed_hosts=("testserver",),
        )


@pytest.fixture
def someone(house: House) -> Callable[[str], Someone]:
    """Signs somebody in by their id: `someone("n.park")`; nobody for an empty id."""
    return signing_in(house)


def signing_in(house: House) -> Callable[[str], Someone]:
    """The function that signs somebody in to a house."""
    app = app_of(house)

    def made(person: str = "") -> Someone:
        client = TestClient(app)
        if person:
            with transaction(house.record.engine) as connection:
                client.cookies.set(COOKIE, begin(connection, person, house.clock(), Lasts()))
        return Someone(client)

    return made


@pytest.fixture
def charted(house: House) -> Callable[..., Entry]:
    """Writes an entry as somebody else: `charted("note", {"text": "..."}, patient="demo-1")`."""

    def written(
        kind: Any,
        body: dict[str, Any],
        *,
        patient: str = "demo-1",
        by: str = "t.okoye",
        role: str = "nurse",
        at: datetime | None = None,
        **besides: Any,
    ) -> Entry:
        draft = Draft(
            id=uuid.uuid4().hex, kind=kind, patient=patient, at=(at or house.clock()).isoformat(), by=by, role=role, body=body, **besides
        )  # fmt: skip
        return house.record.append(draft, house.clock())

    return written
