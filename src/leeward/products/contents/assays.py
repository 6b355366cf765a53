"""What a product says it contains beside what laboratories measured, under the limits of a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Literal

from leeward.knowledge import Knowledge
from leeward.products.contents.assay import AssayLine, assay_lines
from leeward.products.contents.certificate import Certificate
from leeward.products.contents.content import Content, Exact, analyte_named
from leeward.products.contents.conversion import Basis
from leeward.products.contents.printed import unit_printed
from leeward.products.contents.safety import SafetyLine, safety_lines
from leeward.products.contents.variability import Variability, between_lot
from leeward.products.identity.identity import Identity
from leeward.products.identity.strengths import LabelClaim
from leeward.products.law.law import rule_limits

_MATERIALS: dict[str, Literal["leaf", "extract", "processed"]] = {
    "leaf": "leaf",
    "extract": "extract",
    "7-oh": "processed",
    "analogue": "processed",
}
_LIQUIDS = frozenset({"liquid", "shot", "drink", "beverage", "tonic", "tincture", "elixir", "oil", "seltzer"})


def claims_of(identity: Identity) -> tuple[Content, ...]:
    """The claims of a label whose substance and basis it states.

    A claim that names no substance is of the one that the label names, where it names one.
    """
    return tuple(claim for strength in identity.strengths if (claim := _claim(strength, identity)))


def _claim(strength: LabelClaim, identity: Identity) -> Content | None:
    analyte = analyte_named(strength.of or (identity.substance or ""))
    unit = unit_printed(f"{strength.unit} {strength.basis}") if strength.basis else None
    if analyte is None or unit is None or strength.comparator:
        return None
    printed = f"{strength.value:g} {strength.unit} {strength.basis}"
    value = Exact(strength.value * unit.factor)
    return Content(analyte=analyte, value=value, measure=unit.measure, kind="label-claim", as_printed=printed)


def assays(
    identity: Identity,
    certificates: Sequence[Certificate],
    lot: str,
    jurisdiction: str | None,
    on: date,
    knowledge: Knowledge,
    stale_after_days: float,
) -> tuple[AssayLine, ...]:
    """Lines on each substance claimed or measured; without a claim or a certificate there is nothing to say."""
    claims = claims_of(identity)
    if not claims and not certificates:
        return ()
    limits = rule_limits(jurisdiction, on, knowledge, stale_after_days) if identity.family == "kratom" else ()
    basis = basis_of(identity)
    told = certificates or (None,)
    return tuple(line for one in told for line in assay_lines(one, claims, limits, basis, lot) if _says_something(line))


def basis_of(identity: Identity) -> Basis:
    """What the label says of the material and the form, for limits that depend on them."""
    form = "liquid" if identity.form in _LIQUIDS else "solid" if identity.form else None
    return Basis(material=_MATERIALS.get(identity.class_), form=form)


def safety(
    identity: Identity, certificates: Sequence[Certificate], grams_per_day: float | None, on: date, knowledge: Knowledge
) -> tuple[SafetyLine, ...]:
    """What certificates say under the limits for metals and germs, and of compounds that are scheduled; gravest first."""
    basis = basis_of(identity)
    return tuple(
        line
        for certificate in certificates
        for line in safety_lines(certificate, grams_per_day, knowledge, on=on, basis=basis)
    )


def _says_something(line: AssayLine) -> bool:
    return bool(line.claimed or line.measured or "could not be read" in line.says)


def variabilities(
    identity: Identity, certificates: Sequence[Certificate]
) -> tuple[tuple[Variability, ...], tuple[str, ...]]:
    """How much lots vary, for each substance that certificates of several lots measured; and what was left out, and why.

    Hazard: a name of a file taken for a lot, or one certificate given twice for two. Neither counts.
    """
    claims = {claim.analyte: claim for claim in claims_of(identity)}
    by_analyte: dict[str, dict[str, list[Content]]] = defaultdict(lambda: defaultdict(list))
    bases: dict[str, Basis] = {}
    left_out: dict[str, None] = {}
    for certificate in certificates:
        for content in certificate.contents:
            lot = content.lot or certificate.lot
            if not lot:
                left_out[f"{certificate.name} names no lot, so it is no measurement of one."] = None
            elif (content.value, content.method) in [
                (one.value, one.method) for one in by_analyte[content.analyte][lot]
            ]:
                left_out[f"{certificate.name} repeats a result of lot {lot}; it counts once."] = None
            else:
                by_analyte[content.analyte][lot].append(content)
                bases[lot] = certificate.basis
    found = tuple(
        between_lot(lots, claims.get(analyte), bases)
        for analyte, lots in by_analyte.items()
        if sum(map(bool, lots.values())) > 1
    )
    return found, tuple(left_out)
