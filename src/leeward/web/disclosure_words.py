"""What something leaves for, and who receives it, as the pages of consent and export offer them: the same words on both."""

from __future__ import annotations

from leeward.record.consent import Purpose, RecipientKind

PURPOSES: tuple[tuple[Purpose, str], ...] = (
    ("treatment", "Treatment"),
    ("payment", "Payment"),
    ("operations", "Running and reviewing the care (operations)"),
    ("patient-request", "The patient asked for it"),
    ("audit", "Audit or evaluation"),
    ("safety-report", "A safety report about a product or medicine"),
    ("research", "Research"),
    ("legal-proceedings", "Legal proceedings"),
)
"""All but a medical emergency, for which an entry is made first (`pages/emergency.py`)."""

RECIPIENTS: tuple[tuple[RecipientKind, str], ...] = (
    ("treating-provider", "A clinic, hospital, pharmacy or clinician who treats them"),
    ("patient", "The patient themself"),
    ("payer", "An insurer or other payer"),
    ("agency", "An agency or authority"),
    ("person", "A person, such as family"),
    ("auditor", "An auditor or evaluator"),
)
"""Everybody outside the programme but emergency personnel."""
