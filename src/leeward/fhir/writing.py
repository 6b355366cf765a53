"""What every resource that Leeward gives back shares: ids that come out the same again, references, labels, concepts.

Ids are version 5 UUIDs (RFC 4122) of what the resource is about, so that the same answer written twice is the same
resource. Security labels are codes of HL7 v3 (Confidentiality, ActCode), read in the code systems of FHIR R4 4.0.1.

Hazard: whether 42 CFR Part 2 binds the site is not known to Leeward. Everything about a person is labelled as if it did.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid5

import msgspec

from leeward import __version__
from leeward.fhir.codes import BY_LEEWARD, OURS
from leeward.fhir.primitives import DateTime
from leeward.fhir.structures import (
    Annotation,
    Bundle,
    BundleEntry,
    CodeableConcept,
    Coding,
    Element,
    Identifier,
    Meta,
    Narrative,
    Period,
    Quantity,
    Range,
    Reference,
)
from leeward.fhir.ucum import UCUM
from leeward.guidance.assessment import Assessment
from leeward.model.case import Case
from leeward.model.instants import Span
from leeward.model.missing import Missing

NAMESPACE = UUID("6f1f3c5e-9d0b-5a77-8f3e-5b1f0c0d2a11")
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
ACT_CODE = f"{TERMINOLOGY}v3-ActCode"
LABELS = (
    Coding(system=f"{TERMINOLOGY}v3-Confidentiality", code="R", display="restricted"),
    Coding(system=ACT_CODE, code="42CFRPart2", display="42 CFR Part2"),
    Coding(system=ACT_CODE, code="SUD", display="substance use disorder information sensitivity"),
)
"""Labels of everything about a person."""

MADE_UP = Coding(system=f"{TERMINOLOGY}v3-ActReason", code="HTEST", display="test health data")
"""Tag of everything about a person who was made up."""

UNITS = {"mg": "mg", "mcg": "ug", "g": "g", "points": "{score}", "d": "d", "h": "h", "min": "min", "MME/day": "{MME}/d"}
"""A unit of Leeward -> its code in UCUM."""

NOT_KNOWN = "not known"

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_encoder = msgspec.json.Encoder()


class Writing(msgspec.Struct, frozen=True, kw_only=True):
    """Whom and what the resources are about: the subject, the case, its assessment, and what ids are made from."""

    case: Case
    assessment: Assessment
    subject: Reference
    key: str
    """What tells this person from every other: their reference, or a digest of the case where nobody is named."""
    answer: str
    """What tells this assessment from every other of the person."""

    @property
    def now(self) -> str:
        """The instant that was assessed."""
        return instant(self.assessment.now)

    @property
    def meta(self) -> Meta:
        """The labels of a resource about this person."""
        return Meta(security=LABELS, tag=(MADE_UP,) if self.case.synthetic else ())

    def id(self, kind: str, *about: object) -> str:
        """The id of a resource of the person, whatever assessment it is in."""
        return id_of_all(kind, self.key, *about)

    def id_of_answer(self, kind: str, *about: object) -> str:
        """The id of a resource that belongs to this assessment."""
        return id_of_all(kind, self.key, self.answer, *about)


def writing(case: Case, assessment: Assessment, subject: str | None = None) -> Writing:
    """What to write with. `subject`: the person's reference (`Patient/123`); None for somebody who is not named."""
    digest = hashlib.sha256(_encoder.encode(case)).hexdigest()
    key = subject or digest
    reference = subject or f"Patient/{id_of_all('Patient', key)}"
    return Writing(
        case=case,
        assessment=assessment,
        subject=Reference(reference=reference),
        key=key,
        answer=hashlib.sha256(_encoder.encode(assessment)).hexdigest(),
    )


def id_of_all(kind: str, *about: object) -> str:
    """A UUID that is the same whenever it is about the same.

    >>> id_of_all("Flag", "Patient/1", "kratom") == id_of_all("Flag", "Patient/1", "kratom")
    True
    """
    return str(uuid5(NAMESPACE, "\x1f".join((kind, *(str(part) for part in about)))))


def kind_of(resource: Element) -> str:
    """What stands in `resourceType`."""
    return type(resource).__name__


def name_of(resource: Element) -> str:
    """A resource as others refer to it: `Observation/1a2b...`."""
    return f"{kind_of(resource)}/{resource.id}"


def refer(resource: Element, display: str = "") -> Reference:
    """A reference to a resource."""
    return Reference(reference=name_of(resource), display=words(display))


def instant(at: datetime) -> str:
    """An instant as FHIR writes it, to the second or finer, with its offset in whole minutes."""
    offset = at.utcoffset()
    if offset is not None and offset.total_seconds() % 60:
        at = at.astimezone(UTC)
    return at.isoformat()


def at_or_between(when: Span | Missing) -> tuple[str | None, Period | None]:
    """An instant where it is known exactly, else the period that it lies in; neither where it is not known."""
    if isinstance(when, Missing):
        return None, None
    if when.earliest == when.latest:
        return instant(when.earliest), None
    return None, Period(start=instant(when.earliest), end=instant(when.latest))


def date_time(told: object) -> str | None:
    """A year, month, day or instant as FHIR writes it; None for an interval and for what is not known."""
    try:
        return msgspec.convert(told, DateTime)
    except msgspec.ValidationError:
        return None


def words(text: object) -> str | None:
    """A text as FHIR takes it, without what cannot be seen; None where nothing is left."""
    return _INVISIBLE.sub("", str(text)).strip() or None


def concept(text: object, *codings: Coding) -> CodeableConcept:
    """A concept in words, with its codes where it has any; never empty."""
    return CodeableConcept(text=words(text) or (None if codings else NOT_KNOWN), coding=codings)


def named(text: object) -> Reference:
    """Somebody or something by its name alone."""
    return Reference(display=words(text) or NOT_KNOWN)


def ours(system: str, code: str, display: str = "") -> Coding:
    """A code of Leeward's own."""
    return Coding(system=f"{OURS}CodeSystem/{system}", code=code, display=words(display))


def notes(*texts: object) -> tuple[Annotation, ...]:
    """One note a text; empty ones are left out."""
    return tuple(Annotation(text=found) for text in texts if (found := words(text)) is not None)


def amount(value: float, unit: str) -> Quantity:
    """A number with its UCUM code; with its unit in words alone where UCUM has none."""
    code = UNITS.get(unit)
    return Quantity(value=value, unit=words(unit), system=UCUM if code else None, code=code)


def between(low: float | None, high: float | None, unit: str) -> Range | None:
    """A range, of which one side may be open; None where both are."""
    if low is None and high is None:
        return None
    return Range(
        low=None if low is None else amount(low, unit),
        high=None if high is None else amount(high, unit),
    )


def narrative(lines: Iterable[str]) -> Narrative:
    """The text of a resource, a paragraph a line."""
    shown = [line for line in (words(line) for line in lines) if line is not None]
    paragraphs = "".join(f"<p>{_escaped(line)}</p>" for line in shown) or "<p>Nothing was told.</p>"
    return Narrative(status="generated", div=f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>')


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def software() -> Reference:
    """Leeward itself, with its version, as the device that wrote something."""
    identifier = Identifier(system=BY_LEEWARD, value=f"leeward {__version__}")
    return Reference(type="Device", identifier=identifier, display=f"Leeward {__version__}")


def cited(assessment: Assessment, ids: Iterable[str]) -> Iterator[str]:
    """Each source in words, and whether its text was read."""
    for id in ids:
        line = assessment.sources.get(id)
        if line is not None:
            year = f", {line.year}" if line.year else ""
            yield f"Source: {line.title}{year} ({line.status})"
        else:
            yield f"Source: {id}"


def bundle(resources: Iterable[Element], at: datetime, id: str, base: str = OURS) -> Bundle:
    """A collection of resources. `base`: the address under which a server has them, ending in a slash."""
    entries = tuple(BundleEntry(fullUrl=f"{base}{name_of(one)}", resource=plain(one)) for one in resources)
    return Bundle(id=id, type="collection", timestamp=instant(at), entry=entries)


def plain(resource: Element) -> dict[str, object]:
    """A resource as an object of JSON, without anything empty in it."""
    made: dict[str, object] = msgspec.to_builtins(resource)
    return {"resourceType": kind_of(resource)} | made


def to_json(resource: Element) -> bytes:
    """A resource as JSON; what is missing is left out."""
    return _encoder.encode(resource)
