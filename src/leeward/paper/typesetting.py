"""Pages set by typst with the fonts that it carries: the same bytes on every machine.

What a person wrote goes in as JSON and is set as text; it never becomes markup. A character that the fonts lack is
written by its Unicode name, so that nothing prints as an empty box.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Any, Literal

import msgspec

from leeward.errors import BadInput
from leeward.model.shapes import is_list, is_mapping
from leeward.products.reporting.medwatch_pdf import printable

Paper = Literal["us-letter", "a4"]

_PAGES = re.compile(rb"/Type\s*/Pages\s*/Count\s+(\d+)")


def set_pdf(template: str, data: dict[str, Any], keep: tuple[str, ...] = ()) -> bytes:
    """The PDF that a template makes of the data.

    `keep` names keys whose text is passed on as it is: pictures as SVG that Leeward drew, never words. Raises BadInput
    where the part that sets pages is not installed.
    """
    try:
        import typst
    except ImportError:
        says = "A PDF needs the package typst, which is not installed."
        raise BadInput.one("LW-0861", "", says, "Install it.") from None
    held = {key: value if key in keep else _printable_in(value) for key, value in data.items()}
    return typst.compile(
        (resources.files("leeward.paper") / template).read_bytes(),
        format="pdf",
        sys_inputs={"data": msgspec.json.encode(held).decode()},
        ignore_system_fonts=True,
        timestamp=0,
    )


def page_count(pdf: bytes) -> int:
    """How many pages a PDF made here has."""
    found = _PAGES.search(pdf)
    return int(found[1]) if found else 0


def _printable_in(value: object) -> object:
    if isinstance(value, str):
        return printable(value)
    if is_mapping(value):
        return {key: _printable_in(inner) for key, inner in value.items()}
    if is_list(value):
        return [_printable_in(inner) for inner in value]
    return value
