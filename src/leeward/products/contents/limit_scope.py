"""Whether a limit is for this kind of product: solid or liquid, leaf or extract or processed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from leeward.products.contents.content import Content, bounds
from leeward.products.contents.conversion import Basis

_FORM = {"solid": "solid", "solids": "solid", "liquid": "liquid", "liquids": "liquid"}
_MATERIAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"powdered botanical extracts?|leaf extracts?|\bextracts?\b", ("extract",)),
    (r"plant material|leaf material|dried or powdered botanicals?|\bplain leaf\b|\bbotanicals?\b", ("leaf",)),
    (r"processed or synthetic|processed", ("processed", "extract")),
)
_EVERY = re.compile(r"^(?:any|all|every)\b|^$")


class Scope(msgspec.Struct, frozen=True):
    """Whether a limit applies, why, and what would tell."""

    applies: Literal["yes", "no", "unknown"]
    because: str = ""
    missing: tuple[str, ...] = ()


def scope_of(applies_to: str, contents: Sequence[Content], basis: Basis) -> Scope:
    """Whether a limit with these words is for a product of this basis. Words that are not understood are never a yes.

    >>> scope_of("liquid products", (), Basis(form="solid")).applies, scope_of("liquid products", (), Basis()).missing
    ('no', ('whether the product is solid or liquid',))
    """
    text = applies_to.casefold().strip()
    form = next((form for word, form in _FORM.items() if re.search(rf"\b{word}\b", text)), None)
    if form is not None:
        return _against(basis.form, (form,), "whether the product is solid or liquid", "the product is")
    if re.search(r"(?:holding|containing|that hold|that contain) 7-oh", text):
        return _holds_7_oh(contents)
    if _EVERY.search(text):
        return Scope("yes")
    for words, materials in _MATERIAL:
        if re.search(words, text):
            missing = "whether the product is leaf, an extract, or processed"
            return _against(basis.material, materials, missing, "the product is")
    return Scope("unknown", f"it is for {applies_to}", (f"whether the product is {applies_to}",))


def _against(known: str | None, wanted: tuple[str, ...], missing: str, says: str) -> Scope:
    if known is None:
        return Scope("unknown", missing, (missing,))
    return Scope("yes" if known in wanted else "no", f"{says} {known}")


def _holds_7_oh(contents: Sequence[Content]) -> Scope:
    for content in contents:
        span = bounds(content.value) if content.analyte == "7-hydroxymitragynine" else None
        if span is not None and span[0] > 0:
            return Scope("yes", f"{content}")
    missing = "whether the product holds 7-hydroxymitragynine"
    return Scope("unknown", missing, (missing,))
