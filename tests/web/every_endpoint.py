"""A ward of its own and everybody who might ask it: requests to every route there is, and what holds of each answer."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from anyio.from_thread import BlockingPortal
from starlette.routing import Match, Mount, Route

from benchmarks.hooks import body
from leeward.fhir.capability import SERVED
from leeward.fhir.episode import id_of_person
from leeward.record.access import transaction
from leeward.record.sessions import Lasts, begin, form_token, make_link
from leeward.ward.demo import STAFF
from leeward.web.app import app_of
from leeward.web.guard import COOKIE
from leeward.web.headers import FOR_PROGRAMS
from leeward.web.house import House
from leeward.web.table import PAGES
from tests.web.asked_directly import Answered, Asked, Header, ask
from tests.web.forms_found import Form, filled, forms_of
from tests.web.spoiling import CURIOUS, TEXTS, multipart, no_document, noise, segment, spoilt, target, typed, urlencoded
from tests.web.what_holds import look

HOST = b"testserver"

RESOURCES: tuple[dict[str, Any], ...] = (
    {"resourceType": "Patient", "id": "p1", "name": [{"family": "Madeup"}], "birthDate": "1980-05-05", "extension": [{"url": "urn:x", "valueString": "y"}]},
    {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "o"}]}}]},
    {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}}]},
    {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}, "valueQuantity": {"value": 80, "unit": "/min"}},
)  # fmt: skip

METHODS = (
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "get",
    "QUERY",
    "X" * 300,
)


class Rounds:
    """Makes requests from a seed, sends them, and looks at the answers."""

    def __init__(self, house: House, seed: int, portal: BlockingPortal) -> None:
        self.house, self.seed, self.chance = house, seed, random.Random(seed)
        self.app = app_of(house)
        self.routes: dict[str, Route | Mount] = {
            one.path: one for one in self.app.routes if isinstance(one, (Route, Mount))
        }
        self.reached: Counter[str] = Counter()
        self.seen: Counter[int] = Counter()
        self.portal = portal
        self.tokens = {one.id: self._begun(one.id) for one in STAFF}
        self.words = self._words()
        self.forms = list(self._forms())
        services = json.loads(self._got("/cds-services", "").content)["services"]
        self.calls = [(one["id"], json.loads(body(self.chance, one, 12))) for one in services]

    def _begun(self, person: str) -> str:
        with transaction(self.house.record.engine) as connection:
            return begin(connection, person, self.house.clock(), Lasts())

    def _words(self) -> dict[str, list[str]]:
        """What may stand in an address: what is there in this ward."""
        house, now = self.house, self.house.clock()
        engine = house.record.engine
        entries = house.record.last_number()
        return {
            "patient": sorted({entry.patient for entry in house.record.entries() if entry.patient}),
            "number": [str(self.chance.randint(1, entries)) for _ in range(40)],
            "instrument": ["cows", "sows-gossop-10", "oows", "nows"],
            "option": ["buprenorphine-standard", "methadone", "lofexidine", "clonidine"],
            "person": [one.id for one in STAFF],
            "section": ["rules", "sources", "instruments", "limits", "hazards"],
            "token": [
                make_link(engine, "check-in", patient="demo-1", now=now, lasts=house.check_in_lasts),
                make_link(engine, "set-password", person="n.park", now=now, lasts=house.check_in_lasts),
            ],
            "service": [],
        }  # fmt: skip

    def _forms(self) -> Iterator[tuple[str, Form]]:
        """Every form of every page, with somebody who is shown it; where the address names an entry, of several entries."""
        for page in PAGES:
            for _ in range(8 if "{number}" in page.path else 1):
                yield from self._forms_at(self._address(page.path, likely=True)) if page.show and page.take else ()

    def _forms_at(self, address: str) -> Iterator[tuple[str, Form]]:
        for person in ("a.reyes", "n.park", "admin", "m.haddad", ""):
            answer = self._got(address, person)
            if answer.status == 200 and answer.kind == "text/html":
                found = [form for form in forms_of(answer.content.decode(), address) if form.action != "/sign-out"]
                yield from ((person, form) for form in found)
                if found:
                    return

    def _got(self, address: str, person: str) -> Answered:
        return ask(self.portal, self.app, Asked("GET", address, [(b"host", HOST), *self._cookie(person)]))

    def _cookie(self, person: str) -> list[Header]:
        return [(b"cookie", f"{COOKIE}={self.tokens[person]}".encode())] if person else []

    def _address(self, path: str, *, likely: bool = False) -> str:
        def put(found: re.Match[str]) -> str:
            known = self.words.get(found[1])
            return (
                self.chance.choice(known) if known and (likely or self.chance.random() < 0.8) else segment(self.chance)
            )

        return re.sub(r"{(\w+)(?::\w+)?}", put, path)

    def send(self, count: int) -> None:
        """So many requests. What does not hold is told with the request that showed it."""
        for number in range(count):
            if number % 40 == 39:
                self.tokens = {person: self._begun(person) for person in self.tokens}  # some have signed out
            asked = self.next()
            try:
                self._look(asked, ask(self.portal, self.app, asked))
            except Exception as wrong:
                cut = asked._replace(body=[part[:2000] for part in asked.body])
                raise AssertionError(f"Seed {self.seed}, request {number}: {wrong!r}\n{cut}") from wrong

    def next(self) -> Asked:
        """A request of some kind."""
        kinds = {
            self._form_sent: 30,
            self._page_read: 15,
            self._any_body: 10,
            self._hook_called: 16,
            self._fhir_asked: 15,
            self._anything: 10,
            self._static: 3,
            self._signing_in: 1,
        }
        return self.chance.choices(list(kinds), list(kinds.values()))[0]()

    def _asked(self, method: str, address: str, person: str, kind: bytes = b"", content: bytes = b"") -> Asked:
        chance = self.chance
        headers: list[Header] = [(b"host", HOST), *self._cookie(person)]
        if method not in ("GET", "HEAD"):
            headers += [(b"content-type", kind), (b"content-length", str(len(content)).encode())]
        if chance.random() < 0.1:
            headers += chance.sample(CURIOUS, chance.choice([1, 1, 2, 5]))
        if chance.random() < 0.02:
            del headers[chance.randrange(len(headers))]
        cuts = sorted(chance.randrange(len(content) + 1) for _ in range(chance.choice([0, 0, 0, 3])))
        parts = [content[start:end] for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True)]
        left = method == "POST" and chance.random() < 0.01  # the client goes away before the end
        return Asked(method, target(address, chance), headers, parts, left)

    def _someone(self) -> str:
        return self.chance.choice([*self.tokens, *self.tokens, ""])

    def _form_sent(self) -> Asked:
        person, form = self.chance.choice(self.forms)
        if form.action == "/sign-in" and self.chance.random() < 0.9:
            return self._form_sent()  # a password is dear to look at, by design
        if self.chance.random() < 0.1:
            person = self._someone()
        pairs = [(name, self._fresh(name, value, person)) for name, value in filled(form, self.chance)]
        pairs = typed(pairs, self.chance)
        if self.chance.random() < 0.005:
            pairs.append(
                (
                    self.chance.choice(["text", "x", *(name for name, _ in pairs)]),
                    "a" * self.chance.choice([300_000, 1_000_000]),
                )
            )
        if form.kind.startswith("multipart") or self.chance.random() < 0.1:
            file = no_document(self.chance) if self.chance.random() < 0.6 else None
            return self._asked("POST", form.action, person, *multipart(pairs, self.chance, file))
        return self._asked("POST", form.action, person, b"application/x-www-form-urlencoded", urlencoded(pairs))

    def _fresh(self, name: str, value: str, person: str) -> str:
        """The token of the form for this session; a new id for a form that is sent anew, and now and then the old one."""
        if name == "form":
            return form_token(self.tokens[person]) if person else value
        if name == "id" and self.chance.random() < 0.95:
            return uuid.UUID(int=self.chance.getrandbits(128)).hex
        return value

    def _page_read(self) -> Asked:
        page = self.chance.choice(PAGES)
        return self._asked(self.chance.choice(["GET", "GET", "GET", "HEAD"]), self._address(page.path), self._someone())

    def _any_body(self) -> Asked:
        chance, person = self.chance, self._someone()
        page = chance.choice([page for page in PAGES if page.take])
        token = form_token(self.tokens[person]) if person else "0" * 64
        match chance.randrange(4):
            case 0:
                kind, content = b"application/json", no_document(chance)
            case 1:
                kind, content = b"application/x-www-form-urlencoded", chance.randbytes(chance.choice([1, 50, 3000]))
            case 2:
                names = ["step", "at", "text", "why", "kind", "person", "role", "name", "dose", "items.pulse", *TEXTS]
                pairs = [
                    ("form", token),
                    *((chance.choice(names), chance.choice(TEXTS)) for _ in range(chance.choice([1, 8, 1900, 2100]))),
                ]
                kind, content = b"application/x-www-form-urlencoded", urlencoded(pairs)
            case _:
                kind, content = multipart([("form", token), ("step", "save")], chance, chance.randbytes(100))
        return self._asked("POST", self._address(page.path), person, kind, content)

    def _hook_called(self) -> Asked:
        chance = self.chance
        service, call = chance.choice(self.calls)
        content = spoilt(call, chance) if chance.random() < 0.7 else no_document(chance)
        path = f"/cds-services/{service}"
        if chance.random() < 0.25:
            path += "/feedback"
            told = {
                "card": "x",
                "outcome": "overridden",
                "outcomeTimestamp": "2026-11-22T08:00:00Z",
                "overrideReason": {"reason": {"code": "x", "system": "y"}},
            }
            content = spoilt(
                {"feedback": [told, told | {"outcome": "accepted", "acceptedSuggestions": [{"id": "y"}]}]}, chance
            )
        kind = chance.choice(
            [b"application/json"] * 8 + [b"application/fhir+json", b"text/plain", b"application/json; charset=\xff"]
        )
        return self._asked("POST", path, "", kind, content)

    def _fhir_asked(self) -> Asked:
        """A read, a search or a resource to be looked at, by staff: of somebody who is here, and of somebody else."""
        chance, person = self.chance, self._someone()
        kind, served = chance.choice(list(SERVED.items()))
        patient = id_of_person(chance.choice(self.words["patient"]))
        match chance.randrange(6):
            case 0:
                path = f"/fhir/{chance.choice([kind, 'Patient'])}/{chance.choice([patient, f'{patient}-1', segment(chance)])}"
            case 1:
                path = f"/fhir/Patient/{chance.choice([patient, segment(chance)])}/$everything"
            case 2:
                content = spoilt(chance.choice(RESOURCES), chance) if chance.random() < 0.7 else no_document(chance)
                return self._asked(
                    "POST",
                    chance.choice(["/fhir/$validate", f"/fhir/{kind}/$validate"]),
                    person,
                    b"application/fhir+json",
                    content,
                )
            case _:
                path = f"/fhir/{kind}"
        about = [("_id", patient)] if kind == "Patient" else [("patient", f"Patient/{patient}")]
        names = [
            *served.searches,
            "_count",
            "_page",
            "_format",
            "_sort",
            "_include",
            "code:not",
            "patient.name",
            "",
            "_summary",
        ]
        values = [
            *TEXTS,
            "ge2026-11-01",
            "lt2026",
            "eq",
            "1-0123456789abcdef",
            "json",
            "xml",
            "|",
            "http://loinc.org|",
            "|x",
            "a,b",
            "\\,",
            "final",
            "Patient/x",
            "http://x.example/Patient/1",
        ]
        more = [(chance.choice(names), chance.choice(values)) for _ in range(chance.choice([0, 0, 1, 1, 2, 60]))]
        pairs = about * chance.choice([1, 1, 1, 1, 0, 2]) + more
        if "$" in path or path.count("/") > 2:
            pairs = more
        return self._asked(
            chance.choice(["GET", "GET", "GET", "HEAD", "POST"]),
            path + ("?" + urlencoded(pairs).decode() if pairs else ""),
            person,
            b"application/fhir+json",
        )

    def _anything(self) -> Asked:
        """Any route, and addresses that are none, by any method with any body."""
        chance = self.chance
        unmet = [path for path in self.routes if not self.reached[path]]
        nowhere = ["/" + noise(chance, 30), "//", "/cds-services/", "/cds-services/x/y/z", "*", *FOR_PROGRAMS]
        path = chance.choice(unmet if unmet and chance.random() < 0.5 else [*self.routes, *nowhere])
        content = no_document(chance) if chance.random() < 0.5 else b""
        kind = chance.choice([b"application/json", b"application/fhir+json", b"application/x-www-form-urlencoded", b"application/json-patch+json", b"text/xml", b"", b"\xff"])  # fmt: skip
        return self._asked(chance.choice(METHODS), self._address(path), self._someone(), kind, content)

    def _static(self) -> Asked:
        name = self.chance.choice(
            [
                "leeward.css",
                "../app.py",
                "%2e%2e/app.py",
                "..%2f..%2fapp.py",
                ".",
                "",
                "x" * 3000,
                "leeward.css/",
                segment(self.chance),
            ]
        )
        return self._asked("GET", f"/static/{name}", "")

    def _signing_in(self) -> Asked:
        """Somebody signs in with a password: seldom, for it is dear to look at."""
        person = self.chance.choice([*self.tokens])
        pairs = typed(
            [("name", person), ("password", self.chance.choice(["wrong", *TEXTS])), ("next", "/")], self.chance
        )
        return self._asked("POST", "/sign-in", "", b"application/x-www-form-urlencoded", urlencoded(pairs))

    def _look(self, asked: Asked, answer: Answered) -> None:
        self.seen[answer.status] += 1
        self.reached.update(route for route, one in self.routes.items() if _fits(one, asked))
        look(asked, answer)


def _fits(route: Route | Mount, asked: Asked) -> bool:
    """Whether a request comes to a route: by its address and its method."""
    path = asked.target.partition("?")[0]
    scope: dict[str, Any] = {"type": "http", "path": path, "method": asked.method, "root_path": ""}
    return route.matches(scope)[0] is Match.FULL
