"""What was told, what Leeward takes it for, and what it does not know at all."""

from __future__ import annotations

from leeward.guidance.assessment import ExposureAnswer
from leeward.guidance.order_checks import kratom_ordered
from leeward.guidance.picture import Picture
from leeward.model.case import Exposure
from leeward.model.missing import REFUSED

NOT_CHECKED = "Recalls, law and laboratory certificates of this product were not checked."


def exposure_answers(picture: Picture) -> tuple[ExposureAnswer, ...]:
    """One answer for each exposure told."""
    return tuple(_answer(picture, exposure) for exposure in picture.exposures)


def _answer(picture: Picture, exposure: Exposure) -> ExposureAnswer:
    substance = picture.substance(exposure)
    notes = [substance.note] if substance and substance.note else []
    if substance is None and not exposure.recognised:
        notes.append("Leeward does not know this substance; nothing here speaks for or against it.")
    if exposure.last_use is REFUSED:
        notes.append("The person would not say when it was last used.")
    if exposure.product:
        notes.append(NOT_CHECKED)
    return ExposureAnswer(
        key=exposure.key,
        as_told=exposure.as_told,
        resolved=exposure.substance if isinstance(exposure.substance, str) else None,
        class_=substance.class_ if substance else "unknown",
        drug_test=substance.drug_test if substance else "",
        notes=tuple(notes),
        sources=tuple(dict.fromkeys((*substance.sources, *substance.drug_test_sources))) if substance else (),
    )


def not_known(picture: Picture) -> tuple[str, ...]:
    """Everything in the case that was kept and shown but that Leeward does not know; a kratom order has its alert."""
    flagged = {f"orders.{order.key}" for order in picture.case.orders if kratom_ordered(picture, order)}
    return tuple(f"{kept.as_told} ({kept.path})" for kept in picture.case.kept if kept.path not in flagged)
