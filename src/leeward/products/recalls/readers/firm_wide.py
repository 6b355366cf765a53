"""Whether a record says that its action covers all products of the firm, not the items on its list alone.

Such an order reaches a pack that no record names, so missing one is worse than naming the firm once too often: the most
that follows from it is a finding for the firm, never for the pack.

Hazard: a firm-level order missed, so that a pack of the firm reads as not found.
"""

from __future__ import annotations

import re

_GOODS = r"(?:products|product lines?|supplements|foods|items|drugs|goods|beverages|kits)"
_MADE = r"(?:man\w{0,4}fact?ure?d|made|produced|prepared|process(?:ed)?|compounded|formulated|(?:re-?)?pack(?:ag)?e?d)"
_HANDLED = rf"(?:{_MADE}|label{{1,2}}ed|held|stored|distributed|sold|marketed|imported|shipped)"
_AND = r"\s*(?:,|/|and/or|and|or|&)\s*"
_ALL_GOODS = rf"\b(?:all|every|any|entire)\s+(?:[\w&'’()/-]+,?\s+){{0,8}}?{_GOODS}\s+(?:(?:that|which)\s+)?(?:(?:was|were|are|is|have been|had been|has been)\s+)?"
_WHEN = r"(?:since|between|before|after|prior|through|from|until|during)\s+(?:and including\s+|to\s+)?(?:the\s+)?(?:date|\d|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"

_BY_THE_FIRM = re.compile(
    rf"{_ALL_GOODS}(?:{_HANDLED}(?:{_AND})+)*{_HANDLED}\s+(?:(?:and|or)\s+\w+\s+)?(?:solely\s+)?(?:by|at|for)\s", re.I
)
_EVERY_STEP = re.compile(rf"{_ALL_GOODS}{_HANDLED}(?:{_AND})+{_HANDLED}\b", re.I)
_MADE_WHEN = re.compile(rf"\b(?:all|every)\s+(?:[\w&'’-]+\s+){{0,3}}?{_GOODS}\s+{_MADE}\s*(?:$|[.;]|{_WHEN})", re.I)
_THEIR_GOODS = re.compile(
    rf"\b(?:all|every|entire)\s+(?:of\s+)?(?:its|their|our|his|her|the (?:firm|company)['’]?s)\s+(?:[\w&'’-]+\s+){{0,5}}?{_GOODS}\b",
    re.I,
)
_RECALLS_ALL = re.compile(
    rf"\brecall(?:s|ed|ing)?\s+(?:of\s+)?all\s+(?:[\w&'’-]+\s+){{0,5}}?{_GOODS}\s*(?:$|[.;,]|\b(?:because|due|as|since|in accordance)\b)",
    re.I,
)
_LIMITED = re.compile(
    r"\b(?:affected|same|above|following|listed|these|those|recalled)\b|\b(?:with|using|containing|line|lot)\b", re.I
)


def covers_firm(reason: str, codes: str) -> bool:
    """Whether the reason or the codes of a record say that all products of the firm are covered.

    >>> covers_firm("All Kratom products manufactured, processed, packed, and/or held by Example LLC may be contaminated", "ALL")
    True
    >>> covers_firm("Salmonella", "All products on market."), covers_firm("Salmonella", "All lots")
    (False, False)
    """
    return any(_says_so(text) for text in (reason, codes))


def _says_so(text: str) -> bool:
    lowered = text.casefold()
    if not any(word in lowered for word in ("all ", "every ", "any ", "entire ")):
        return False
    for pattern in (_EVERY_STEP, _BY_THE_FIRM, _MADE_WHEN, _THEIR_GOODS, _RECALLS_ALL):
        for found in pattern.finditer(text):
            if not _LIMITED.search(found[0]):
                return True
    return False
