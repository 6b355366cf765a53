"""Enforcement reports of the FDA: one record a recall number, for food, drugs and devices alike.

Source: open.fda.gov, food, drug and device enforcement reports, field reference.
"""

from __future__ import annotations

import hashlib

import msgspec

from leeward.products.recalls.action import Action
from leeward.products.recalls.readers.days import days_told
from leeward.products.recalls.readers.firm_wide import covers_firm


class Record(msgspec.Struct, frozen=True, gc=False):
    """The fields of an enforcement report that Leeward uses; what a record lacks is empty or null."""

    recall_number: str | None = None
    event_id: str | None = None
    product_type: str | None = None
    status: str | None = None
    classification: str | None = None
    voluntary_mandated: str | None = None
    recalling_firm: str | None = None
    city: str | None = None
    state: str | None = None
    product_description: str | None = None
    code_info: str | None = None
    more_code_info: str | None = None
    reason_for_recall: str | None = None
    product_quantity: str | None = None
    distribution_pattern: str | None = None
    recall_initiation_date: str | None = None
    report_date: str | None = None
    termination_date: str | None = None


FIELDS = frozenset(Record.__struct_fields__)


def action_of(record: Record, origin: str) -> Action | str:
    """The action that the record tells, or the reason why it tells none."""
    product, firm, number = (
        _stripped(record.product_description),
        _stripped(record.recalling_firm),
        _stripped(record.recall_number),
    )
    if not product:
        return "The record has no product description."
    if not number and not firm:
        return "The record has neither a recall number nor a firm."
    codes = " ".join(filter(None, (_stripped(record.code_info), _stripped(record.more_code_info))))
    reason, voluntary = _stripped(record.reason_for_recall), _stripped(record.voluntary_mandated)
    event = _stripped(record.event_id)
    days = days_told(
        initiated=record.recall_initiation_date or "",
        reported=record.report_date or "",
        terminated=record.termination_date or "",
    )
    return Action(
        record=number or made_id(f"E{event}", firm, product, codes),
        type="mandatory-recall" if "mandated" in voluntary.casefold() else "recall",
        firm=firm,
        product=product,
        codes=codes,
        reason=reason,
        classification=_stripped(record.classification),
        voluntary=voluntary,
        status=_stripped(record.status),
        event=event,
        product_type=_stripped(record.product_type),
        distribution=_stripped(record.distribution_pattern),
        quantity=_stripped(record.product_quantity),
        place=", ".join(filter(None, (_stripped(record.city), _stripped(record.state)))),
        firm_wide=covers_firm(reason, codes),
        initiated=days.initiated,
        reported=days.reported,
        terminated=days.terminated,
        note=days.note,
        origin=origin,
    )


def made_id(start: str, *texts: str) -> str:
    """An id for a record without a number: a start and a digest of its text, the same at every reading.

    >>> made_id("E95388", "Example LLC", "Loaf") == made_id("E95388", "Example  LLC", "Loaf")
    True
    """
    told = "\0".join(" ".join(text.split()) for text in texts)
    return f"{start}-{hashlib.blake2b(told.encode(errors='replace'), digest_size=4).hexdigest()}"


def _stripped(text: str | None) -> str:
    return text.strip() if text else ""
