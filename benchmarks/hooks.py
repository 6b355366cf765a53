"""CDS Hooks under load: one process, 100 calls a second, each with a prefetch of 100 resources.

    .venv/bin/python benchmarks/hooks.py [--seconds 20] [--rate 100] [--service cdc-opioids-order-sign] [--resources 100]

Prints the floor too: the bytes decoded and nothing else, so that what answering costs can be told from what reading costs.
Lateness counts: a call that had to wait for its turn took that long. Client and server share this machine's cores, so where
other programs run too the time that the server's processor worked for a call tells more than the time that a call took.
"""

from __future__ import annotations

import argparse
import asyncio
import json
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
from pathlib import Path
from typing import Any

from leeward.fhir.json_text import decoded
from leeward.hooks.request import read_call

COMMUNITY = [
    {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category", "code": "community"}]}
]
RXNORM, ICD, LOINC = (
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://loinc.org",
)

READINGS = (
    ("8867-4", 55, 115, "/min"),
    ("9279-1", 9, 22, "/min"),
    ("59408-5", 92, 100, "%"),
    ("2823-3", 3.2, 5.4, "mmol/L"),
)
"""Heart rate, breaths, saturation and potassium: the code, the lowest and highest reading, the unit."""

WRONG = 0.05
"""How many readings come in a unit that is not theirs, so that reading them anew is measured too."""


def coded(system: str, code: str) -> dict[str, Any]:
    """A concept with one code of HL7's own systems."""
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def order(id: str, code: str, status: str, authored: str) -> dict[str, Any]:
    """An order of a made-up person."""
    return {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": status,
        "intent": "order",
        "category": COMMUNITY,
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code}]},
        "subject": {"reference": "Patient/p1"},
        "authoredOn": authored,
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet", "code": "{tbl}"}}],
            }
        ],
        "dispenseRequest": {"expectedSupplyDuration": {"value": 30, "code": "d"}},
    }


def body(chance: random.Random, service: dict[str, Any], resources: int) -> bytes:
    """A call with so many made-up resources in its prefetch."""
    kinds: dict[str, list[dict[str, Any]]] = {
        "Patient": [],
        "MedicationRequest": [],
        "Condition": [],
        "Observation": [],
    }
    for number in range(resources - 1):
        day = f"2026-{chance.randint(1, 10):02}-{chance.randint(1, 28):02}"
        kind = chance.choice(["MedicationRequest", "Condition", "Observation", "Observation"])
        if kind == "MedicationRequest":
            code = chance.choice(["1049502", "1049683", "1298088", "104693", "197361", "310798"])
            kinds[kind].append(order(f"m{number}", code, chance.choice(["active", "completed", "stopped"]), day))
        elif kind == "Condition":
            kinds[kind].append({"resourceType": kind, "id": f"c{number}", "clinicalStatus": coded("condition-clinical", "active"),
                "category": [coded("condition-category", "problem-list-item")], "subject": {"reference": "Patient/p1"}, "recordedDate": day,
                "code": {"coding": [{"system": ICD, "code": chance.choice(["I10", "E11.9", "F11.20", "M54.5", "J45.909"])}]}})  # fmt: skip
        else:
            loinc, low, high, unit = chance.choice(READINGS)
            unit = unit if chance.random() > WRONG else "/min"
            kinds[kind].append({"resourceType": kind, "id": f"o{number}", "status": "final", "subject": {"reference": "Patient/p1"},
                "category": [coded("observation-category", chance.choice(["vital-signs", "laboratory"]))], "effectiveDateTime": f"{day}T09:00:00Z",
                "code": {"coding": [{"system": LOINC, "code": loinc}]},
                "valueQuantity": {"value": round(chance.uniform(low, high), 1), "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}})  # fmt: skip
    prefetch: dict[str, Any] = {}
    for key, template in service["prefetch"].items():
        kind = re.match(r"\w+", template)[0]  # type: ignore[index]
        if key == "patient":
            prefetch[key] = {"resourceType": "Patient", "id": "p1", "birthDate": "1980-05-05", "gender": "male"}
        else:
            found = kinds.pop(kind, [])
            prefetch[key] = {
                "resourceType": "Bundle",
                "type": "searchset",
                "entry": [{"resource": one} for one in found],
            }
    context: dict[str, Any] = {"userId": "Practitioner/a", "patientId": "p1"}
    if service["hook"] == "encounter-discharge":
        context |= {"encounterId": "e1"}
    elif service["hook"] != "patient-view":
        drafts = [{"resource": order("d1", "1049502", "draft", "2026-11-22")}]
        context |= {"draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": drafts}}
    call = {
        "hook": service["hook"],
        "hookInstance": str(uuid.UUID(int=chance.getrandbits(128))),
        "context": context,
        "prefetch": prefetch,
    }
    return json.dumps(call).encode()


async def ask(address: str, path: str, content: bytes, kept: list[Any]) -> tuple[int, bytes]:
    """One call over a connection that is kept open."""
    host, port = address.removeprefix("http://").split(":")
    if not kept:
        kept[:] = await asyncio.open_connection(host, int(port))
    reader, writer = kept
    method = "POST" if content else "GET"
    head = f"{method} {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    writer.write(head.encode() + content)
    answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"(?im)^content-length: (\d+)", answer)
    found = await reader.readexactly(int(length[1])) if length else b""
    return int(answer.split(" ", 2)[1]), found


def worked(process: int) -> float:
    """Seconds that a process has kept a processor busy (Linux only; 0 elsewhere)."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


async def under_load(address: str, path: str, bodies: list[bytes], rate: int, seconds: int, server: int) -> None:
    """Calls at a fixed rate, whatever the answers take."""
    free: asyncio.Queue[list[Any]] = asyncio.Queue()
    for _ in range(32):
        free.put_nowait([])
    took: list[float] = []
    cards, failed = 0, 0
    warm: list[Any] = []

    async def step(content: bytes, due: float) -> None:
        nonlocal cards, failed
        kept = await free.get()
        status, answer = await ask(address, path, content, kept)
        free.put_nowait(kept)
        failed += status != 200
        cards += answer.count(b'"summary"')
        took.append(time.perf_counter() - due)

    for content in bodies:
        await ask(address, path, content, warm)
    before, begun, waiting = worked(server), time.perf_counter(), []
    for number in range(rate * seconds):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.append(asyncio.create_task(step(bodies[number % len(bodies)], due)))
    await asyncio.gather(*waiting)
    took.sort()
    print(
        f"{path}: median {statistics.median(took) * 1000:.1f} ms, p99 {took[int(len(took) * 0.99)] * 1000:.1f} ms, "
        f"{len(took) / (time.perf_counter() - begun):.1f} a second, "
        f"{(worked(server) - before) / len(took) * 1000:.1f} ms of processor a call, "
        f"{cards / len(took):.1f} cards a call, {failed} failed"
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--rate", type=int, default=100)
    asked.add_argument("--resources", type=int, default=100)
    asked.add_argument("--service", action="append")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "leeward",
            "serve",
            "--demo",
            "--port",
            "0",
            "--database",
            f"sqlite:///{folder}/r.sqlite",
        ]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            address = next(found[1] for line in server.stdout if (found := re.search(r"open at (http://\S+)", line)))
            offered = json.loads(asyncio.run(ask(address, "/cds-services", b"", []))[1])["services"]
            for name in given.service or ["cdc-opioids-order-sign", "leeward-withdrawal"]:
                service = next(one for one in offered if one["id"] == name)
                bodies = [body(random.Random(number), service, given.resources) for number in range(50)]
                floor(bodies)
                asyncio.run(under_load(address, f"/cds-services/{name}", bodies, given.rate, given.seconds, server.pid))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def floor(bodies: list[bytes]) -> None:
    """What it takes to decode the bytes, and to read them as FHIR, without a server and without an answer."""
    for name, read in (("decode the JSON", decoded), ("read the call", read_call)):
        begun = time.perf_counter()
        for content in bodies:
            read(content)
        each = (time.perf_counter() - begun) / len(bodies)
        print(f"  floor: {name} of {statistics.mean(map(len, bodies)) / 1024:.0f} KB in {each * 1000:.2f} ms")


if __name__ == "__main__":
    main()
