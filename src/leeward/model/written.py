"""How a file writes that something is missing, and yes and no."""

from __future__ import annotations

from leeward.model.missing import NOT_ASKED, REFUSED, UNKNOWN, Missing

MISSING: dict[str, Missing] = {
    "unknown": UNKNOWN, "not known": UNKNOWN, "not-known": UNKNOWN, "unsure": UNKNOWN, "null": UNKNOWN, "?": UNKNOWN,
    "": UNKNOWN, "declined": REFUSED, "refused": REFUSED, "not asked": NOT_ASKED, "not-asked": NOT_ASKED,
    "not_asked": NOT_ASKED,
}  # fmt: skip

YES_NO: dict[str, bool] = {
    "yes": True, "no": False, "true": True, "false": False, "y": True, "n": False, "on": True, "off": False,
}  # fmt: skip
