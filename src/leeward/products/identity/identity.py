"""Who is it: label text to product identity, by the words on the label and the brands that are on record.

Hazard: a label is a claim, not a measurement; tablets sold as cat's claw held opioids that it never named. Hazard:
"17-hydroxyprogesterone" holds the letters of 7-hydroxy and is a hormone. "O.P.M.S." is a kratom brand (Optimized Plant
Mediated Solutions), never a name of opioid withdrawal management. Nothing that is unknown is read as safe or as absent.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate

import msgspec

from leeward.knowledge import Knowledge
from leeward.model.missing import UNKNOWN, Missing
from leeward.products.identity.lexicon import Lexicon, lexicon
from leeward.products.identity.mentions import read
from leeward.products.identity.strengths import Amounts, LabelClaim, PackSize, amounts_of
from leeward.products.identity.verdict import weigh
from leeward.products.identity.weighing import Confidence, Family, ProductClass, Verdict
from leeward.products.wording import LONGEST, fold, plain


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a product probably is, by its label alone.

    `family` says whether it is of the kratom family at all (leaf, extract, 7-OH, analogues); `class` which of them.
    `confidence` is how firmly the words of the label carry the class; of one that cannot be told it is low. Vein and strain words are marketing and no evidence
    of content. An empty word or None means that the label does not say.
    """

    as_told: str
    class_: ProductClass = msgspec.field(name="class")
    family: Family
    confidence: Confidence
    says: str
    substances: tuple[str, ...] = ()
    """Ids of substances.toml that the label names, denied ones left out."""
    substance: str | None = None
    """The one to act on; None where there is none or more than one."""
    contains: tuple[str, ...] = ()
    """What it says it holds, in words."""
    brand: str = ""
    brand_firm: str = ""
    form: str = ""
    strengths: tuple[LabelClaim, ...] = ()
    count: int | None = None
    size: PackSize | None = None
    vein_words: tuple[str, ...] = ()
    strain_words: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Product(msgspec.Struct, frozen=True):
    """What a label says: the substance, whether Leeward makes anything of it, and what to keep in sight."""

    substance: str | Missing
    recognised: bool
    says: str = ""


SHOWN = 300
"""Characters of the label that an answer repeats."""

_READABLE = re.compile(r"[a-z]")


def identify(text: str, knowledge: Knowledge) -> Identity:
    """The identity of a product by its label text; of any text at all, without a traceback.

    >>> from leeward.knowledge import load_knowledge
    >>> found = identify("7-OHMZ 15 mg chewables", load_knowledge())
    >>> found.class_, found.substance, found.strengths[0].basis
    ('7-oh', '7-hydroxymitragynine', 'per chewable')
    """
    known = lexicon(knowledge)
    cut = text[:LONGEST]
    folded = fold(cut)
    shown = plain(cut, SHOWN + 1)
    shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
    reading = read(folded, known)
    verdict = weigh(reading, known)
    amounts = amounts_of(reading, known) if folded else Amounts()
    doubts = list(verdict.doubts)
    if not folded:
        doubts.append(
            "The label is empty." if not text.strip() else "The label holds no letter or digit that can be read."
        )
    elif not _READABLE.search(folded) and not reading.foreign:
        doubts.append("The label holds no Latin letters; of other scripts Leeward reads only some names of kratom.")
    if len(text) > LONGEST:
        doubts.append(f"Only the first {LONGEST} characters were read.")
    return _identity(shown, verdict, amounts, tuple(doubts))


def _identity(shown: str, verdict: Verdict, amounts: Amounts, doubts: tuple[str, ...]) -> Identity:
    return Identity(
        as_told=shown,
        class_=verdict.class_,
        family=verdict.family,
        confidence=verdict.confidence,
        says=verdict.says,
        substances=verdict.substances,
        substance=verdict.substance,
        contains=verdict.contains,
        brand=verdict.brand,
        brand_firm=verdict.brand_firm,
        form=verdict.form,
        strengths=amounts.strengths,
        count=amounts.count,
        size=amounts.size,
        vein_words=verdict.vein_words,
        strain_words=verdict.strain_words,
        because=verdict.because,
        warnings=verdict.warnings,
        doubts=doubts,
        sources=verdict.sources,
    )


_SIGNS = (
    "kra", "kr8", "kr4", "kr@", "kr a", "kre", "kro", "krt", "kru", "kry", "kri", "krom", "kart", "katom", "ktra", "k r a", "k.r.a", "k_r", "k*r",
    "crat", "creat", "crot", "crut", "cret", "cryt", "qrat", "ratom", "mitrag", "mitrog", "mitrg", "mitra g", "mitreg", "mitrig", "mytra", "metra",
    "m1tr", "maeng", "meang", "meng", "mangd", "mang d", "gna d", "gnea d", "m43", "ng da", "ketum", "biak", "kaku", "ithang", "mambog", "opms",
    "p.m.s", "p m s", "plant mediated", "7oh", "7 oh", "7.oh", "7 0h", "7_oh", "7hydr", "7 hydr", "7hy", "7 o h", "hmg", "seven o", "seven h",
    "7 ac", "7 oac", "70h", "7.0h", "7o h", "seveno", "ktm", "speciosa", "purik", "hydroxym", "hydroxy m", "xymit", "mgm", "indoxyl", "indoxil", "indo extr", "enhanced indo", "vein", "mit45", "mit 45",
)  # fmt: skip
"""Letters of which a text that names the kratom family by any spelling holds some; most texts hold none and are not read."""


@cache
def _signs(known: Lexicon) -> tuple[str, ...]:
    """The signs, and the names of brands that hold none of them."""
    return (*_SIGNS, *sorted({mark for mark in known.brand_marks if not any(sign in mark for sign in _SIGNS)}))


def mentions_kratom(text: str, knowledge: Knowledge) -> bool:
    """Whether a text, such as a record's product description with its reason, names a product of the kratom family.

    By the same reading as `identify`; a text without any sign that could lead there is not read at all.
    """
    return bool(mentioning_kratom((text,), knowledge))


def mentioning_kratom(texts: Sequence[str], knowledge: Knowledge) -> list[str]:
    """Those of many texts that name a product of the kratom family, in their order."""
    known = lexicon(knowledge)

    def names_it(text: str) -> bool:
        return weigh(read(fold(text[: 4 * LONGEST], 4 * LONGEST), known), known).family == "kratom"

    return [texts[at] for at in sorted(_with_signs(texts, _signs(known))) if names_it(texts[at])]


def _with_signs(texts: Sequence[str], signs: Iterable[str]) -> set[int]:
    """Where the texts are that hold a sign, or letters beyond ASCII; all are searched as one, which is quicker than one by one."""
    flat = [" ".join(text.lower().replace("-", " ").replace("'", "").split()) for text in texts]
    starts = [0, *accumulate(len(one) + 1 for one in flat)]
    joined = "\n".join(flat)
    found = {at for at, text in enumerate(texts) if not text.isascii()}
    for sign in signs:
        place = joined.find(sign)
        while place >= 0:
            at = bisect_right(starts, place) - 1
            found.add(at)
            place = joined.find(sign, starts[at + 1])
    return found


def substance_of(text: str, knowledge: Knowledge) -> Product:
    """The substance of a product by the words on its label, for a chart that needs one.

    A label that names two substances has none that can be acted on alone, so it stays unknown and both are said.
    """
    known = lexicon(knowledge)
    folded = fold(text[:LONGEST])
    verdict = weigh(read(folded, known), known)
    if verdict.substance is not None:
        return Product(verdict.substance, True)
    if len(verdict.named) > 1:
        return Product(UNKNOWN, True, f"names {' and '.join(verdict.named)}")
    if verdict.class_ == "blend":
        return Product(UNKNOWN, True, f"{verdict.says}; the course of a blend")
    if verdict.substances or verdict.family == "kratom":
        return Product(UNKNOWN, True, "kratom product, leaf or extract not known")
    return Product(UNKNOWN, False)
