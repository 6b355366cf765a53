"""Transcripts are written where they are asked for, and say no more and no less than what is printed."""

from __future__ import annotations

import pytest

from scripts.write_transcripts import Transcript, rewritten, shown, without_version

SEVEN = "printf 'head\\n  NOW  a, b\\nthree\\nfour\\nLATER\\nsix\\nseven\\n'"


def test_a_block_is_made_where_there_is_none_and_kept_where_there_is():
    page = "# Page\n\n<!-- transcript: echo hello -->\n\nAfter.\n"
    written = rewritten(page)
    assert written == "# Page\n\n<!-- transcript: echo hello -->\n```text\nhello\n```\n\nAfter.\n"
    assert rewritten(written) == written
    assert rewritten(written.replace("hello\n```", "good bye\nfor ever\n```")) == written


def test_a_page_without_a_transcript_stays_as_it_is():
    page = "# Page\n\n```text\nleft alone\n```\n"
    assert rewritten(page) == page


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", ["head", "  NOW  a, b", "three", "four", "LATER", "six", "seven"]),
        ("1-2", ["head", "  NOW  a, b", "[...]"]),
        ("6-7", ["[...]", "six", "seven"]),
        ("NOW a, b 2-3", ["[...]", "three", "four", "[...]"]),
        ("1-1, LATER 1-9", ["head", "[...]", "LATER", "six", "seven"]),
        ("1-1, NOW 1-1", ["head", "  NOW  a, b", "[...]"]),
    ],
)
def test_lines_are_counted_from_the_words_that_begin_them(lines: str, expected: list[str]):
    assert shown(Transcript(SEVEN, 0, lines)) == expected


def test_a_wish_stands_after_the_command_and_a_pipe_belongs_to_it():
    told = "cat case | leeward assess - | lines NOW 1-4, ASK NEXT 1-2 | exits 1"
    assert Transcript.of(told) == Transcript("cat case | leeward assess -", 1, "NOW 1-4, ASK NEXT 1-2")


@pytest.mark.parametrize(
    "transcript", [Transcript(SEVEN, 1), Transcript(SEVEN, 0, "GONE 1-2"), Transcript(SEVEN, 0, "all")]
)
def test_what_no_longer_holds_stops_the_writing(transcript: Transcript):
    with pytest.raises(SystemExit):
        shown(transcript)


def test_the_version_of_the_knowledge_is_left_out():
    assert without_version("Knowledge b977e7b0a469: NOBODY") == "Knowledge <version>: NOBODY"
    assert without_version("Knowledge is power") == "Knowledge is power"
