"""What has been done about a product: recalls, alerts, letters, seizures. The types are kept apart.

A recall belongs to a firm or to FDA, never to DEA, which schedules substances. A warning letter, a safety alert or a
seizure is not a recall and is never called one.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

ActionType = Literal[
    "recall",
    "mandatory-recall",
    "safety-alert",
    "public-advisory",
    "warning-letter",
    "seizure",
    "import-alert",
    "outbreak",
]

TITLES: dict[ActionType, str] = {
    "recall": "Recall",
    "mandatory-recall": "Mandatory recall (ordered by FDA)",
    "safety-alert": "Safety alert (not a recall)",
    "public-advisory": "Public advisory (not a recall)",
    "warning-letter": "Warning letter (not a recall)",
    "seizure": "Seizure (not a recall)",
    "import-alert": "Import alert (not a recall)",
    "outbreak": "Outbreak notice (not a recall)",
}


Grade = Literal["match", "product_only", "family", "none"]
GRADES: dict[Grade, str] = {
    "match": "In scope",
    "product_only": "Listed; lot, date or pack not known",
    "family": "Same firm or brand only",
    "none": "No record found (this does not mean safe)",
}
"""Grade of a record beside a label, best first -> its words."""


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One action as its record tells it. Text is the record's own; an empty word means that the record does not say.

    Dates are ISO 8601, as exact as the record is: a day, a month or a year.
    """

    record: str
    """The recall number (F-1413-2018) or, where there is none, an id that says where it stands."""
    type: ActionType
    firm: str
    product: str
    """The product description."""
    brand: str = ""
    codes: str = ""
    """Lots, barcodes and dates as the record states them: what is in scope."""
    reason: str = ""
    classification: str = ""
    """Class I, II or III; empty where the record gives none."""
    voluntary: str = ""
    status: str = ""
    initiated: str = ""
    reported: str = ""
    terminated: str = ""
    event: str = ""
    product_type: str = ""
    distribution: str = ""
    quantity: str = ""
    place: str = ""
    """City and state of the firm."""
    firm_wide: bool = False
    """Whether the record or a source beside it says that the action covers all such products of the firm."""
    note: str = ""
    origin: str = ""
    """Which file or knowledge entry the facts came from."""
    sources: tuple[str, ...] = ()
    """Ids of source entries in knowledge, for what Leeward ships; a loaded record names its file in `origin`."""

    @property
    def numbered(self) -> bool:
        """Whether FDA gave it a recall number, under which its lots are listed."""
        return _NUMBER.fullmatch(self.record) is not None

    @property
    def shipped_only(self) -> bool:
        """Whether it is known by Leeward's own id alone, for want of a recall number."""
        return self.record.startswith("KRR-")

    @property
    def date(self) -> str:
        """The date that orders actions: when it began, else when it was reported."""
        return self.initiated or self.reported


_NUMBER = re.compile(r"[A-Z]-\d+-\d{4}")
RECALLS: frozenset[ActionType] = frozenset({"recall", "mandatory-recall"})
"""The types that are recalls."""
