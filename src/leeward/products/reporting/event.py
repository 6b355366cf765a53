"""An adverse event or product problem as somebody told it: the values of a `leeward: event/1` file.

Nothing is inferred. What was not told is a `Missing`, which is never printed as no, zero or normal. An empty list means
asked, none.

    leeward: event/1
    synthetic: true                     # made up; every page of the draft says so
    reported: 2026-11-22                # date of this report
    kind: [adverse-event]               # adverse-event product-problem use-error different-manufacturer
    patient: {identifier: AB, age: 34, sex: female, weight_kg: 70, pregnant: unknown, ethnicity: unknown, race: unknown}
    event:
      what: "..."                       # in the reporter's words
      symptoms: [seizure, vomiting]
      began: 2026-11-20T21:30:00-05:00  # an instant, a day, a month, a year, or {earliest: ..., latest: ...}
      ended: unknown
      outcomes: [hospitalization]       # see OUTCOMES; an empty list: asked, none of them
      died: ...                         # date of death
      recovery: recovered               # recovered recovering not-recovered lasting-harm died
      treatment: [{what: "lorazepam 2 mg", at: ...}]
      tests: [{what: ..., result: ..., unit: ..., at: ...}]
      observations: [{what: heart-rate, value: 132, unit: /min, at: ...}]
      history: ["..."]
      allergies: []
      others_exposed: no                # was anybody else exposed
    products:                           # suspect products, the most suspect first
      - {name: "...", class: extract, brand: ..., form: ..., strength: ..., maker: ..., lot: ..., upc: ..., ndc: ...,
         expiry: ..., bought: ..., amount: {value: 2, unit: bottle, per: day}, doses_per_day: 3, packs: ..., route: oral,
         began: ..., last_use: ..., duration: ..., reason: ..., dechallenge: yes, rechallenge: does-not-apply,
         available: yes, returned: ...}
    other_products: [{name: sertraline, dose: 100 mg daily, began: ..., stopped: ...}]
    reporter: {name: ..., occupation: pharmacist, health_professional: yes, organization: ..., address: ..., phone: ...,
               email: ..., also_reported_to: [manufacturer], withhold_identity: yes}
    consent: {obtained: unknown, basis: ..., part_2: unknown}
    notes: ["..."]

Words and reading rules are those of the case file where it has them. Text may be of any length up to `LONGEST`.
"""

from __future__ import annotations

import re

import msgspec

from leeward.model.missing import NOT_ASKED, Missing

VERSION = "event/1"

LONGEST = 20_000
"""Characters of one text."""

Told = str | Missing
Answer = str | Missing
"""`yes`, `no` or, where it may be, `does-not-apply`."""

KINDS = {
    "adverse-event": "Adverse event",
    "product-problem": "Product problem (defect, malfunction)",
    "use-error": "Product use or medication error",
    "different-manufacturer": "Problem with a different manufacturer of the same medicine",
}

OUTCOMES = {
    "death": "Death",
    "life-threatening": "Life-threatening",
    "hospitalization": "Hospitalization, initial or prolonged",
    "disability": "Disability or permanent damage",
    "congenital-anomaly": "Congenital anomaly or birth defect",
    "required-intervention": "Required intervention to prevent permanent impairment or damage",
    "other-serious": "Other serious or important medical event",
}
"""The outcomes of block B2. Source: fda-3500-instructions."""

RECOVERIES = ("recovered", "recovering", "not-recovered", "lasting-harm", "died")
SEXES = ("female", "male", "intersex")
ROUTES = ("oral", "sublingual", "intranasal", "smoked", "intravenous", "intramuscular", "transdermal", "rectal")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What the parts of an event share: they are frozen and hold what was told."""


class Patient(Part, frozen=True, kw_only=True):
    """The person, as told. `age` and `weight` carry their units as text."""

    identifier: Told = NOT_ASKED
    date_of_birth: Told = NOT_ASKED
    age: Told = NOT_ASKED
    sex: Told = NOT_ASKED
    weight: Told = NOT_ASKED
    pregnant: Answer = NOT_ASKED
    gestation: Told = NOT_ASKED
    breastfeeding: Answer = NOT_ASKED
    ethnicity: Told = NOT_ASKED
    race: Told = NOT_ASKED


class Finding(Part, frozen=True, kw_only=True):
    """A test, a vital sign or a treatment: what, with its result and unit where it has one, and when."""

    what: Told = NOT_ASKED
    result: Told = NOT_ASKED
    at: Told = NOT_ASKED


class Happening(Part, frozen=True, kw_only=True):
    """What happened."""

    what: Told = NOT_ASKED
    symptoms: tuple[str, ...] | Missing = NOT_ASKED
    began: Told = NOT_ASKED
    ended: Told = NOT_ASKED
    outcomes: tuple[str, ...] | Missing = NOT_ASKED
    died: Told = NOT_ASKED
    recovery: Told = NOT_ASKED
    treatment: tuple[Finding, ...] | Missing = NOT_ASKED
    tests: tuple[Finding, ...] | Missing = NOT_ASKED
    observations: tuple[Finding, ...] | Missing = NOT_ASKED
    history: tuple[str, ...] | Missing = NOT_ASKED
    allergies: tuple[str, ...] | Missing = NOT_ASKED
    others_exposed: Answer = NOT_ASKED


class SuspectProduct(Part, frozen=True, kw_only=True):
    """A product under suspicion. What a label says is a claim, not a measurement."""

    name: Told = NOT_ASKED
    class_: Told = NOT_ASKED
    brand: Told = NOT_ASKED
    form: Told = NOT_ASKED
    strength: Told = NOT_ASKED
    maker: Told = NOT_ASKED
    lot: Told = NOT_ASKED
    upc: Told = NOT_ASKED
    ndc: Told = NOT_ASKED
    expiry: Told = NOT_ASKED
    bought: Told = NOT_ASKED
    amount: Told = NOT_ASKED
    doses_per_day: Told = NOT_ASKED
    packs: Told = NOT_ASKED
    route: Told = NOT_ASKED
    began: Told = NOT_ASKED
    last_use: Told = NOT_ASKED
    duration: Told = NOT_ASKED
    reason: Told = NOT_ASKED
    dechallenge: Answer = NOT_ASKED
    rechallenge: Answer = NOT_ASKED
    available: Answer = NOT_ASKED
    returned: Told = NOT_ASKED


class OtherProduct(Part, frozen=True, kw_only=True):
    """Something taken at the same time that is not under suspicion."""

    name: Told = NOT_ASKED
    dose: Told = NOT_ASKED
    began: Told = NOT_ASKED
    stopped: Told = NOT_ASKED


class Reporter(Part, frozen=True, kw_only=True):
    """Who reports."""

    name: Told = NOT_ASKED
    occupation: Told = NOT_ASKED
    health_professional: Answer = NOT_ASKED
    organization: Told = NOT_ASKED
    address: Told = NOT_ASKED
    country: Told = NOT_ASKED
    phone: Told = NOT_ASKED
    email: Told = NOT_ASKED
    also_reported_to: tuple[str, ...] | Missing = NOT_ASKED
    withhold_identity: Answer = NOT_ASKED


class Consent(Part, frozen=True, kw_only=True):
    """On what basis the draft may leave."""

    obtained: Answer = NOT_ASKED
    basis: Told = NOT_ASKED
    part_2: Answer = NOT_ASKED


class Event(Part, frozen=True, kw_only=True):
    """Everything that was told of one event."""

    synthetic: bool = False
    title: Told = NOT_ASKED
    cites: tuple[str, ...] | Missing = NOT_ASKED
    reported: Told = NOT_ASKED
    kind: tuple[str, ...] | Missing = NOT_ASKED
    patient: Patient = Patient()
    event: Happening = Happening()
    products: tuple[SuspectProduct, ...] | Missing = NOT_ASKED
    other_products: tuple[OtherProduct, ...] | Missing = NOT_ASKED
    reporter: Reporter = Reporter()
    consent: Consent = Consent()
    notes: tuple[str, ...] | Missing = NOT_ASKED


def told(value: object) -> str:
    """A value in words: what was told, or that it is not known, never an empty text and never no.

    >>> told(NOT_ASKED), told("12 mg"), told(())
    ('not known', '12 mg', 'none, when asked')
    """
    if isinstance(value, Missing):
        return "not known (would not say)" if value is Missing.REFUSED else "not known"
    if isinstance(value, tuple):
        return "; ".join(str(part) for part in value) if value else "none, when asked"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)


def is_told(value: object) -> bool:
    """Whether something was told; an empty list is an answer."""
    return not isinstance(value, Missing)


_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)([+-]\d{2}:\d{2}|Z)")


def told_time(value: Told) -> Told:
    """A time as a person writes it, with its offset; a time that is missing stays missing.

    >>> told_time("between 2026-11-20T21:30:00-05:00 and 2026-11-21")
    'between 2026-11-20 21:30 (UTC-05:00) and 2026-11-21'
    """
    if isinstance(value, Missing):
        return value
    return _INSTANT.sub(lambda found: f"{found[1]} {_to_the_minute(found[2])} (UTC{found[3]})", value)


def _to_the_minute(clock: str) -> str:
    return clock[:5] if clock[5:] in ("", ":00") else clock
