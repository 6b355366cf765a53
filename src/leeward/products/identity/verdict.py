"""From what a label mentions to what it probably is.

| what the label names | class |
|---|---|
| pseudoindoxyl, MGM-15, MGM-16 | analogue |
| 7-OH, with or without kratom beside it | 7-oh |
| any of them or kratom, with tianeptine or phenibut; kratom with kava | blend |
| kratom and a word for extract | extract |
| kratom and a word for leaf, or capsules | leaf |
| kratom alone, or Maeng Da, or O.P.M.S. | cannot-tell, of the kratom family |
| another drug that Leeward knows | other-substance |
| another thing | not-kratom |
| another species of Mitragyna, or other goods of a kratom brand (a gel, a protein) | cannot-tell |
| an article with the name of kratom or of a brand (a mug, a shirt) | not-kratom |
| a place or colour that kratom is sold under, or nothing | cannot-tell |

What the label denies, only says was tested for, or keeps to a trace is no ingredient.

Source: consensus-label-reading for the order; the words are in knowledge.
"""

from __future__ import annotations

from leeward.products.identity.goods import other_goods
from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.other_things import brand_goods, outside_the_family
from leeward.products.identity.reading import Mention, Reading
from leeward.products.identity.spelling import BREAK, COMMA
from leeward.products.identity.weighing import Confidence, Evidence, Family, ProductClass, Verdict

LEAF_OR_EXTRACT = "a kratom product; leaf or extract not known"

SAYS: dict[str, str] = {
    "leaf": "a kratom leaf product",
    "extract": "a kratom extract or concentrate, not leaf",
    "7-oh": "a 7-OH product: the concentrated alkaloid, not leaf",
    "analogue": "an analogue of 7-OH, not leaf",
}


def weigh(reading: Reading, lexicon: Lexicon) -> Verdict:
    """Weigh what a label mentions."""
    evidence = Evidence(reading, lexicon)
    _say_brand(evidence)
    evidence.because += [f'"{told}" read as {_as_known(read)}' for told, read in reading.notes]
    evidence.sources += [NAMES_IN_OTHER_SCRIPTS] if reading.foreign else []
    evidence.because += [
        f'"{told}": {_as_known(read)} in another script (a recalled name)' for told, read in reading.foreign
    ]
    denied = tuple(mention for mention in reading.mentions if mention.denied or mention.tested)
    evidence.because += [evidence.named(mention, TESTED if mention.tested else ABSENT) for mention in denied]
    family, confidence = _family(evidence)
    goods = other_goods(evidence) if family == "kratom" else ()
    if goods:
        return _with_label(brand_goods(evidence, goods), evidence)
    verdict = outside_the_family(evidence, denied) if family != "kratom" else _of_the_family(evidence, confidence)
    if verdict.class_ == "cannot-tell":
        verdict = verdict._replace(confidence="low")
    if family == "kratom" and evidence.species:
        verdict = _two_species(evidence, verdict)
    return _with_label(verdict, evidence)


NAMES_IN_OTHER_SCRIPTS = "label-names-recalled"
ABSENT = "the label says that there is none (absent); not verified"
TESTED = "the label says that it was tested for it; a test that is named is no result, and is not verified"


def _as_known(read: str) -> str:
    return read.replace("7hydroxymitragynine", "7-OH")


def _two_species(evidence: Evidence, verdict: Verdict) -> Verdict:
    """Kratom and another species on one label: shown as a disagreement, never settled."""
    told = " and ".join(dict.fromkeys(f'"{evidence.reading.told(one)}"' for one in evidence.species))
    evidence.decided(evidence.species)
    evidence.warnings.append(f"The label names kratom and also {told}, which is not Mitragyna speciosa: they disagree.")
    evidence.doubts.append("Which species of Mitragyna it holds is not known.")
    return verdict._replace(
        confidence="low", says=f"{verdict.says}; the label also names another Mitragyna species, which disagrees"
    )


def _with_label(verdict: Verdict, evidence: Evidence) -> Verdict:
    """The verdict with what is read off the label whatever it is."""
    reading = evidence.reading
    marketing = verdict.family != "not-kratom"
    return verdict._replace(
        brand=evidence.brand.title if evidence.brand else "",
        brand_firm=evidence.brand.firm if evidence.brand else "",
        form=_form(reading),
        vein_words=_told(reading, "vein", "vein-noun") if marketing and _sells_by_colour(evidence, verdict) else (),
        strain_words=_told(reading, "strain-name", "strain", "place") if marketing else (),
        because=tuple(dict.fromkeys(evidence.because)),
        warnings=tuple(dict.fromkeys(evidence.warnings)),
        doubts=tuple(dict.fromkeys(evidence.doubts)),
        sources=tuple(dict.fromkeys(evidence.sources)),
    )


def _say_brand(evidence: Evidence) -> None:
    brand = evidence.brand
    if brand is None:
        return
    evidence.because.append(f"{brand.title}: {brand.says}")
    line = evidence.brand_line()
    if line:
        evidence.because.append(f"{line}: a line of {brand.title}; what this line holds is not known here")
    evidence.sources += brand.sources
    if brand.warning:
        evidence.warnings.append(brand.warning)
    if brand.note:
        evidence.doubts.append(brand.note)


def _family(evidence: Evidence) -> tuple[Family, Confidence]:
    """Whether the product is of the kratom family, and how firmly the label says so."""
    if evidence.kratom or evidence.seven or evidence.analogues or evidence.traces:
        if _by_shorthand(evidence):
            return "kratom", "low"
        return "kratom", "high" if _plainly(evidence) else "moderate"
    if evidence.species:
        return "not-kratom", "moderate"
    if evidence.sells("leaf", "extract", "7-oh", "analogue", "blend", "unknown"):
        if evidence.brand is not None and evidence.brand.alone != "yes" and _brand_alone(evidence):
            return "kratom", "low"
        return "kratom", "high" if "7oh" in evidence.text else "moderate"
    if evidence.strains:
        evidence.decided(evidence.strains, "a strain name of kratom; marketing, no evidence of content")
        return "kratom", "moderate"
    if evidence.elsewhere:
        return ("kratom", "low") if _misheard(evidence) else ("not-kratom", "low")
    if evidence.reading.of("vein-noun") and evidence.reading.of("vein") and evidence.reading.of("place", "strain"):
        evidence.because.append(
            "a colour, a vein and a place together: how kratom is sold; marketing, no evidence of content"
        )
        return "kratom", "low"
    if evidence.brand is not None and evidence.brand.class_ != "tianeptine" and " " in evidence.text.strip():
        return "kratom", "low"
    return "cannot-tell", "low"


def _brand_alone(evidence: Evidence) -> bool:
    """Whether the label is nothing but the name of a brand whose words have other uses."""
    return any(
        one.kind == "brand" and one.end - one.start == len(evidence.reading.words) for one in evidence.reading.mentions
    )


def _by_shorthand(evidence: Evidence) -> bool:
    """Whether nothing but a shorthand names kratom, as "ktm" in "ktm capsules"."""
    others = evidence.seven or evidence.analogues or evidence.traces or evidence.strains
    return not others and all(mention.id == "kratom-shorthand" for mention in evidence.kratom)


def _plainly(evidence: Evidence) -> bool:
    """Whether a word that settles the family stands on the label as it is spelled."""
    read = [word for _, found in evidence.reading.notes for word in found.split()]
    for mention in (*evidence.kratom, *evidence.seven, *evidence.analogues, *evidence.traces):
        told = evidence.reading.told(mention)
        if not any(word in read and evidence.reading.words.count(word) <= read.count(word) for word in told.split()):
            return True
    return False


def _misheard(evidence: Evidence) -> bool:
    """A word one letter from kratom that means something else, beside a strain or place and nothing else: kratom misspelled."""
    only_neighbours = all(mention.kind == "neighbour" for mention in evidence.elsewhere)
    reading = evidence.reading
    strain = reading.of("vein", "leaf", "capsule") and any(
        _beside(reading, word, place) for word in evidence.elsewhere for place in reading.of("place", "strain")
    )
    if only_neighbours and strain:
        evidence.decided(evidence.elsewhere, "perhaps kratom misspelled, beside a strain name")
        return True
    return False


def _beside(reading: Reading, one: Mention, other: Mention) -> bool:
    """Whether two mentions stand within a word of each other, in one item of a list."""
    between = reading.words[min(one.end, other.end) : max(one.start, other.start)]
    return len(between) <= 1 and BREAK not in between and COMMA not in between


def _of_the_family(evidence: Evidence, confidence: Confidence) -> Verdict:
    substances: list[str] = []
    for mention in (*evidence.analogues, *evidence.seven, *evidence.others):
        substances.append(evidence.lexicon.concepts[mention.id].substance)
    evidence.decided(
        (*evidence.analogues, *evidence.seven, *evidence.kratom, *evidence.others, *evidence.kava, *evidence.companions)
    )
    confidence = _say_traces(evidence, confidence)
    if evidence.brand is not None and evidence.brand_sure:
        substances += [id for id in evidence.brand.holds if id in evidence.lexicon.concepts and _acts(evidence, id)]
        if evidence.sells("7-oh"):
            substances.append("7-hydroxymitragynine")
    if evidence.skin:
        evidence.decided(evidence.skin)
        evidence.doubts.append("The label names goods for the skin: whether it is meant to be taken is not known.")
    material = _material(evidence, substances)
    if material:
        substances.append(f"kratom-{material}")
    substances = [id for id in dict.fromkeys(substances) if id]
    contains = _contains(evidence, substances)
    class_ = _class(evidence, substances, material, contains)
    acting = [id for id in substances if not (id.startswith("kratom-") and _concentrated(substances))]
    unnamed = not material and not _concentrated(substances)
    beside = ["a kratom product"] if unnamed and substances else []
    named = (*acting, *beside) if len(acting) + len(beside) > 1 else tuple(acting)
    substance = acting[0] if len(named) == 1 and acting else None
    return Verdict(
        class_=class_,
        family="kratom",
        confidence=confidence,
        says=_sentence(class_, evidence, contains),
        substances=tuple(substances),
        substance=substance,
        named=named,
        contains=contains,
    )


def _say_traces(evidence: Evidence, confidence: Confidence) -> Confidence:
    """Say why 7-OH under a limit is not counted; the line of 2 % of the alkaloids is recalled, and shown as such."""
    if not evidence.traces:
        return confidence
    percent = f"{evidence.lexicon.trace_percent:g}"
    evidence.decided(
        evidence.traces,
        f"a trace or limit of 7-OH, as leaf itself may hold; not counted as an ingredient (the line of {percent} % of the "
        "alkaloids is recalled, not read)",
    )
    evidence.sources += evidence.lexicon.trace_sources
    if "percent" in evidence.text and "alkaloid" not in evidence.text:
        evidence.doubts.append(
            f"The label does not say of what the share of 7-OH is: {percent} % of the alkaloids is a trace, {percent} % of "
            "the weight is far more than leaf holds."
        )
        return "moderate" if confidence == "high" else confidence
    return confidence


def _acts(evidence: Evidence, id: str) -> bool:
    return bool(evidence.lexicon.concepts[id].substance)


_CONCENTRATED = frozenset({"7-hydroxymitragynine", "mitragynine-pseudoindoxyl", "mgm-15", "mgm-16"})


def _concentrated(substances: list[str]) -> bool:
    return not _CONCENTRATED.isdisjoint(substances)


def _material(evidence: Evidence, substances: list[str]) -> str:
    """Leaf or extract, by the words of the label, then by the brand; empty where neither says."""
    brand, reading = evidence.brand, evidence.reading
    named = bool(evidence.kratom or evidence.strains or evidence.sells("leaf", "extract", "blend", "unknown"))
    if not named or (evidence.sells("7-oh") and not evidence.kratom):
        return ""
    extract = reading.of("extract")
    if brand is not None and brand.line == "unknown":
        extract = tuple(
            mention for mention in extract if reading.told(mention).startswith(("extract", "enhanced", "concentrate"))
        )
    if _concentrated(substances) and _stands_as_leaf(evidence):
        return "leaf"
    if extract:
        evidence.decided(extract, "extract or concentrate")
        return "extract"
    if brand is not None and any(f" {line} " in evidence.text for line in brand.extract_lines):
        evidence.because.append(f"a line of {brand.title} that is liquid extract")
        return "extract"
    if evidence.sells("extract") or (brand is not None and brand.line == "extract"):
        return "extract"
    if all(mention.id == "mitragynine" for mention in evidence.kratom) and not (evidence.strains or brand):
        return ""
    leaf = reading.of("leaf")
    if leaf:
        evidence.decided(leaf, "leaf or powdered leaf")
        return "leaf"
    capsules = reading.of("capsule")
    if capsules and not (brand is not None and brand.extract_lines) and not _concentrated(substances):
        evidence.decided(capsules, "capsules, which are mostly filled with powdered leaf")
        return "leaf"
    if evidence.sells("leaf"):
        return "leaf"
    return ""


def _stands_as_leaf(evidence: Evidence) -> bool:
    """Whether a label that names 7-OH too calls its kratom leaf: the word for leaf stands next to it and no extract does."""
    words = evidence.reading.words
    extracts = [mention.start for mention in evidence.reading.of("extract")]
    for kratom in evidence.kratom:
        leaf = any(mention.start == kratom.end for mention in evidence.reading.of("leaf"))
        if leaf and not any(
            kratom.end <= start <= kratom.end + 2 and COMMA not in words[kratom.end : start] for start in extracts
        ):
            return True
    return False


def _contains(evidence: Evidence, substances: list[str]) -> tuple[str, ...]:
    found = [
        mention.title
        for mention in (*evidence.analogues, *evidence.seven, *evidence.others, *evidence.kava, *evidence.companions)
    ]
    if evidence.brand is not None and evidence.brand_sure:
        found += [evidence.lexicon.concepts[id].title for id in evidence.brand.holds if id in evidence.lexicon.concepts]
        if evidence.sells("7-oh"):
            found.insert(0, "7-OH")
    if evidence.kratom or evidence.sells("leaf", "extract", "blend", "unknown"):
        found.insert(0, "kratom")
    return tuple(dict.fromkeys(found))


def _class(evidence: Evidence, substances: list[str], material: str, contains: tuple[str, ...]) -> ProductClass:
    if evidence.others:
        return "blend"
    if evidence.analogues or evidence.sells("analogue"):
        return "analogue"
    if "7-hydroxymitragynine" in substances:
        return "7-oh"
    if "kava" in contains:
        return "blend"
    if material == "extract":
        return "extract"
    return "leaf" if material == "leaf" else "cannot-tell"


def _sentence(class_: ProductClass, evidence: Evidence, contains: tuple[str, ...]) -> str:
    if class_ == "blend":
        return f"a blend: {', '.join(contains)}"
    if class_ == "cannot-tell":
        line = evidence.brand_line()
        return f"a kratom product of the line {line}; leaf or extract not known" if line else LEAF_OR_EXTRACT
    if class_ == "analogue":
        return f"holds {' and '.join(title for title in contains if title != 'kratom')}: {SAYS[class_]}"
    return SAYS[class_]


_VAGUE = ("liquid", "tablet", "powder", "leaf")
"""Forms that a more telling one on the same label goes before; a form that is not here is the most telling."""


def _form(reading: Reading) -> str:
    """The form that the label names: the most telling one where it names several. The leaf of a leaf extract is none."""
    forms = [
        mention.title
        for mention in reading.mentions
        if mention.kind == "form"
        and not (mention.title == "leaf" and "extract" in reading.words[mention.end : mention.end + 2])
    ]
    return min(forms, key=lambda form: _VAGUE.index(form) + 1 if form in _VAGUE else 0, default="")


def _told(reading: Reading, *kinds: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading.told(mention) for mention in reading.mentions if mention.kind in kinds))


def _sells_by_colour(evidence: Evidence, verdict: Verdict) -> bool:
    return verdict.family == "kratom" or bool(
        evidence.reading.of("vein-noun") or evidence.reading.of("place", "strain")
    )
