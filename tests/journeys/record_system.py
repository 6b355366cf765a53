"""A record system of one made-up person, for the CDS Hooks sandbox: its pages, and a FHIR server that reads and searches."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PATIENT = "p1"

RESOURCES: tuple[dict[str, Any], ...] = (
    {"resourceType": "Patient", "id": PATIENT, "name": [{"family": "Madeup", "given": ["Mira"]}], "gender": "female", "birthDate": "1986-03-04"},
    {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "F11.20"}], "text": "Opioid dependence"},
        "subject": {"reference": f"Patient/{PATIENT}"},
    },
)  # fmt: skip


class _Answers(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        if not path.startswith("/fhir/"):
            super().do_GET()
            return
        match path.removeprefix("/fhir/").split("/"):
            case ["metadata"]:
                self._told(
                    {
                        "resourceType": "CapabilityStatement",
                        "status": "active",
                        "fhirVersion": "4.0.1",
                        "kind": "instance",
                    }
                )
            case [kind]:
                self._searched(kind)
            case [kind, id]:
                found = [one for one in RESOURCES if one["resourceType"] == kind and one["id"] == id]
                self._told(found[0] if found else {"resourceType": "OperationOutcome"}, 200 if found else 404)
            case _:
                self._told({"resourceType": "OperationOutcome"}, 404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        kind = self.path.removeprefix("/fhir/").partition("/_search")[0]
        self._searched(kind)

    def _searched(self, kind: str) -> None:
        """Everything of a kind: there is one person."""
        found = [{"resource": one} for one in RESOURCES if one["resourceType"] == kind]
        self._told({"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": found})

    def _told(self, resource: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(resource).encode()
        self.send_response(status)
        self.send_header("content-type", "application/fhir+json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing: the test tells what it saw."""


@contextmanager
def record_system(pages: Path) -> Iterator[str]:
    """The address of a record system that shows these pages; its FHIR server is below `/fhir`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answers, directory=str(pages)))
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    serving.join()
    server.server_close()
