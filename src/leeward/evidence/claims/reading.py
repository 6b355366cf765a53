"""The text of a file that may be plain text, Markdown, HTML or PDF. Nothing of it is carried out, fetched or shown raw.

Hazard: a page that hides words from the eye. What a browser does not show (scripts, styles, templates) is left out; the rest is read.
"""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Literal

import msgspec

from leeward.errors import BadInput
from leeward.evidence.claims.listed import listed

MOST = 5_000_000
"""Bytes that are read: about 800,000 words, more than any page that a person would have checked."""

HIDDEN = frozenset(
    {"script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object", "textarea", "select"}
)
BLOCKS = listed(
    "p div li ul ol h1 h2 h3 h4 h5 h6 tr td th table section article header footer nav aside main blockquote pre br hr dl dt dd figure figcaption form title"
)
LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)

Kind = Literal["text", "markdown", "html", "pdf"]


class ReadText(msgspec.Struct, frozen=True):
    """The words of a file. Places in it are characters of `text`, which for text and Markdown are those of the file."""

    text: str
    kind: Kind


def read_text(data: bytes, name: str = "") -> ReadText:
    """The words of a file by its content and name; raises BadInput for one that is empty, too large or no text."""
    if len(data) > MOST:
        raise _refused(name, f"The text is larger than {MOST // 1_000_000} MB.", "Give a page, or a part of it.")
    if data.startswith(b"%PDF"):
        return ReadText(_of_pdf(data, name), "pdf")
    text = _decoded(data, name)
    if not text.strip():
        raise _refused(name, "There are no words in it.", "Give the text of a page.")
    start = text[:2_000].lstrip().lower()
    if name.lower().endswith((".html", ".htm", ".xhtml")) or start.startswith(("<!doctype html", "<html", "<?xml")):
        return ReadText(_of_html(text), "html")
    if name.lower().endswith((".md", ".markdown")):
        return ReadText(_of_markdown(text), "markdown")
    return ReadText(text, "text")


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data:
        raise _refused(name, "This is no text.", "Give plain text, Markdown, HTML or a PDF.")
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if sum(not (letter.isprintable() or letter.isspace()) or letter == "\ufffd" for letter in text) > len(text) // 50:
        raise _refused(name, "This is no text.", "Give plain text in UTF-8, Markdown, HTML or a PDF.")
    return text


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in HIDDEN:
            self.hidden.append(tag)
        elif tag in BLOCKS:
            self.parts.append("\n\n" if tag != "br" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            del self.hidden[self.hidden.index(tag) :]
        elif tag in BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _of_html(text: str) -> str:
    words = _Words()
    words.feed(text)
    words.close()
    return re.sub(r"[ \t]*\n\s*\n\s*", "\n\n", "".join(words.parts)).strip() or " "


def _of_markdown(text: str) -> str:
    """Without fences, targets of links and marks of emphasis, each replaced by as many blanks, so that places stay."""
    blank = FENCE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    blank = LINK.sub(
        lambda found: found.group().replace("[", " ", 1)[: found.end(1) - found.start()].ljust(len(found.group())),
        blank,
    )
    return re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", lambda found: " " * len(found.group()), blank)


def _of_pdf(data: bytes, name: str) -> str:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        text = "\n\n".join(page.extract_text() or "" for page in reader.pages)
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
        NotImplementedError,
    ):
        raise _refused(name, "The PDF cannot be read.", "Save it as text and give that.") from None
    if not text.strip():
        raise _refused(name, "The PDF holds no text, perhaps only pictures of it.", "Give a text version of it.")
    return text


def _refused(name: str, says: str, mend: str) -> BadInput:
    return BadInput.one("LW-1331", name if name and name != "-" else "text", says, mend)
