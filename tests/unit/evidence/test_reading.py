"""The words of a file: plain text, Markdown, HTML and PDF; and what is no text."""

import io

import pytest
from pypdf import PdfWriter

from leeward.errors import BadInput
from leeward.evidence.claims.reading import MOST, read_text


def test_a_page_is_read_without_its_scripts():
    page = b"""<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>
    <script>alert("kratom is safe")</script><h1>Kratom</h1><p>It is <b>not</b> safe&nbsp;&amp; never was.</p>
    <template>hidden</template><noscript>also hidden</noscript><img src=x onerror="steal()"></body></html>"""
    told = read_text(page, "page.html")
    assert told.kind == "html"
    assert told.text == "Kratom\n\nIt is not safe & never was."


def test_broken_html_is_still_read():
    told = read_text(b"<html><p>One <b>two<p>three<script>x", "")
    assert "three" in told.text
    assert "x" not in told.text.split()


def test_markdown_keeps_its_places():
    text = "# Kratom\n\n**Not** safe, says [a page](https://example.org/x).\n\n```\ncode is not read\n```\n"
    told = read_text(text.encode(), "a.md")
    assert told.kind == "markdown"
    assert len(told.text) == len(text)
    assert told.text.index("safe") == text.index("safe")
    assert "example.org" not in told.text
    assert "code" not in told.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no words"),
        (b" \n\t ", "no words"),
        (b"\x00\x01\x02kratom", "no text"),
        (bytes(range(128, 256)) * 40, "no text"),
        (b"x" * (MOST + 1), "larger than"),
        (b"%PDF-1.7 nothing else", "PDF"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(data, says):
    with pytest.raises(BadInput, match=says):
        read_text(data, "page")


def test_a_pdf_without_words_is_said():
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(out)
    with pytest.raises(BadInput, match="no text"):
        read_text(out.getvalue(), "scan.pdf")


def test_other_encodings_are_read():
    assert read_text("Kratom – “safe”".encode("cp1252")).text == "Kratom – “safe”"
    assert read_text("Kratom is safe".encode("utf-16")).text == "Kratom is safe"
    assert read_text(b"\xef\xbb\xbfKratom").text == "Kratom"
