"""The sentences of the sheet that a person takes home, and of the check-in that it leads to, in English or Spanish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words
from leeward.paper.words_of_services import Language


class SheetText(Entry, frozen=True, kw_only=True):
    """One sentence of the sheet in both languages."""

    section: str
    spanish: str
    number: str = ""
    home: bool = False
    substances: Words = ()
    medicines: Words = ()


def sheet_texts(knowledge: Knowledge) -> Mapping[str, SheetText]:
    """Every sentence of the sheet by its id, in order."""
    return knowledge.table_of("patient-sheet", SheetText)


class SheetWords:
    """The sentences in one language."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.knowledge = knowledge
        self.language: Language = language
        self.all: Mapping[str, SheetText] = sheet_texts(knowledge)

    def said(self, text: SheetText) -> str:
        """A text in this language."""
        return text.spanish if self.language == "es" else text.says

    def word(self, id: str) -> str:
        """A word of the frame."""
        return self.said(self.all[f"word-{id}"])

    def title(self, section: str) -> str:
        """The heading of a section."""
        return self.said(self.all[f"title-{section}"])

    def name(self, id: str, otherwise: str) -> str:
        """What a medicine or substance is called in this language; `otherwise` where it has no name here."""
        text = self.all.get(f"name-{id}")
        return self.said(text) if text else otherwise

    def of(self, section: str) -> Iterator[SheetText]:
        """The sentences of a section, without its heading."""
        return (text for id, text in self.all.items() if text.section == section and not id.startswith("title-"))
