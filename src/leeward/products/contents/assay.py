"""The lines of a product's answer on what is in it: claimed, measured, compared, checked; and what nobody measured.

Hazard: silence read as absence. A substance that the certificate does not name was not found to be absent; the line
says that nobody measured it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.knowledge.entries import Entry
from leeward.products.contents.certificate import Certificate
from leeward.products.contents.certificate_columns import Unread
from leeward.products.contents.comparison import Comparison, compare
from leeward.products.contents.content import Content, analytes
from leeward.products.contents.content_limits import LegalLimit, Verdict, check_limit, substances_of
from leeward.products.contents.conversion import NEEDS, Basis, Undetermined


class Published(Entry, frozen=True, kw_only=True):
    """What a study found of one substance in kratom products that were not this one."""

    analyte: str
    product: str
    unit: str
    n: int | None = None
    low: float | None = None
    high: float | None = None


class AssayLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One substance: what the label claims, what was measured, how they compare, and which limits they meet."""

    analyte: str
    name: str
    says: str
    claimed: tuple[Content, ...] = ()
    measured: tuple[Content, ...] = ()
    comparisons: tuple[Comparison | Undetermined, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    published: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def assay_lines(
    certificate: Certificate | None,
    claims: Sequence[Content],
    limits: Sequence[LegalLimit],
    basis: Basis | None = None,
    lot: str = "",
) -> tuple[AssayLine, ...]:
    """A line for every substance that is claimed, measured or limited, in the order of analytes.toml.

    What the certificate says of its sample (moisture, serving) fills in what `basis` leaves out. Where the certificate is
    not known to be of `lot`, every measured line says so.
    """
    measured = () if certificate is None else certificate.contents
    known = filled(basis or Basis(), None if certificate is None else certificate.basis)
    contents = (*measured, *claims)
    of_limit = {id(limit): _first(limit) for limit in limits}
    named = {content.analyte for content in contents} | {analyte for analyte in of_limit.values() if analyte}
    lost = () if certificate is None else certificate.numbers_lost
    named |= {line.analyte for line in lost}
    other_lot = None if certificate is None else certificate.about_lot(lot)
    return tuple(
        _line(
            analyte,
            contents,
            [check_limit(contents, limit, known) for limit in limits if of_limit[id(limit)] == analyte],
            known,
            other_lot,
            [line for line in lost if line.analyte == analyte],
        )
        for analyte in analytes()
        if analyte in named
    )


def published(analyte: str) -> tuple[tuple[str, Published], ...]:
    """What studies found of a substance in other products, by id of the entry."""
    found = load_knowledge().table_of("alkaloids", Published)
    return tuple((id, entry) for id, entry in found.items() if entry.analyte == analyte)


def _line(
    analyte: str,
    contents: Sequence[Content],
    verdicts: list[Verdict],
    basis: Basis,
    other_lot: str | None,
    lost: Sequence[Unread],
) -> AssayLine:
    claimed = tuple(one for one in contents if one.analyte == analyte and not one.is_measured)
    measured = tuple(one for one in contents if one.analyte == analyte and one.is_measured)
    studies = published(analyte)
    name = analytes()[analyte].name
    cautions = _cautions(analyte, measured, other_lot)
    return AssayLine(
        analyte=analyte,
        name=name,
        says=_says(name, claimed, measured, lost),
        claimed=claimed,
        measured=measured,
        comparisons=tuple(compare(claim, found, basis) for claim in claimed for found in measured),
        verdicts=tuple(_not_unmeasured(verdict, name) for verdict in verdicts) if lost else tuple(verdicts),
        published=tuple(f"{study.says}. That was other products." for _, study in studies),
        cautions=cautions,
        missing=() if measured else (f"{'a readable number for' if lost else 'a measurement of'} {name}",),
        sources=tuple(dict.fromkeys(source for _, study in studies for source in study.sources)),
    )


def _says(name: str, claimed: Sequence[Content], measured: Sequence[Content], lost: Sequence[Unread]) -> str:
    parts = [f"the label claims {_words(one)}" for one in claimed]
    parts += [f"measured {_words(one)}{f' in lot {one.lot}' if one.lot else ''}" for one in measured]
    parts += [f"{line.place} of the certificate could not be read ({line.text}: {line.because})" for line in lost]
    if not measured and not lost:
        parts.append(
            "nobody measured it" if claimed else "neither claimed nor measured; that does not say that it is absent"
        )
    return f"{name}: {'; '.join(parts)}"


def _not_unmeasured(verdict: Verdict, name: str) -> Verdict:
    """The verdict without the words that nobody measured what a certificate names in a line that could not be read."""
    unread = f"a number of the certificate for {name} could not be read"
    because = verdict.because.replace("nobody measured it", unread)
    if because.startswith("Nobody measured"):
        because = f"{unread[:1].upper()}{unread[1:]}."
    return msgspec.structs.replace(verdict, because=because)


def _words(content: Content) -> str:
    return str(content).removeprefix(f"{content.name} ")


_ALIKE = ("7-hydroxymitragynine", "mitragynine-pseudoindoxyl")


def _cautions(analyte: str, measured: Sequence[Content], other_lot: str | None) -> tuple[str, ...]:
    found: list[str] = []
    if measured and other_lot is not None:
        found.append(other_lot)
    methods = " ".join(content.method.upper().replace(" ", "") for content in measured)
    if analyte in _ALIKE and "GC" in methods:
        found.append(
            "7-hydroxymitragynine and pseudoindoxyl cannot be told apart by GC-MS; ask for LC with high-resolution MS."
        )
    if any(not content.method for content in measured):
        found.append("The certificate does not say by which method it was measured.")
    return tuple(found)


def filled(basis: Basis, more: Basis | None) -> Basis:
    """The basis, with what it leaves out taken from the certificate where the two do not contradict each other."""
    if more is None:
        return basis
    missing = {field: getattr(more, field) for field in NEEDS if getattr(basis, field) is None}
    try:
        return msgspec.structs.replace(basis, **{field: value for field, value in missing.items() if value is not None})
    except BadInput:
        return basis


def _first(limit: LegalLimit) -> str:
    """The substance under whose line a limit stands: the first that it names."""
    return next(iter(substances_of(limit).all_named), "")
