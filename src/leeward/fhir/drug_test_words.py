"""Drug tests by their words: "Fentanyl, urine, screen" or "Opiates [Presence] in Urine by Immunoassay".

A test is read where one analyte is named and every other word is a word of testing. A specimen other than urine, a
metabolite or a cutoff is a word more, and nothing is read.
"""

from __future__ import annotations

import re
from functools import lru_cache

from leeward.casefile.words import ANALYTES
from leeward.fhir.codes import words_of
from leeward.fhir.structures import CodeableConcept

URINE = frozenset({"urine", "ur", "urinary", "uds"})
TESTING = frozenset({"screen", "screening", "test", "tox", "toxicology", "immunoassay", "presence", "qualitative", "qual", "rapid"})  # fmt: skip
BESIDE = frozenset(
    {"drug", "drugs", "of", "in", "by", "for", "method", "result", "assay", "poc", "point", "care", "the"}
)
"""Words that say nothing about what is tested for. A convention of Leeward, as are the two above."""

LONGEST = 12

_WORD = re.compile(r"7-oh\b|7-hydroxymitragynine|[a-z0-9]+")


@lru_cache(maxsize=4096)
def analyte_named(text: str, within_urine_screen: bool = False) -> str | None:
    """The analyte of a drug test of urine that a text names; None where it is none or says more.

    `within_urine_screen`: whether the text stands within a urine drug screen, so that the analyte alone is enough.

    >>> analyte_named("Fentanyl [Presence] in Urine by Screen method")
    'fentanyl'
    >>> analyte_named("Fentanyl"), analyte_named("Fentanyl, serum"), analyte_named("Norfentanyl, urine")
    (None, None, None)
    >>> analyte_named("Fentanyl", within_urine_screen=True)
    'fentanyl'
    """
    words = _WORD.findall(text.casefold())
    if len(words) > LONGEST:
        return None
    named = {found for word in words if (found := ANALYTES.named(word)) is not None}
    others = {word for word in words if ANALYTES.named(word) is None}
    tested = within_urine_screen or bool(others & (URINE | TESTING))
    return named.pop() if len(named) == 1 and tested and others <= URINE | TESTING | BESIDE else None


def analyte_in_words(concept: CodeableConcept | None, within_urine_screen: bool = False) -> str | None:
    """The analyte that the words of a concept name; None where they name none, or two."""
    found = {analyte for text in words_of(concept) if (analyte := analyte_named(text, within_urine_screen)) is not None}
    return found.pop() if len(found) == 1 else None
