"""Words of the answers as a person reads them."""

from __future__ import annotations

CLASSES = {
    "leaf": "Kratom leaf",
    "extract": "Kratom extract or concentrate",
    "7-oh": "7-OH (7-hydroxymitragynine) product",
    "analogue": "Semi-synthetic kratom analogue",
    "blend": "Blend",
    "other-substance": "Another substance",
    "not-kratom": "Not kratom, by its words",
    "cannot-tell": "Cannot tell",
}
ANSWERS = {
    "lawful": "lawful",
    "unlawful": "UNLAWFUL",
    "restricted": "restricted",
    "undetermined": "cannot tell",
    "refused-stale": "refused, the evidence is too old",
}
SUBSTANCES = {"leaf": "leaf", "extract": "extract", "7-oh": "7-OH", "analogue": "analogues"}
OF_CLASS = {"leaf": {"leaf"}, "extract": {"extract"}, "7-oh": {"7-oh"}, "analogue": {"analogue"}}
"""Class of product -> the substances whose law stands in the short answer; of any other class, all three."""
