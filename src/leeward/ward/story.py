"""A way to tell somebody's chart as it grew: each step some minutes before now, by whoever made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from leeward.knowledge import load_knowledge
from leeward.record.entries import Draft, Kind
from leeward.ward.filling import drafts_of
from leeward.ward.plans import DueAfter, FollowUpTold, Line, WrittenPlan, plan_body

ITEMS = ("pulse", "sweating", "restlessness", "pupils", "aches", "nose_eyes", "gi", "tremor", "yawning", "anxiety", "gooseflesh")  # fmt: skip
"""The answers of a COWS, in the order of its form."""

READINGS: Mapping[str, tuple[str, str]] = {
    "pulse": ("heart-rate", "/min"),
    "systolic": ("systolic-blood-pressure", "mmHg"),
    "diastolic": ("diastolic-blood-pressure", "mmHg"),
    "breaths": ("respiratory-rate", "/min"),
    "oxygen": ("oxygen-saturation", "%"),
    "temperature": ("temperature", "Cel"),
    "rass": ("sedation-rass", ""),
    "pain": ("pain-score", ""),
    "potassium": ("potassium", "mmol/L"),
    "magnesium": ("magnesium", "mmol/L"),
}

NURSE, OTHER_NURSE = ("n.park", "nurse"), ("t.okoye", "nurse")
PRESCRIBER, PHARMACIST = ("a.reyes", "prescriber"), ("j.lindqvist", "pharmacist")

By = tuple[str, str]


class Story:
    """One made-up person's chart. `ago` is always minutes before now, so that no date in it is fixed."""

    def __init__(self, patient: str, now: datetime) -> None:
        self.patient, self.now = patient, now
        self.drafts: list[Draft] = []
        self._gave = False

    def instant(self, ago: float) -> str:
        """The instant so many minutes before now."""
        return (self.now - timedelta(minutes=ago)).isoformat()

    def between(self, earliest: float, latest: float) -> dict[str, str]:
        """A time that is known within two bounds."""
        return {"earliest": self.instant(earliest), "latest": self.instant(latest)}

    def write(self, ago: float, kind: Kind, body: Mapping[str, Any], by: By = NURSE) -> str:
        """One entry; its id."""
        id = f"{self.patient}-{len(self.drafts) + 1:03d}"
        at = self.instant(ago)
        self.drafts.append(Draft(id=id, kind=kind, patient=self.patient, at=at, by=by[0], role=by[1], body=dict(body)))
        return id

    def admit(
        self, ago: float, name: str, *, place: str, setting: str, jurisdiction: str, by: By = NURSE, **case: Any
    ) -> None:
        """The admission, with what was told then in the words of the case file. Everybody here is synthetic."""
        document = {"synthetic": True, "setting": setting, "jurisdiction": jurisdiction, **case}
        if place:
            document["patient"] = {**case.get("patient", {}), "place": place}
        at = self.now - timedelta(minutes=ago)
        for one in drafts_of(document, patient=self.patient, name=name, by=by[0], role=by[1], at=at, id=self.patient):
            assert one.kind not in ("observation", "score", "dose") or "none" in one.body
            self.write(ago, one.kind, one.body, by)

    def medicine(self, ago: float, name: str, dose: str, *, last_taken: float, by: By = NURSE, **more: str) -> None:
        """A medicine that the person takes, last taken so many minutes before now."""
        body = {"name": name, "dose": dose, "last_taken": self.instant(last_taken), **more}
        self.write(ago, "medicine", body, by)

    def cows(self, ago: float, answers: Sequence[int | None], by: By = NURSE) -> None:
        """A COWS, answer by answer in the order of the form; None for what was not answered."""
        items = {item: "unknown" if points is None else points for item, points in zip(ITEMS, answers, strict=True)}
        self.write(ago, "score", {"instrument": "cows", "by": "clinician", "items": items}, by)

    def seen(self, ago: float, by: By = NURSE, **readings: float) -> None:
        """Vital signs and the like of one look at the person: `seen(20, pulse=96, breaths=14, rass=0)`."""
        for name, value in readings.items():
            what, unit = READINGS[name]
            self.write(ago, "observation", {"what": what, "value": value, **({"unit": unit} if unit else {})}, by)

    def found(self, ago: float, by: By = NURSE, **answers: str) -> None:
        """What was looked for and is there or not: `found(20, seizure="no")`."""
        for what, value in answers.items():
            self.write(ago, "observation", {"what": what.replace("_", "-"), "value": value}, by)

    def electrocardiogram(self, ago: float, qtc: int, by: By = NURSE) -> None:
        """A QTc by Fridericia's formula."""
        self.write(ago, "observation", {"what": "qtc", "value": qtc, "unit": "ms", "method": "fridericia"}, by)

    def urine(self, ago: float, by: By = NURSE, **result: str) -> None:
        """A urine screen by immunoassay."""
        self.write(ago, "observation", {"what": "urine-drug-screen", "method": "immunoassay", "result": result}, by)

    def dose(self, ago: float, medicine: str, amount: str, route: str, by: By = NURSE) -> None:
        """A dose that was given; before the first, that none was given elsewhere."""
        if not self._gave:
            self._gave = True
            self.write(ago, "dose", {"none": True}, by)
        self.write(ago, "dose", {"medicine": medicine, "dose": amount, "route": route}, by)

    def note(self, ago: float, text: str, by: By = NURSE) -> None:
        """A note."""
        self.write(ago, "note", {"text": text}, by)

    def plan(
        self, ago: float, kind: Kind, option: str, title: str, lines: Sequence[Line], due: Sequence[DueAfter] = (),
        *, follow_up: FollowUpTold | None = None, status: str = "", reason: str = "", by: By = PRESCRIBER,
    ) -> None:  # fmt: skip
        """A plan that was proposed, changed, signed or refused."""
        plan = WrittenPlan(
            plan=f"{self.patient}-{option}",
            option=option,
            title=title,
            lines=tuple(lines),
            due=tuple(due),
            follow_up=follow_up,
            status=status,
            knowledge=load_knowledge().version,
            reason=reason,
        )
        self.write(ago, kind, plan_body(plan), by)

    def consent(self, ago: float, recipient: str, *, days: float, kind: str = "treating-provider") -> str:
        """A consent to tell somebody who treats the person, ending so many days after now; its id."""
        body = {
            "purposes": ["treatment"],
            "recipient": {"kind": kind, "name": recipient},
            "parts": ["chart", "plan"],
            "until": (self.now + timedelta(days=days)).isoformat(),
            "signed_by": "the patient (made up)",
            "signed_as": "patient",
            "signed_how": "paper",
        }
        return self.write(ago, "consent", body)
