"""The columns of the FDA's tables: which ones tell the tables apart, and under which headings each field stands.

The same table is exported with headings in capitals, with spaces or with underscores, and now and then renamed.

Source: headings of the enforcement report export (ires), the data dashboard export, the press-release list and the
warning-letter list of fda.gov; those of the files at hand were read, the others are recalled.
"""

from __future__ import annotations

import re

import msgspec

_DELIMITERS = ",\t;|$"


class Table(msgspec.Struct, frozen=True):
    """A kind of table: the fields that it must have, and for each field the headings that stand for it."""

    kind: str
    needs: frozenset[str]
    headings: dict[str, tuple[str, ...]]

    def fits(self, names: set[str]) -> bool:
        """Whether a header has every field that this table must have."""
        return all(names & {field, *self.headings.get(field, ())} for field in self.needs)

    def places(self, header: list[str]) -> dict[str, int]:
        """The place of each field in the rows; of two headings for one field the first in the list counts."""
        by_name = {column_name(name): place for place, name in reversed(list(enumerate(header)))}
        found: dict[str, int] = {}
        for field, others in self.headings.items():
            place = next((by_name[name] for name in (field, *others) if name in by_name), None)
            if place is not None:
                found[field] = place
        return found


def column_name(heading: str) -> str:
    """A heading in lower case, its words joined by underscores.

    >>> column_name("Voluntary/Mandated"), column_name(" BRAND_NAMES "), column_name("Brand Name(s)")
    ('voluntary_mandated', 'brand_names', 'brand_name_s')
    """
    return re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")


def delimiter_of(header: str) -> str:
    """The mark that parts the columns: the commonest of those in use."""
    return max(_DELIMITERS, key=header.count)


_RECALL = {
    "recalling_firm": ("recalling_firm_name", "firm_name", "firm_legal_name", "legal_name"),
    "event_id": ("recall_event_id", "recall_id", "event"),
    "product_type": (),
    "status": ("recall_status", "event_status"),
    "classification": ("recall_class", "event_classification", "recall_classification", "product_classification"),
    "city": ("recalling_firm_city", "firm_city"),
    "state": ("state_province", "recalling_firm_state", "recall_state", "firm_state"),
    "product_description": (),
    "code_info": ("code_information",),
    "more_code_info": ("more_code_information",),
    "reason_for_recall": ("reason", "recall_reason"),
    "product_quantity": ("quantity",),
    "distribution_pattern": ("distribution",),
    "voluntary_mandated": (),
    "recall_initiation_date": ("initiation_date", "date_initiated"),
    "report_date": (),
    "termination_date": ("date_terminated",),
}

ENFORCEMENT = Table(
    "fda-enforcement-csv",
    frozenset({"recall_number", "recalling_firm", "product_description"}),
    {"recall_number": ("recall_no", "product_recall_number"), **_RECALL},
)
DASHBOARD = Table(
    "fda-dashboard-csv",
    frozenset({"recalling_firm", "product_description", "event_id", "reason_for_recall"}),
    {**_RECALL, "product_id": (), "classified": ("center_classification_date", "classification_date", "recall_date")},
)
PRESS = Table(
    "fda-press-release-csv",
    frozenset({"date", "product_description", "company_name"}),
    {
        "date": ("release_date", "publish_date", "published_date"),
        "brand_names": ("brand_name", "brand_name_s", "brands"),
        "product_description": (),
        "product_type": ("product_types",),
        "recall_reason_description": ("reason", "recall_reason"),
        "company_name": ("company",),
        "terminated_recall": ("terminated",),
    },
)
LETTERS = Table(
    "fda-warning-letter-csv",
    frozenset({"company", "letter_date", "issuing_office"}),
    {
        "url": ("link", "letter_url"),
        "posted_date": ("post_date", "date_posted"),
        "letter_date": ("letter_issue_date", "issue_date"),
        "company": ("company_name", "firm"),
        "issuing_office": ("office",),
        "subject": (),
        "closeout_letter": ("close_out_letter", "closeout_date"),
    },
)
TABLES = (ENFORCEMENT, DASHBOARD, PRESS, LETTERS)
