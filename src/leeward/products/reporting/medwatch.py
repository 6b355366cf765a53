"""A draft in the shape of Form FDA 3500, section by section. A person reviews, signs and sends it; Leeward never does.

Every field prints: what is not known says so, and is never an empty box that could read as no. Of boxes to tick only
those that somebody ticked are printed.

Source: fda-3500-instructions; the letters of the sections fda-3500-sections-recalled.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Protocol

import msgspec

from leeward.knowledge import Knowledge
from leeward.model.missing import Missing
from leeward.products.recalls.barcodes import barcode
from leeward.products.reporting.event import (
    KINDS,
    OUTCOMES,
    Event,
    Finding,
    SuspectProduct,
    Told,
    is_told,
    told,
    told_time,
)
from leeward.products.reporting.event_minimum import MissingItem, ich_minimum, texts_for


class Identified(Protocol):
    """A product whose label was read: its class is a claim of the label, not a measurement."""

    @property
    def class_(self) -> str:
        """The substance class."""
        ...

    @property
    def says(self) -> str:
        """The class in a sentence."""
        ...


class Line(msgspec.Struct, frozen=True):
    """One field: its label, its value in words, and whether anybody told it."""

    label: str
    value: str
    known: bool = True


class Section(msgspec.Struct, frozen=True):
    """A section of the form."""

    letter: str
    title: str
    lines: tuple[Line, ...]


class Notice(msgspec.Struct, frozen=True):
    """A sentence that the draft carries, with its title and sources."""

    title: str
    says: str
    sources: tuple[str, ...]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The whole draft, `leeward: medwatch-draft/1`."""

    leeward: str = "medwatch-draft/1"
    title: str = "Adverse event report: DRAFT in the shape of Form FDA 3500"
    synthetic: bool
    sections: tuple[Section, ...]
    minimum_missing: tuple[MissingItem, ...]
    follow_up: str
    """What to add so that somebody can be asked back; empty where a way is told."""
    notices: tuple[Notice, ...]
    consent: tuple[Notice, ...]
    send: tuple[Notice, ...]
    knowledge: str


SYNTHETIC = "SYNTHETIC: a made-up event. Do not send."


def medwatch_draft(
    event: Event,
    knowledge: Knowledge,
    identities: Sequence[Identified | None] = (),
    *,
    actions: Sequence[str] = (),
) -> Draft:
    """The draft.

    `identities`: what the labels of the suspect products were read as, in the same order. `actions`: known recalls and
    alerts on them, one sentence each, as somebody else found them; none means that nobody looked, so nothing is said.
    """
    return Draft(
        synthetic=event.synthetic,
        sections=(
            _patient(event),
            _event(event),
            _availability(event),
            _suspects(event, identities, actions),
            Section(
                "E",
                "Suspect medical device",
                (Line("Device", "not asked: this draft is for products that are taken", False),),
            ),
            _others(event),
            _reporter(event),
            _around(event),
        ),
        minimum_missing=ich_minimum(event, knowledge),
        follow_up="" if _can_be_asked_back(event) else " Nobody can be asked back yet: add how to reach the reporter.",
        notices=_notices("notice", knowledge),
        consent=_notices("consent", knowledge),
        send=_notices("send", knowledge),
        knowledge=knowledge.version,
    )


def minimum_sentence(draft: Draft) -> str:
    """Whether the four things are there that make a report."""
    if draft.minimum_missing:
        return f"The ICH minimum is not met: {len(draft.minimum_missing)} of 4 missing."
    return "The ICH minimum is met: a patient, a reporter, a product and an event can be identified." + draft.follow_up


def _line(label: str, value: object) -> Line:
    return Line(label, told(value), is_told(value))


def _patient(event: Event) -> Section:
    who = event.patient
    lines = (
        _line("A1 Patient identifier (initials or a code, in confidence)", who.identifier),
        _line("A2 Age at the time of the event", who.age),
        _line("A2 Date of birth", told_time(who.date_of_birth)),
        _line("A3 Sex", who.sex),
        _line("A4 Weight", who.weight),
        _line("A5 Ethnicity", who.ethnicity),
        _line("A6 Race", who.race),
    )
    return Section("A", "Patient information", lines)


def _event(event: Event) -> Section:
    happened, who = event.event, event.patient
    lines = [
        _line("B1 Type of report", titles(event.kind, KINDS)),
        _line("B2 Outcomes attributed to the event", titles(happened.outcomes, OUTCOMES)),
        _line("B2 Date of death", told_time(happened.died)),
        _line("B3 Date of the event", told_time(happened.began)),
        _line("B3 End of the event", told_time(happened.ended)),
        _line("B4 Date of this report", told_time(event.reported)),
        _line("B5 What happened", happened.what),
        _line("B5 Signs and symptoms", happened.symptoms),
        _line("B5 Treatment", _findings(happened.treatment, "dose not known")),
        _line("B5 State since", happened.recovery),
        _line("B6 Tests", _findings(happened.tests, "result not known")),
        _line("B6 Vital signs and observations", _findings(happened.observations, "value not known")),
        _line("B7 History", happened.history),
        _line("B7 Allergies", happened.allergies),
        _line("B7 Pregnant", who.pregnant),
        _line("B7 Length of pregnancy", who.gestation),
        _line("B7 Breastfeeding", who.breastfeeding),
    ]
    if is_told(happened.others_exposed):
        lines.append(_line("B7 Others exposed", happened.others_exposed))
    lines = [line for line in lines if line.known or line.label not in _beside_the_point(event)]
    return Section("B", "Adverse event or product problem", tuple(lines))


def _availability(event: Event) -> Section:
    lines: list[Line] = []
    for number, product in _numbered(event):
        lines.append(_line(f"C1 Product {number} available for evaluation (do not send it to FDA)", product.available))
        if is_told(product.returned):
            lines.append(_line(f"C1 Product {number} returned to the manufacturer on", told_time(product.returned)))
    return Section("C", "Product availability", tuple(lines) or (_line("C1 Product", event.products),))


def _suspects(event: Event, identities: Sequence[Identified | None], actions: Sequence[str]) -> Section:
    lines: list[Line] = []
    for (number, product), identity in zip_longest(_numbered(event), identities[: len(_numbered(event))]):
        lines += _suspect(f"D #{number}", product, identity)
    lines = lines or [_line("D Product", event.products)]
    if actions:
        lines.append(Line("D Known actions", "\n".join(" ".join(action.split()) for action in actions)))
    return Section("D", "Suspect products", tuple(lines))


def _suspect(at: str, product: SuspectProduct, identity: Identified | None) -> list[Line]:
    lines = [
        _line(f"{at} Name, as told", product.name),
        _line(f"{at} Class, as told", product.class_),
        _line(f"{at} Brand", product.brand),
        _line(f"{at} Form", product.form),
        _line(f"{at} Strength on the label (a claim, not a measurement)", product.strength),
        _line(f"{at} Manufacturer", product.maker),
        _line(f"{at} Lot", product.lot),
        Line(f"{at} UPC or GTIN", _barcode(product.upc), is_told(product.upc)),
        _line(f"{at} NDC", product.ndc),
        _line(f"{at} Expiry", product.expiry),
        _line(f"{at} Where bought", product.bought),
        _line(f"{at} Amount", product.amount),
        _line(f"{at} Frequency, doses a day", product.doses_per_day),
        _line(f"{at} Route", product.route),
        _line(f"{at} First use", told_time(product.began)),
        _line(f"{at} Last use", told_time(product.last_use)),
        _line(f"{at} Duration", product.duration),
        _line(f"{at} Reason for use", product.reason),
        _line(f"{at} Event abated after use stopped or dose reduced (dechallenge)", product.dechallenge),
        _line(f"{at} Event reappeared after reintroduction (rechallenge)", product.rechallenge),
    ]
    if is_told(product.packs):
        lines.append(_line(f"{at} Packs", product.packs))
    if identity is not None:
        lines.insert(2, Line(f"{at} Class by the words on the label", class_words(identity)))
    return lines


def class_words(identity: Identified) -> str:
    """The class of a product by its label, with the sentence that explains it."""
    return f"{identity.class_} ({identity.says})" if identity.says else identity.class_


def _others(event: Event) -> Section:
    if not isinstance(event.other_products, tuple) or not event.other_products:
        return Section("F", "Other products taken at the time", (_line("F Other products", event.other_products),))
    lines = [
        _line(
            f"F #{number} {told(other.name)}",
            f"dose {told(other.dose)}; from {told(told_time(other.began))}; until {told(told_time(other.stopped))}",
        )
        for number, other in enumerate(event.other_products, 1)
    ]
    return Section("F", "Other products taken at the time", tuple(lines))


def _reporter(event: Event) -> Section:
    who = event.reporter
    lines = (
        _line("G1 Name", who.name),
        _line("G1 Organization", who.organization),
        _line("G1 Address", who.address),
        _line("G1 Country", who.country),
        _line("G1 Phone", who.phone),
        _line("G1 Email", who.email),
        _line("G2 Health professional", who.health_professional),
        _line("G3 Occupation", who.occupation),
        _line("G4 Also reported to", who.also_reported_to),
        _line("G5 Withhold the reporter's identity from the manufacturer", who.withhold_identity),
    )
    return Section("G", "Reporter", lines)


def _around(event: Event) -> Section:
    consent = event.consent
    lines = [
        _line("Consent of the patient obtained", consent.obtained),
        _line("Other lawful basis", consent.basis),
        _line("Record of a programme under 42 CFR Part 2", consent.part_2),
    ]
    for label, value in (("Title", event.title), ("Notes", event.notes), ("After", event.cites)):
        if is_told(value):
            lines.append(_line(label, value))
    return Section("–", "Not on the form: basis for sending, notes", tuple(lines))


def _can_be_asked_back(event: Event) -> bool:
    who = event.reporter
    return any(is_told(way) for way in (who.phone, who.email, who.address))


def _numbered(event: Event) -> list[tuple[int, SuspectProduct]]:
    return list(enumerate(event.products if isinstance(event.products, tuple) else (), 1))


def titles(words: tuple[str, ...] | Missing, named: dict[str, str]) -> tuple[str, ...] | Missing:
    """The words of a list in full."""
    return words if isinstance(words, Missing) else tuple(named[word] for word in words)


def _beside_the_point(event: Event) -> set[str]:
    """Labels that nobody needs to fill in here: a date of death where nobody died, a pregnancy in a man."""
    happened, who, labels = event.event, event.patient, set[str]()
    if isinstance(happened.outcomes, tuple) and "death" not in happened.outcomes and happened.recovery != "died":
        labels.add("B2 Date of death")
    if who.pregnant == "no" or who.sex == "male":
        labels.add("B7 Length of pregnancy")
    return labels | {"B7 Pregnant", "B7 Breastfeeding"} if who.sex == "male" else labels


def _findings(findings: tuple[Finding, ...] | Missing, lacking: str) -> str | Missing:
    if isinstance(findings, Missing):
        return findings
    return "\n".join(finding_text(finding, lacking) for finding in findings) if findings else told(())


def finding_text(finding: Finding, lacking: str = "result not known") -> str:
    """A finding on one line: what, its result, when. `lacking`: what to say where it has no result."""
    words = f"{told(finding.what)}: {told(finding.result) if is_told(finding.result) else lacking}"
    return f"{words}, {told(told_time(finding.at))}" if is_told(finding.at) else f"{words}, time not known"


def _barcode(given: Told) -> str:
    read = None if isinstance(given, Missing) else barcode(given)
    if isinstance(given, Missing):
        return told(given)
    if read is None or not read.complete:
        return f"{given} (not a complete barcode with its check digit: read it again)"
    return given


def _notices(use: str, knowledge: Knowledge) -> tuple[Notice, ...]:
    return tuple(Notice(text.title, text.says, text.sources) for text in texts_for(use, knowledge).values())
