"""What was told, what Leeward takes it for, and what it does not know at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leeward.guidance.assessment import ExposureAnswer, ProductLine
from leeward.guidance.order_checks import kratom_ordered
from leeward.guidance.picture import Picture
from leeward.model.case import Exposure
from leeward.model.missing import REFUSED

if TYPE_CHECKING:
    from leeward.products.answer import ProductAnswer
    from leeward.products.recalls.register import Register


def exposure_answers(picture: Picture, register: Register | None = None) -> tuple[ExposureAnswer, ...]:
    """One answer for each exposure told; a product is looked up in the register (the shipped one where None)."""
    return tuple(_answer(picture, exposure, register) for exposure in picture.exposures)


def _answer(picture: Picture, exposure: Exposure, register: Register | None) -> ExposureAnswer:
    substance = picture.substance(exposure)
    notes = [substance.note] if substance and substance.note else []
    if substance is None and not exposure.recognised:
        notes.append("Leeward does not know this substance; nothing here speaks for or against it.")
    if exposure.last_use is REFUSED:
        notes.append("The person would not say when it was last used.")
    told = _product(picture, exposure, register) if exposure.product else None
    if told:
        notes += [*told.warnings, *told.unknown]
    return ExposureAnswer(
        key=exposure.key,
        as_told=exposure.as_told,
        resolved=exposure.substance if isinstance(exposure.substance, str) else None,
        class_=substance.class_ if substance else "unknown",
        drug_test=substance.drug_test if substance else "",
        product=_line(told, exposure) if told else None,
        actions=told.actions if told else (),
        law={"on": told.on, "jurisdiction": told.jurisdiction, "lines": told.law} if told and told.law else {},
        assay=told.assay if told else (),
        notes=tuple(notes),
        sources=tuple(
            dict.fromkeys(
                (
                    *((*substance.sources, *substance.drug_test_sources) if substance else ()),
                    *(told.sources if told else ()),
                )
            )
        ),
    )


def _product(picture: Picture, exposure: Exposure, register: Register | None) -> ProductAnswer:
    from leeward.products.answer import product_answer
    from leeward.products.recalls.register import shipped_register

    case, knowledge = picture.case, picture.knowledge
    place = case.jurisdiction
    return product_answer(
        exposure.product,
        jurisdiction=place if isinstance(place, str) else None,
        on=case.now.date(),
        register=register or shipped_register(knowledge),
        knowledge=knowledge,
        stale_after_days=picture.policy.limit("law-staleness").value,
    )


def _line(told: ProductAnswer, exposure: Exposure) -> ProductLine:
    substance, named = exposure.substance, ", ".join(told.substances)
    other = isinstance(substance, str) and bool(named) and substance not in told.substances
    return ProductLine(
        label=told.as_told,
        disagrees=f"The label names {named}; {substance} was told. Ask which was taken." if other else "",
        class_=told.class_,
        says=told.says,
        confidence=told.confidence,
        brand=told.brand,
        strength=told.strength,
        lot=told.lot,
        upc=told.upc,
        grade=told.grade,
        near=tuple(f"{line.title} {line.record}: {line.because}" for line in told.near),
        because=told.because,
        searched=told.searched,
    )


def not_known(picture: Picture) -> tuple[str, ...]:
    """Everything in the case that was kept and shown but that Leeward does not know; a kratom order has its alert.

    What the case itself calls unknown has no name that Leeward could know: the questions ask for it.
    """
    flagged = {f"orders.{order.key}" for order in picture.case.orders if kratom_ordered(picture, order)}
    named = (kept for kept in picture.case.kept if kept.as_told.casefold() != "unknown" and kept.path not in flagged)
    return tuple(f"{kept.as_told} ({kept.path})" for kept in named)
