"""The plan pages as a browser holds them: somebody to whom a start is offered, and the orders form filled in and sent."""

from __future__ import annotations

import html
import re

from leeward.ward.filling import drafts_of
from tests.web.conftest import Page

P = "plan-1"
PLAN = f"/patients/{P}/plan"
ORDERS = f"{PLAN}/buprenorphine-standard"
ITEMS = {
    "pulse": 2, "sweating": 2, "restlessness": 3, "pupils": 1, "aches": 2, "nose_eyes": 1, "gi": 2, "tremor": 1,
    "yawning": 1, "anxiety": 2, "gooseflesh": 3,
}  # fmt: skip


def at(time: str) -> str:
    return f"2026-11-22T{time}:00-05:00"


def document(**besides):
    return {
        "synthetic": True,
        "setting": "emergency",
        "jurisdiction": "US-PA",
        "patient": {"age": 34, "sex": "female", "pregnant": "no", "weight_kg": 70},
        "goals": ["start-treatment"],
        "exposures": [{"substance": "heroin", "last_use": "2026-11-21T12:00:00-05:00", "route": "intravenous"}],
        "medicines": [],
        "doses": [],
        "allergies": [],
        "conditions": [{"name": "opioid use disorder"}],
        "observations": [
            {"what": "heart-rate", "value": 100, "unit": "/min", "at": at("08:30")},
            {"what": "respiratory-rate", "value": 16, "unit": "/min", "at": at("08:30")},
            {"what": "oxygen-saturation", "value": 98, "unit": "%", "at": at("08:30")},
            {"what": "sedation-rass", "value": 0, "at": at("08:30")},
        ],
        "scores": [{"instrument": "cows", "at": at("08:30"), "items": ITEMS}],
    } | besides


def admitted(house, clock) -> str:
    """Somebody in withdrawal after heroin, to whom a standard start is offered."""
    drafts = drafts_of(
        document(), patient=P, name="Demo, Pat", by="n.park", role="nurse", at=clock.now, id="made-for-plan"
    )
    house.record.append_all(list(drafts), clock.now)
    house.ward.catch_up()
    return P


class Form:
    """The orders page as a browser holds it: every field with its value, to be changed and sent."""

    def __init__(self, someone, path: str = ORDERS) -> None:
        self.someone, self.path, self.page = someone, path.partition("?")[0], someone.get(path)
        assert self.page.status == 200, self.page.text[:500]
        self.fields = fields_of(self.page.html)

    def set(self, **fields: str) -> Form:
        self.fields |= {name.replace("__", "-"): value for name, value in fields.items()}
        return self

    def order(self, n: int, **fields: str) -> Form:
        self.fields |= {f"order-{n}": "yes"} | {f"{name}-{n}": value for name, value in fields.items()}
        return self

    def send(self, do: str):
        return Page(self.someone.client.post(self.path, data=self.fields | {"do": do}))


def fields_of(page: str) -> dict[str, str]:
    form = page[page.index('class="orders"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if given.get("type") == "checkbox" and " checked" not in tag:
            continue
        if "name" in given:
            found[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(text)
    return found


def bedside(house, clock):
    house.ward.catch_up()
    found = house.ward.bedside(P, clock.now)
    assert found is not None
    return found


def plans(house):
    return [entry for entry in house.record.entries(patient=P) if entry.kind.startswith("plan-")]


def ready(someone, **order: str) -> Form:
    return Form(someone).order(0, medicine="buprenorphine-sublingual", **order)


def signing(someone, name: str = "Ana Reyes", **order: str):
    form = ready(someone, **order).set(signed_name=name)
    checked = form.send("check")
    boxes = re.findall(r'id="(read-\w+)"', checked.html)
    return form.set(**dict.fromkeys(boxes, "yes"))


def refuse(one, plan="", option="", because="declined", words=""):
    prefix = plan or option
    return one.send(PLAN, plan=plan, option=option, **{f"{prefix}-because": because, f"{prefix}-words": words})


def typed_order(form: Form, n: int, what: str, dose: str) -> Form:
    """A line of one's own on the form."""
    return form.set(**{f"what-{n}": what, f"dose-{n}": dose, f"medicine-{n}": "named", f"order-{n}": "yes"})


def own_row(form: Form) -> int:
    """The first empty line of one's own."""
    return min(int(name[5:]) for name, value in form.fields.items() if name.startswith("what-") and not value)


def ticks(page) -> dict[str, str]:
    return dict.fromkeys(re.findall(r'(?:id|name)="(read-\w+)"', page.html), "yes")
