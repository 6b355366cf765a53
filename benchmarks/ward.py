"""A ward of 500 people with 100 entries each: how long pages take, and what two workers hold.

    .venv/bin/python benchmarks/ward.py [--people 500] [--entries 100] [--seconds 30] [--rate 100] [--database URL]

Prints the floor too (the same requests answered with an empty page), so that what the pages cost can be told from what
serving costs. Client and server share this machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from leeward.record.access import transaction
from leeward.record.entries import Draft
from leeward.record.people import enter_person
from leeward.record.sessions import Lasts, begin, form_token
from leeward.record.storage import Record, default_url

MIX = (
    ("board", 15),
    ("board rows", 15),
    ("patient", 30),
    ("score page", 10),
    ("entries", 5),
    ("chart score", 15),
    ("chart vitals", 10),
)
"""Shares of the mixed load; a quarter of it writes, and each page of a chart writes that it was read."""

WARMING = 3
"""Seconds of load before the load that counts."""

COWS = (
    "pulse",
    "sweating",
    "restlessness",
    "pupils",
    "aches",
    "nose_eyes",
    "gi",
    "tremor",
    "yawning",
    "anxiety",
    "gooseflesh",
)
POINTS = {"pulse": (0, 1, 2, 4), "sweating": (0, 1, 2, 3, 4), "restlessness": (0, 1, 3, 5), "pupils": (0, 1, 2, 5), "aches": (0, 1, 2, 4),
          "nose_eyes": (0, 1, 2, 4), "gi": (0, 1, 2, 3, 5), "tremor": (0, 1, 2, 4), "yawning": (0, 1, 2, 4), "anxiety": (0, 1, 2, 4),
          "gooseflesh": (0, 3, 5)}  # fmt: skip


def fill(record: Record, people: int, entries: int, now: datetime) -> list[str]:
    """Charts of made-up people, `entries` each, over the last two days."""
    chance = random.Random(20261122)
    begun = now - timedelta(days=2)
    record.append_all(
        [
            enter_person(
                person="n.bench", name="Bench, Nurse", roles=["nurse"], people={}, by=None, now=begun, id="bench-nurse"
            ),
            enter_person(
                person="a.bench",
                name="Bench, Admin",
                roles=["administrator"],
                people={},
                by=None,
                now=begun,
                id="bench-admin",
            ),
        ],
        begun,
    )
    for number in range(people):
        patient = f"p-{number:04}"
        record.append_all(list(chart(patient, entries, begun, now, chance)), now - timedelta(seconds=30))
    return [f"p-{number:04}" for number in range(people)]


def chart(patient: str, entries: int, begun: datetime, now: datetime, chance: random.Random):
    """One person's entries: an admission, what they took, then scores, readings and doses."""

    def made(kind: str, body: dict, at: datetime) -> Draft:
        return Draft(
            id=uuid.UUID(int=chance.getrandbits(128)).hex,
            kind=kind,
            patient=patient,
            at=at.isoformat(),
            by="n.bench",
            role="nurse",
            body=body,
        )  # type: ignore[arg-type]

    yield made(
        "admission",
        {"name": f"Bench, {patient}", "setting": "inpatient", "jurisdiction": "US-PA", "synthetic": True},
        begun,
    )
    yield made(
        "patient",
        {"age": chance.randint(18, 80), "sex": chance.choice(["female", "male"]), "pregnant": "no", "weight_kg": 70},
        begun,
    )
    substance = chance.choice(["heroin", "fentanyl-illicit", "kratom-leaf", "7-hydroxymitragynine", "oxycodone"])
    yield made("exposure", {"substance": substance, "last_use": (begun - timedelta(hours=8)).isoformat()}, begun)
    yield made("goal", {"goal": "start-treatment"}, begun)
    step = (now - begun - timedelta(minutes=10)) / (entries - 4)
    for turn in range(entries - 4):
        at = begun + step * turn
        if turn % 4 == 0:
            yield made(
                "score", {"instrument": "cows", "items": {item: chance.choice(POINTS[item]) for item in COWS}}, at
            )
        elif turn % 20 == 5:
            yield made("dose", {"medicine": "buprenorphine-sublingual", "dose": "4 mg", "route": "sublingual"}, at)
        else:
            what, low, high, unit = chance.choice(
                [
                    ("heart-rate", 60, 120, "/min"),
                    ("respiratory-rate", 12, 22, "/min"),
                    ("oxygen-saturation", 94, 100, "%"),
                    ("systolic-blood-pressure", 95, 160, "mmHg"),
                ]
            )
            yield made("observation", {"what": what, "value": chance.randint(low, high), "unit": unit}, at)


class Browser:
    """One connection kept open; answers with status and body, and how long it took in seconds."""

    def __init__(self, address: str, cookie: str) -> None:
        parts = urlsplit(address)
        self.host, self.port, self.cookie = parts.hostname, parts.port, cookie
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes, float]:
        """One request."""
        body = urlencode(form).encode() if form is not None else b""
        head = f"{'POST' if form is not None else 'GET'} {path} HTTP/1.1\r\nhost: {self.host}:{self.port}\r\ncookie: leeward_session={self.cookie}\r\n"
        if form is not None:
            head += f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n"
        begun = time.perf_counter()
        for attempt in (1, 2):
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
            try:
                self.writer.write(head.encode() + b"\r\n" + body)
                status, content = await self._response()
                return status, content, time.perf_counter() - begun
            except (ConnectionError, asyncio.IncompleteReadError):
                self.writer = None
                if attempt == 2:
                    raise
        raise AssertionError

    async def _response(self) -> tuple[int, bytes]:
        assert self.reader is not None
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?im)^content-length: (\d+)", head)
        content = await self.reader.readexactly(int(length[1])) if length else b""
        return int(head.split(" ", 2)[1]), content


def request_of(kind: str, patient: str, form: str, chance: random.Random) -> tuple[str, dict[str, str] | None]:
    """The address and the form of one step of the mix."""
    hidden = {"form": form, "id": uuid.UUID(int=chance.getrandbits(128)).hex, "seen": "0"}
    match kind:
        case "board":
            return "/", None
        case "board rows":
            return "/board/rows", None
        case "patient":
            return f"/patients/{patient}", None
        case "score page":
            return f"/patients/{patient}/score/cows", None
        case "entries":
            return f"/patients/{patient}/entries", None
        case "chart score":
            return f"/patients/{patient}/score/cows", hidden | {
                f"items.{item}": str(chance.choice(POINTS[item])) for item in COWS
            }
        case _:
            return f"/patients/{patient}/vitals", hidden | {
                "heart-rate": str(chance.randint(60, 120)),
                "oxygen-saturation": "98",
            }


async def one_by_one(address: str, cookie: str, form: str, patients: list[str], times: int) -> None:
    """Each kind of page asked one after the other: what one request costs."""
    chance, browser = random.Random(1), Browser(address, cookie)
    floor = [(await browser.ask("/static/leeward.svg"))[2] for _ in range(times)]
    print(f"  {'floor: a static file':24} median {statistics.median(floor) * 1000:7.1f} ms")
    for kind, _ in MIX:
        took: list[float] = []
        size = 0
        for _ in range(times):
            path, sent = request_of(kind, chance.choice(patients), form, chance)
            status, content, seconds = await browser.ask(path, sent)
            assert status in (200, 303), (kind, status, content[:300])
            took.append(seconds)
            size = len(content)
        ordered = sorted(took)
        print(
            f"  {kind:24} median {statistics.median(took) * 1000:7.1f} ms   p99 {ordered[int(len(ordered) * 0.99)] * 1000:7.1f} ms   {size / 1024:6.0f} KB"
        )


async def under_load(
    address: str, cookies: list[str], forms: list[str], patients: list[str], rate: int, seconds: int
) -> None:
    """A mixed load at a fixed rate, whatever the answers take: lateness counts as time taken."""
    chance = random.Random(2)
    kinds = [kind for kind, share in MIX for _ in range(share)]
    browsers = [Browser(address, cookies[number % len(cookies)]) for number in range(64)]
    free: asyncio.Queue[int] = asyncio.Queue()
    for number in range(len(browsers)):
        free.put_nowait(number)
    took: dict[str, list[float]] = {kind: [] for kind, _ in MIX}
    failed = 0

    async def step(kind: str, due: float) -> None:
        nonlocal failed
        number = await free.get()
        try:
            path, sent = request_of(kind, chance.choice(patients), forms[number % len(forms)], chance)
            status, _, _ = await browsers[number].ask(path, sent)
            failed += status not in (200, 303)
            took[kind].append(time.perf_counter() - due)
        finally:
            free.put_nowait(number)

    begun = time.perf_counter()
    waiting = []
    for number in range(rate * seconds):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.append(asyncio.create_task(step(chance.choice(kinds), due)))
    await asyncio.gather(*waiting)
    lasted = time.perf_counter() - begun
    every = sorted(second for seconds_of_kind in took.values() for second in seconds_of_kind)
    for kind, found in took.items():
        found.sort()
        print(
            f"  {kind:24} median {statistics.median(found) * 1000:7.1f} ms   p99 {found[int(len(found) * 0.99)] * 1000:7.1f} ms   {len(found)} times"
        )
    print(
        f"  {'all':24} median {statistics.median(every) * 1000:7.1f} ms   p99 {every[int(len(every) * 0.99)] * 1000:7.1f} ms   {len(every) / lasted:.1f} a second, {failed} failed"
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=500)
    asked.add_argument("--entries", type=int, default=100)
    asked.add_argument("--seconds", type=int, default=30)
    asked.add_argument("--rate", type=int, default=100)
    asked.add_argument("--times", type=int, default=100)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--database", default="")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = given.database or default_url(Path(folder))
        now = datetime.now().astimezone()
        begun = time.perf_counter()
        with Record(database) as record:
            patients = fill(record, given.people, given.entries, now)
            with transaction(record.engine) as connection:
                cookies = [begin(connection, "n.bench", now, Lasts()) for _ in range(8)]
        print(
            f"{given.people} people, {given.people * given.entries} entries written in {time.perf_counter() - begun:.1f} s; {os.cpu_count()} cores"
        )
        command = [
            sys.executable,
            "-m",
            "leeward",
            "serve",
            "--database",
            database,
            "--port",
            "0",
            "--workers",
            str(given.workers),
        ]
        server = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"LEEWARD_HOME": folder},
            start_new_session=True,
        )
        try:
            measure(server, cookies, patients, given)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(20)


def measure(server: subprocess.Popen[str], cookies: list[str], patients: list[str], given: argparse.Namespace) -> None:
    """Everything measured against a server that has just started."""
    begun = time.perf_counter()
    address = opened(server)
    forms = [form_token(cookie) for cookie in cookies]
    asyncio.run(first_board(address, cookies[0]))
    print(f"first board whole {time.perf_counter() - begun:.1f} s after the start")
    print("one by one")
    asyncio.run(one_by_one(address, cookies[0], forms[0], patients, given.times))
    # One by one, one worker was asked alone: the others catch up first, and what that takes is shown by itself.
    print(f"mixed, {given.rate} a second: the first {WARMING} s, in which every worker catches up")
    asyncio.run(under_load(address, cookies, forms, patients, given.rate, WARMING))
    print(f"mixed, {given.rate} a second for {given.seconds} s, {given.workers} workers")
    asyncio.run(under_load(address, cookies, forms, patients, given.rate, given.seconds))


def opened(server: subprocess.Popen[str]) -> str:
    """The address that the server says it is open at."""
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"open at (http://\S+)", line):
            return found[1]
    raise SystemExit(f"The server did not start (exit status {server.wait(10)}).")


async def first_board(address: str, cookie: str) -> None:
    """Wait until no board says that it is still being read, asked of every worker: each connection may meet another."""
    whole = 0
    while whole < 12:
        browser = Browser(address, cookie)
        try:
            status, content, _ = await browser.ask("/")
        except OSError:
            await asyncio.sleep(0.1)
            continue
        assert status == 200, content[:300]
        whole = 0 if b"goes on by itself" in content else whole + 1
        await asyncio.sleep(0 if whole else 0.2)
        if browser.writer is not None:
            browser.writer.close()


if __name__ == "__main__":
    main()
