"""What is weighed to tell a product, and the verdict that comes of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from leeward.products.identity.lexicon import Brand, Lexicon
from leeward.products.identity.reading import Mention, Reading
from leeward.products.wording import fold

ProductClass = Literal["leaf", "extract", "7-oh", "analogue", "blend", "not-kratom", "cannot-tell", "other-substance"]
Confidence = Literal["high", "moderate", "low"]
Family = Literal["kratom", "not-kratom", "cannot-tell"]


class Verdict(NamedTuple):
    """What a label probably is; fields as in `Identity`. `named`: what stands in the way of a single substance."""

    class_: ProductClass
    family: Family
    confidence: Confidence
    says: str
    substances: tuple[str, ...] = ()
    substance: str | None = None
    named: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    brand: str = ""
    brand_firm: str = ""
    form: str = ""
    vein_words: tuple[str, ...] = ()
    strain_words: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def in_words(told: str, mention: Mention) -> str:
    """Words of a mention as a person knows them; names of compounds are brought to one word before they are read."""
    return mention.title if (told[:1] == "7" and "mitragynine" in told) or told in ("mgm15", "mgm16") else told


class Evidence:
    """What speaks for what on one label, gathered while it is weighed."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.reading, self.lexicon = reading, lexicon
        self.because: list[str] = []
        self.warnings: list[str] = []
        self.doubts: list[str] = []
        self.sources: list[str] = []
        self.text = f" {' '.join(reading.words)} "
        self.brand, self.brand_sure = self._brand()
        self.kratom = reading.of("kratom")
        self.strains = reading.of("strain-name")
        self.seven = tuple(mention for mention in reading.of("7-oh") if not mention.limited)
        self.traces = tuple(mention for mention in reading.of("7-oh") if mention.limited)
        self.analogues = reading.of("analogue")
        self.others = reading.of("other-opioid", "sedative")
        self.kava = reading.of("kava")
        self.companions = reading.of("companion")
        self.species = reading.of("other-species")
        self.shorthands = reading.of("analogue-shorthand", "kratom-shorthand")
        self.skin, self.articles = reading.of("skin"), reading.of("article")
        self.elsewhere = reading.of("other", "neighbour", "skin", "article")

    def _brand(self) -> tuple[Brand | None, bool]:
        """The brand on the label, and whether its name settles what the product is."""
        unsure: Brand | None = None
        for mention in self.reading.mentions:
            if mention.kind != "brand":
                continue
            brand = self.lexicon.brands[mention.id]
            told = self.reading.told(mention)
            rest = self.text.replace(f" {told} ", " · ", 1)
            if brand.alone == "yes" or "kratom" in told or any(f" {word} " in rest for word in brand.context):
                return brand, True
            if rest.strip() == "·" and " " in told:
                return brand, True
            if rest.strip() == "·":
                unsure = unsure or brand
            elif any(f" {word} " in f" {told} " for word in brand.context):
                return brand, True
        return unsure, False

    def decided(self, mentions: tuple[Mention, ...], as_what: str = "") -> None:
        for mention in mentions:
            concept = self.lexicon.concepts.get(mention.id)
            self.because.append(self.named(mention, as_what))
            if concept is not None:
                self.sources += concept.sources
                if concept.warning:
                    self.warnings.append(concept.warning)

    def named(self, mention: Mention, as_what: str = "") -> str:
        """What a mention was taken for, in a sentence; a word that says so itself is not explained by itself."""
        told = in_words(self.reading.told(mention), mention)
        if as_what:
            return f'"{told}": {as_what}'
        if fold(told) == fold(mention.title):
            return f"The label names {mention.title}"
        return f'"{told}": {mention.title}'

    def brand_line(self) -> str:
        """The line of the brand that the label names and of which Leeward does not know what it holds; empty where none."""
        brand = self.brand
        if brand is None or any(f" {line} " in self.text for line in brand.extract_lines):
            return ""
        named = [line for line in brand.lines if f" {line} " in self.text]
        return f"{brand.title} {' '.join(named).title()}" if named else ""

    def sells(self, *classes: str) -> bool:
        return self.brand is not None and self.brand_sure and self.brand.class_ in classes
