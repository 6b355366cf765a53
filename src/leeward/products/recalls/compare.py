"""A label beside the profile of a record, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from leeward.products.recalls.amounts import FORM_OF
from leeward.products.recalls.barcodes import keys as barcode_keys
from leeward.products.recalls.candidates import Word
from leeward.products.recalls.label import Label
from leeward.products.recalls.profile import Profile
from leeward.products.recalls.vocabulary import Kind, Vocabulary

WEIGHT: dict[Kind, float] = {"general": 0.0, "substance": 0.2, "form": 0.1, "variant": 1.0, "number": 0.7, "name": 1.0}
"""How much of a word's rarity counts, by its kind."""
TOLERANCE = 0.04
"""Sizes within this share are one size: an ounce is sold as 28 g, half a fluid ounce as 15 mL."""
ALIKE = {"md": ("maeng", "da"), "maeng": ("md",), "da": ("md",), "thailand": ("thai",), "malaysian": ("malay",), "malay": ("malaysian",),
         "malaysia": ("malay",), "indonesian": ("indo",), "vietnamese": ("vietnam",), "sumatran": ("sumatra",), "golden": ("gold",),
         "hcl": ("hydrochloride",), "hydrochloride": ("hcl",), "er": ("extended",), "sl": ("sublingual",), "sublingual": ("sl",),
         "suboxone": ("buprenorphine",), "co": ("company",), "choc": ("chocolate",), "pb": ("peanut",)}  # fmt: skip
"""Words that stand for one another on labels."""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A profile beside a label, field by field."""

    number: int
    profile: Profile
    share: float
    """Weight of the words of the label that the record explains, of all of them; 0 where there are none."""
    said: float
    """That weight itself."""
    in_product: float
    """The part of it that stands with the product itself, not with its maker."""
    missing: tuple[str, ...]
    named: bool
    """Whether the record explains a word that names something: not a colour, a form or a general word alone."""
    unlike: str
    """What the record contradicts: a strain, form, strength or pack that it does not list. Empty where nothing."""
    other_form: str
    """The form or strength that differs, where nothing else does."""
    pack: str
    """How the count or size differs from those of the record; empty where it does not."""
    extra: float
    """Words of the product that the label lacks."""
    names: int
    """How many names of the label the record explains."""
    branded: bool
    """Whether an explained word stands where the record names a firm or a brand, and the label's own first name is met."""
    rare: bool
    """Whether a rare name of the label is explained."""
    said_variants: bool
    """Whether the label says a colour, a strain or a flavour."""
    code_is_part: bool
    """Whether only a part of a barcode is equal."""
    code: str
    """The barcode or drug code that is equal, in words; empty where none is."""


def compare(
    label: Label, weighted: tuple[Word, ...], profile: Profile, number: int, vocabulary: Vocabulary
) -> Compared:
    """How a label stands to a record."""
    product, maker = frozenset(profile.words), frozenset(profile.maker)
    total = said = in_product = 0.0
    missing: list[str] = []
    tells_variants = any(vocabulary.kind(word) == "variant" for word in profile.words)
    unlike: list[str] = []
    kinds: list[Kind] = []
    met: set[str] = set()
    naming: set[str] = set()
    for word in weighted:
        kind = vocabulary.kind(word.said)
        weight = WEIGHT[kind] * word.weight
        total += weight
        way = _met(word, product, maker) or (_misspelt(word.said, profile) if kind in ("name", "variant") else ())
        if (
            not way
            and kind == "number"
            and float(word.said) in (*profile.counts, *(value for _, value in profile.strengths))
        ):
            way, weight = (word.said,), weight / 2
        if way:
            said += weight
            met.update(way)
            kinds.append(kind)
            naming.update(way if kind == "name" else ())
            if all(part in product for part in way):
                in_product += weight
        elif weight:
            if kind != "form" or word.said not in FORM_OF:
                missing.append(word.said)
            if kind == "variant" and tells_variants:
                unlike.append(f'the record does not list "{word.said}"')
    extra = sum(1.0 for word in profile.words if word not in met and vocabulary.kind(word) == "variant")
    first = next((word.said for word in weighted if vocabulary.kind(word.said) == "name"), "")
    unlike += _numbers_unlike(label, profile, missing)
    other_form = "; ".join(_packs_unlike(label, profile))
    code = _code(label, profile)
    return Compared(
        number=number,
        profile=profile,
        share=said / total if total else 0.0,
        said=said,
        in_product=in_product,
        missing=tuple(missing),
        named="name" in kinds or ("number" in kinds and "variant" in kinds),
        unlike="; ".join(filter(None, (*unlike, other_form))),
        other_form=other_form if not unlike else "",
        pack=_other_pack(label, profile),
        extra=extra,
        names=kinds.count("name"),
        branded=any(part in profile.heads for part in naming) and (len(naming) > 1 or first not in missing),
        rare=any(word.rare and word.said not in missing and vocabulary.kind(word.said) == "name" for word in weighted),
        said_variants=any(vocabulary.kind(word.said) == "variant" for word in weighted),
        code_is_part=code.startswith("part"),
        code=code,
    )


def _met(word: Word, product: frozenset[str], maker: frozenset[str]) -> tuple[str, ...]:
    for way in word.same:
        if all(part in product or part in maker for part in way):
            return way
    alike = ALIKE.get(word.said, ())
    return alike if alike and all(part in product or part in maker for part in alike) else ()


def _misspelt(said: str, profile: Profile) -> tuple[str, ...]:
    """The word of the record that differs by a letter (two from eight letters on): labels and records misspell alike."""
    if len(said) < 5 or not said.isalpha():
        return ()
    from rapidfuzz.distance import DamerauLevenshtein

    most = 2 if len(said) >= 8 else 1
    for word in profile.words:
        alike = abs(len(word) - len(said)) <= most and len(word) >= 5 and word[0] == said[0] and word.isalpha()
        if alike and DamerauLevenshtein.distance(said, word, score_cutoff=most) <= most:
            return (word,)
    return ()


def _numbers_unlike(label: Label, profile: Profile, missing: list[str]) -> list[str]:
    """Another number after the same word: Formula 27 is not Formula 51."""
    unlike: list[str] = []
    for before, said in pairwise(label.words):
        if said.isdigit() and said in missing and before in profile.words:
            after = profile.words[profile.words.index(before) + 1 :][:1]
            if after and after[0].isdigit():
                unlike.append(f"the record says {before} {after[0]}, the label {before} {said}")
    return unlike


def _packs_unlike(label: Label, profile: Profile) -> list[str]:
    unlike: list[str] = []
    if label.forms and profile.forms and not _one_form(label, profile):
        unlike.append(f"the record lists {' and '.join(profile.forms)}, the label {' and '.join(label.forms)}")
    for value in label.strengths:
        same_unit = [listed for unit, listed in profile.strengths if unit == value[0]]
        if same_unit and value[1] not in same_unit:
            unlike.append(f"the record lists {_listed(same_unit)} {value[0]}, the label {value[1]:g}")
    return unlike


def _other_pack(label: Label, profile: Profile) -> str:
    """Another count or size than the record lists: records leave packs out, so this alone rules nothing out."""
    if label.counts and profile.counts and not set(label.counts) & set(profile.counts):
        return f"the record lists packs of {_listed(profile.counts)}, the label {_listed(label.counts)}"
    comparable = [(one, other) for one in label.sizes for other in profile.sizes if one[0] == other[0]]
    if comparable and not any(abs(one[1] - other[1]) <= TOLERANCE * other[1] for one, other in comparable):
        return "the record lists other pack sizes"
    return ""


def _one_form(label: Label, profile: Profile) -> bool:
    if set(label.forms) & set(profile.forms):
        return True
    # A record that lists grams beside capsules lists powder, whether it says so or not.
    return "powder" in label.forms and any(unit == "g" for unit, _ in profile.sizes)


def _listed(values: Iterable[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _code(label: Label, profile: Profile) -> str:
    part = ""
    printed = {code.key for code in profile.barcodes}
    listed = {key for code in profile.barcodes for key in barcode_keys(code)} if label.barcodes else set[str]()
    for code in label.barcodes:
        equal = [key for key in barcode_keys(code) if key in listed]
        if equal and (code.complete or code.key in printed) and not equal[0].startswith("middle"):
            return f"barcode {code.key} stands in the record"
        if equal:
            part = f"part of a barcode ({code.printed or code.key}) stands in the record"
    for code in label.ndcs:
        if any(_same_drug(code, other) for other in profile.ndcs):
            return f"NDC {'-'.join(filter(None, code))} stands in the record"
    return part


def _same_drug(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    codes, others = _forms(one), _forms(other)
    return any(a[:9] == b[:9] and (len(a) < 11 or len(b) < 11 or a == b) for a in codes for b in others)


def _forms(code: tuple[str, str, str]) -> tuple[str, ...]:
    """The code as nine or eleven digits (5-4-2), in every way that its printed form allows."""
    labeler, product, package = code
    if product:
        return (labeler.zfill(5) + product.zfill(4) + (package.zfill(2) if package else ""),)
    if len(labeler) == 10:
        return (f"0{labeler}", f"{labeler[:5]}0{labeler[5:]}", f"{labeler[:9]}0{labeler[9:]}")
    return (labeler,)
