"""Admission: who comes, where they lie, and what is known at the door. A new chart with an id that says nothing."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from leeward.knowledge import Knowledge
from leeward.products.law.entries import Jurisdiction
from leeward.record.permissions import Allowed, may
from leeward.ward.state import Bedside
from leeward.web.asked_typed import asked_items, asked_values
from leeward.web.charting import Item, Slips, line, number_or_text, one_of, write
from leeward.web.exposure_typed import YES_NO, Choices, choices, item_typed, told
from leeward.web.page import Page
from leeward.web.sent_again import as_first_sent
from leeward.web.times_typed import instant_typed
from leeward.web.visit import Answer, Refused, Shown, Visit

SETTINGS: Choices = (
    ("emergency", "emergency department"),
    ("inpatient", "inpatient ward"),
    ("opioid-treatment-program", "opioid treatment programme"),
    ("office", "office or clinic"),
    ("telehealth", "telehealth"),
    ("residential", "residential treatment"),
    ("custody", "jail or prison"),
    ("home", "at home"),
)
SEXES: Choices = (("female", "Female"), ("male", "Male"), ("intersex", "Intersex"), ("unknown", "Asked, not known"))
GOALS: Choices = (
    ("start-treatment", "start treatment"),
    ("continue-treatment", "go on with treatment"),
    ("switch-to-buprenorphine", "switch to buprenorphine"),
    ("switch-to-methadone", "switch to methadone"),
    ("withdrawal-management", "help through withdrawal"),
    ("withdrawal-management-only", "help through withdrawal and nothing after it"),
    ("home-start", "start at home"),
    ("low-dose-start", "start with low doses"),
    ("pain-relief", "relief of pain"),
    ("symptom-relief", "relief of symptoms"),
    ("taper", "taper"),
    ("stop-benzodiazepine", "stop a benzodiazepine"),
    ("full-agonist-bridge", "a full agonist as a bridge"),
    ("kratom-as-treatment", "kratom as treatment"),
    ("ultra-rapid-detoxification", "ultra-rapid detoxification"),
)
PATIENT_FIELDS = {"": "age"} | {name: name for name in ("age", "sex", "pregnant", "weight_kg")}


def jurisdictions(knowledge: Knowledge) -> Choices:
    """The states whose law Leeward holds, by name."""
    rows = knowledge.table_of("jurisdictions", Jurisdiction).items()
    return tuple(sorted(((id.upper(), row.name) for id, row in rows if id != "us"), key=lambda pair: pair[1]))


def may_admit(visit: Visit) -> bool:
    """Whether who asks may begin a chart: asked about the chart that would be."""
    return isinstance(may(visit.person, "chart-write", new_patient(visit), visit.context()), Allowed)


def new_patient(visit: Visit) -> str:
    """The id of the person to be admitted: from the random id of the form, so that a form sent twice admits once."""
    digest = hashlib.sha256(f"patient {visit.fresh_id()}".encode()).digest()
    return f"p-{base64.b32encode(digest).decode().lower()[:10]}"


def show_admit(visit: Visit) -> Answer:
    """The form of an admission."""
    return Shown(template="admit.html", values=admission_values(visit))


def admission_values(visit: Visit) -> dict[str, Any]:
    """What the form of an admission is filled with. Raises Refused for who may begin no chart."""
    if not may_admit(visit):
        raise Refused(403, "This needs the role nurse or prescriber or pharmacist.")
    values = choices(visit.house.knowledge) | asked_values(visit, new_patient(visit))
    values |= {
        "settings": SETTINGS,
        "sexes": SEXES,
        "goals": GOALS,
        "jurisdictions": jurisdictions(visit.house.knowledge),
        "yes_no": YES_NO,
        "chosen_goals": visit.forms.get("goals", ()),
        "namesakes": namesakes(visit),
        "sent": visit.method == "POST",
    }
    return values


def namesakes(visit: Visit) -> list[tuple[str, str, str]]:
    """Those here, or who left, who are called the same: id, name, place."""
    name = _folded(visit.text("name"))
    if not name:
        return []
    ward, itself = visit.house.ward, new_patient(visit)
    everybody = (ward.bedside(patient, visit.now) for patient in ward.patients() if patient != itself)
    same = [one for one in everybody if one is not None and _folded(one.chart.name) == name]
    return [(one.patient, one.chart.name, _where(one)) for one in same]


def _where(one: Bedside) -> str:
    return str(one.chart.identity.get("place", "")) if one.here else "has left"


def _folded(name: str) -> str:
    return " ".join(sorted("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split()))


def take_admit(visit: Visit) -> Answer:
    """Somebody is admitted: one chart, written at once or not at all."""
    slips = Slips()
    with as_first_sent(visit, new_patient(visit)):
        return write(visit, *admission_typed(visit, slips, {}), slips=slips)


def admission_typed(visit: Visit, slips: Slips, known_as: dict[str, str]) -> list[Item]:
    """The entries of an admission as typed. `known_as` goes with who the person is: how another system knows them."""
    patient = new_patient(visit)
    name = line(visit, slips, "name", 120)
    if not name and not slips.problems:
        slips.add("name", "The ward needs a name to call the person by.", "Write a name, or what they are called here.")
    at = slips.of(lambda: instant_typed(visit), visit.now)
    admission: dict[str, Any] = {"name": name}
    if setting := one_of(visit, slips, "setting", [id for id, _ in SETTINGS]):
        admission["setting"] = setting
    if place := one_of(visit, slips, "jurisdiction", [id for id, _ in jurisdictions(visit.house.knowledge)]):
        admission["jurisdiction"] = place
    if visit.text("synthetic"):
        admission["synthetic"] = True
    items = [
        Item(draft=visit.draft("admission", admission, at=at, part="admission", patient=patient), fields={"": "name"})
    ]
    if who := _who(visit, slips) | known_as:
        draft = visit.draft("patient", who, at=at, part="patient", patient=patient)
        items.append(Item(draft=draft, fields=PATIENT_FIELDS))
    offered = [id for id, _ in GOALS]
    for goal in dict.fromkeys(visit.forms.get("goals", ())):
        if goal not in offered:
            slips.add("goals", "This is none of the goals.", "Choose from the list.")
            continue
        draft = visit.draft("goal", {"goal": goal}, at=at, part=f"goal-{goal}", patient=patient)
        items.append(Item(draft=draft, fields={"": "goals"}))
    items += asked_items(visit, slips, patient, at)
    if told(visit):
        items.append(item_typed(visit, slips, patient))
    if namesakes(visit) and not visit.text("another"):
        slips.add(
            "another", "Somebody of this name is here already.", "Open their chart, or tick that this is another."
        )
    return items


def _who(visit: Visit, slips: Slips) -> dict[str, Any]:
    """Who the person is, with what the ward knows them by."""
    who: dict[str, Any] = {}
    for field in ("place", "identifiers"):
        if typed := line(visit, slips, field, 120):
            who[field] = typed
    for field in ("age", "weight_kg"):
        if typed := line(visit, slips, field, 40):
            who[field] = number_or_text(typed)
    if sex := one_of(visit, slips, "sex", [id for id, _ in SEXES]):
        who["sex"] = sex
    if pregnant := one_of(visit, slips, "pregnant", [id for id, _ in YES_NO]):
        who["pregnant"] = pregnant
    return who


PAGES = (Page(path="/admit", needs="board-read", show=show_admit, take=take_admit),)
