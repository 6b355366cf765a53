"""Every page there is."""

from __future__ import annotations

from leeward.web.page import Page
from leeward.web.pages import board, patient, sign_in

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *board.PAGES,
    *patient.PAGES,
)
