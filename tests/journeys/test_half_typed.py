"""Words that were typed and not sent: the browser asks before their page is left, and not where nothing would be lost."""

from __future__ import annotations

import re

import pytest

NOTES = "/patients/demo-1/notes"


@pytest.fixture
def asked(sit_down):
    """A nurse at the page of notes, and the questions that the browser asked of her."""
    nurse = sit_down("n.park")
    questions: list[str] = []

    def answered(dialog):
        questions.append(dialog.type)
        dialog.accept()

    nurse.on("dialog", answered)
    nurse.goto(NOTES)
    return nurse, questions


def test_leaving_a_note_half_typed_is_asked_about(asked):
    nurse, questions = asked
    nurse.locator("main textarea").first.click()
    nurse.keyboard.type("Half a sen")
    nurse.locator("a.brand").click()
    nurse.wait_for_url(re.compile(r"/$"))
    assert questions == ["beforeunload"]


def test_sending_it_or_having_typed_nothing_is_not(asked):
    nurse, questions = asked
    nurse.locator("main textarea").first.click()
    nurse.keyboard.type("A whole one.")
    nurse.locator("main form[method=post] button").first.click()
    nurse.wait_for_url(re.compile(r"done="))
    nurse.goto(NOTES)
    nurse.locator("main textarea").first.click()
    nurse.locator("a.brand").click()
    nurse.wait_for_url(re.compile(r"/$"))
    assert questions == []
