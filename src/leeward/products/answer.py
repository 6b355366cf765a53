"""What is known about one product, lot, here, today: the pieces put together, `leeward: product/1`.

Pure: the day, the place and the register are arguments, and nothing is read or written.

Hazard: an empty list of actions means that no record was found in what was searched, never that the product is safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from leeward.knowledge import Knowledge
from leeward.products.contents.assay import AssayLine
from leeward.products.contents.assays import assays, safety, variabilities
from leeward.products.contents.certificate import Certificate, Unread
from leeward.products.contents.safety import SafetyLine
from leeward.products.contents.variability import Variability
from leeward.products.detection import TestLine, in_short, what_tests_show
from leeward.products.first_help import HelpLine, first_help
from leeward.products.identity.identity import Identity, identify
from leeward.products.identity.ingredients import UNCLEAR
from leeward.products.identity.strengths import IN_WORDS, LabelClaim
from leeward.products.law.law import law_of
from leeward.products.law.lines import LawLine
from leeward.products.law.not_held import not_held
from leeward.products.recalls.action import TITLES, Action, Grade
from leeward.products.recalls.judging import Found
from leeward.products.recalls.label import Label, read_label
from leeward.products.recalls.matching import Matches
from leeward.products.recalls.register import Register

_GENERAL = frozenset({"public-advisory", "import-alert", "outbreak"})


class ActionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One action beside the product. `because` is the text that decided; `to_compare` what is still to be looked at."""

    type: str
    title: str
    grade: Grade
    record: str
    firm: str
    date: str
    class_: str = msgspec.field(name="class")
    status: str
    product: str
    codes: str
    reason: str
    because: str
    to_compare: str
    note: str
    source: str
    sources: tuple[str, ...]


class CertificateLine(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that was read, with every line of it that was not understood."""

    name: str
    product: str
    lot: str
    laboratory: str
    date: date | None
    unread: tuple[Unread, ...]
    notes: tuple[str, ...]


class ProductAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `leeward product --format json`, `leeward: product/1`."""

    leeward: str = "product/1"
    as_told: str
    on: str
    jurisdiction: str | None
    class_: str = msgspec.field(name="class")
    says: str
    confidence: str
    family: str
    """Whether it is of the kratom family at all: kratom, not-kratom or cannot-tell."""
    substances: tuple[str, ...]
    brand: str | None
    form: str | None
    strength: str | None
    count: int | None
    size: str | None
    lot: str | None
    upc: str | None
    because: tuple[str, ...]
    warnings: tuple[str, ...]
    grade: Grade
    actions: tuple[ActionLine, ...]
    near: tuple[ActionLine, ...]
    """Records that were ruled out, with why: another lot, another strain, another pack."""
    general: tuple[ActionLine, ...]
    """Actions about this kind of product as a whole."""
    law: tuple[LawLine, ...]
    law_not_held: tuple[str, ...]
    """Substances that the label names and whose law Leeward does not hold, with what a source says of it."""
    assay: tuple[AssayLine, ...]
    safety: tuple[SafetyLine, ...]
    """What certificates say under limits for metals and germs, and of scheduled compounds; gravest first."""
    variability: tuple[Variability, ...]
    certificates: tuple[CertificateLine, ...]
    tests: tuple[TestLine, ...]
    tests_in_short: tuple[str, ...]
    first_help: tuple[HelpLine, ...]
    """What is needed before anything else where the product acts like an opioid."""
    unknown: tuple[str, ...]
    searched: str
    sources: tuple[str, ...]


def product_answer(
    text: str,
    *,
    lot: str = "",
    upc: str = "",
    jurisdiction: str | None,
    on: date,
    register: Register,
    knowledge: Knowledge,
    stale_after_days: float,
    certificates: tuple[Certificate, ...] = (),
    grams_per_day: float | None = None,
) -> ProductAnswer:
    """What is known about a product.

    Arguments: the label's text as told; its lot and barcode where they are known apart; the place (US-GA) or None; the
    day to answer for; the register of actions; knowledge; for how many days after its
    newest evidence a legal answer may be shown; certificates of laboratories; how many grams
    of the product are taken in a day, where that was told.
    Raises: BadInput for a place that is none.
    """
    identity = identify(text, knowledge)
    label = read_label(text, lot, upc)
    first_lot = label.lots[0].upper() if label.lots else ""
    matches = register.match(label, identity.family)
    law = (
        law_of(jurisdiction, on, knowledge=knowledge, stale_after_days=stale_after_days) if _is_kratom(identity) else ()
    )
    unheld = not_held(identity.substances, knowledge)
    assay = assays(identity, certificates, lot or first_lot, jurisdiction, on, knowledge, stale_after_days)
    varying, not_counted = variabilities(identity, certificates)
    tests = what_tests_show(identity.substances or (_acting(identity),), knowledge)
    actions = tuple(_line(found) for found in matches.found)
    near = tuple(_line(found) for found in matches.near)
    general = tuple(_about_all(register, identity))
    return ProductAnswer(
        as_told=identity.as_told,
        on=on.isoformat(),
        jurisdiction=jurisdiction,
        class_=identity.class_,
        says=identity.says,
        confidence=identity.confidence,
        family=identity.family,
        substances=identity.substances,
        brand=identity.brand or None,
        form=identity.form or None,
        strength="; ".join(map(_claim, identity.strengths)) or None,
        count=identity.count,
        size=f"{identity.size.value:g} {identity.size.unit}" if identity.size else None,
        lot="; ".join(one.upper() for one in label.lots) or None,
        upc="; ".join(code.key for code in label.barcodes) or None,
        because=identity.because,
        warnings=identity.warnings,
        grade=matches.grade,
        actions=actions,
        near=near,
        general=general,
        law=law,
        law_not_held=unheld,
        assay=assay,
        safety=safety(identity, certificates, grams_per_day, on, knowledge) if certificates else (),
        variability=varying,
        certificates=tuple(map(_certificate_line, certificates)),
        tests=tests,
        tests_in_short=in_short(tests, knowledge),
        first_help=first_help(_acting(identity), identity.substances, knowledge),
        unknown=(
            *_unknown(identity, label, matches, register, jurisdiction, bool(certificates)),
            *not_counted,
            *unheld,
        ),
        searched=register.freshness,
        sources=_cited(identity.sources, *(line.sources for line in (*actions, *near, *general, *law, *tests, *assay))),
    )


def _claim(claim: LabelClaim) -> str:
    of = "(of what is unclear)" if claim.of == UNCLEAR else claim.of
    return " ".join(
        part for part in (IN_WORDS[claim.comparator], f"{claim.value:g} {claim.unit}", of, claim.basis) if part
    )


def _acting(identity: Identity) -> str:
    """The class for first help: a kratom product of which no more is known is still one."""
    return "kratom" if identity.class_ == "cannot-tell" and identity.family == "kratom" else identity.class_


def _is_kratom(identity: Identity) -> bool:
    return identity.family == "kratom"


def _certificate_line(one: Certificate) -> CertificateLine:
    fields = {name: getattr(one, name) for name in CertificateLine.__struct_fields__}
    return CertificateLine(**fields)


def _line(found: Found) -> ActionLine:
    return _action_line(found.action, found.grade, found.because, found.to_compare)


def _action_line(action: Action, grade: Grade, because: str, to_compare: str = "") -> ActionLine:
    return ActionLine(
        type=action.type,
        title=TITLES[action.type],
        grade=grade,
        record=action.record,
        firm=action.firm,
        date=action.date,
        class_=action.classification,
        status=action.status,
        product=action.product,
        codes=action.codes,
        reason=action.reason,
        because=because,
        to_compare=to_compare,
        note=action.note,
        source=action.origin,
        sources=action.sources,
    )


def _about_all(register: Register, identity: Identity) -> Iterable[ActionLine]:
    """Advisories and alerts about kratom or 7-OH products as a kind, newest first."""
    if not _is_kratom(identity):
        return
    seven = identity.class_ in ("7-oh", "analogue")
    told = [action for action in register.shipped if action.type in _GENERAL and not action.brand]
    for action in sorted(told, key=lambda action: action.date, reverse=True):
        if ("7-OH" in action.product) == seven:
            yield _action_line(action, "family", "it concerns products of this kind as a whole, not this one by name")


def _unknown(
    identity: Identity, label: Label, matches: Matches, register: Register, jurisdiction: str | None, measured: bool
) -> Iterable[str]:
    yield from identity.doubts
    if not label.lots:
        yield "The lot is not known: read it off the pack."
    if not label.barcodes:
        yield "The barcode is not known."
    if matches.grade == "none":
        yield matches.because
    if not register.enforcement_loaded:
        yield "FDA's enforcement reports are not loaded (`leeward recalls load FILE`), so newer or other recalls were not searched."
    if not measured:
        yield "No laboratory certificate was given: a label is a claim, and what is in the product is not known."
    if jurisdiction is None and _is_kratom(identity):
        yield "The state is not known, so state law was not looked up."


def _cited(*parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({id for part in parts for id in part}))
