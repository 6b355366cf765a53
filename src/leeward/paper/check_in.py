"""The square that a phone's camera reads: a check-in link as a QR code."""

from __future__ import annotations

import io
import re

from leeward.errors import BadInput

_LINK = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~/?=&%+\-]*)?")
LONGEST = 400
"""Letters of a link: more makes a square too fine for a cheap phone to read from paper."""


def check_in_code(link: str) -> str:
    """The link as SVG, black on white in both themes so that a camera can read it. Raises BadInput where it is no link."""
    if len(link) > LONGEST or not _LINK.fullmatch(link):
        says = "The check-in link is not a web address."
        raise BadInput.one(
            "LW-0872", "check_in_link", says, f"Give an http or https address of at most {LONGEST} letters."
        )
    import segno

    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn,
        kind="svg",
        scale=4,
        border=4,
        light="#ffffff",
        dark="#000000",
        xmldecl=False,
        nl=False,
        svgclass=None,
        lineclass=None,
    )
    return drawn.getvalue().decode()
