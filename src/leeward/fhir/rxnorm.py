"""Medicines by their RxNorm code: which group they are of, and what a product holds, read from its RxNorm name.

The table is knowledge/data/rxnorm-products.toml. What a record says beside a code is compared with the table: another
strength, form or ingredient is told as a problem and never chosen from in silence. A code that is not in the table has no
groups; where its words name an opioid, that is told too.

Hazard: a public table gives the code of the 2 mg film to the 8 mg film, a fourfold dose error (dose-forms.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache

import msgspec

from leeward.errors import Problem, shown
from leeward.fhir.structures import CodeableConcept
from leeward.fhir.ucum import to_ucum
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Ids, RxNormNames

RXNORM = frozenset({"http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88"})

OPIOID = "opioid"


class Ingredient(msgspec.Struct, frozen=True, kw_only=True):
    """An active ingredient. Strength: of one article, or of one mL, hour or actuation by its UCUM unit; None: not told."""

    name: str
    rxcui: str | None = None
    strength: Decimal | None = None
    unit: str | None = None
    opioid: bool = False


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """What an RxNorm code stands for."""

    rxcui: str
    name: str
    ingredients: tuple[Ingredient, ...]
    dose_form: str | None = None
    """RxNorm's words, such as Oral Tablet; None where the code names no form."""
    extended_release: bool = False
    hours: Decimal | None = None
    """Hours that one article works, where the name says them, as in 72 HR."""
    volume: Decimal | None = None
    """mL in one article, where the name says them."""
    brand: str | None = None

    @property
    def opioids(self) -> tuple[Ingredient, ...]:
        """Its ingredients that are opioids."""
        return tuple(one for one in self.ingredients if one.opioid)

    @property
    def content(self) -> tuple[object, ...]:
        """What must agree between two codes of one medicine: everything but code, name and brand."""
        return self.ingredients, self.dose_form, self.hours, self.volume


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """The table, ready to be asked."""

    groups: Mapping[str, frozenset[str]]
    products: Mapping[str, str]
    ingredients: Mapping[str, str]
    names: Mapping[str, str | None]
    """Base name of an ingredient -> its code, where one is known."""
    opioids: frozenset[str]
    forms: Mapping[str, str]


@cache
def listed(knowledge: Knowledge) -> Listed:
    """The entries of rxnorm-products.toml by code."""
    groups: dict[str, frozenset[str]] = {}
    products: dict[str, str] = {}
    ingredients: dict[str, str] = {}
    names: dict[str, str | None] = {}
    opioids: set[str] = set()
    forms: dict[str, str] = {}
    for id, entry in knowledge.table_of("rxnorm-products", RxNormNames).items():
        if id == "dose-forms":
            forms |= entry.codes
            continue
        products |= entry.products
        ingredients |= entry.codes
        names |= {name: code for code, name in entry.codes.items()} | dict.fromkeys(entry.names)
        if OPIOID in entry.groups:
            opioids |= {*entry.codes.values(), *entry.names}
        for code in (*entry.products, *entry.codes):
            groups[code] = groups.get(code, frozenset()) | frozenset(entry.groups)
    return Listed(
        groups=groups,
        products=products,
        ingredients=ingredients,
        names=names,
        opioids=frozenset(opioids),
        forms=forms,
    )


def groups_of(concept: CodeableConcept | None, knowledge: Knowledge) -> frozenset[str]:
    """The groups of a medicine by its RxNorm codes; empty for one that is in no list (see `doubts_of`).

    Groups: opioid, extended-release-opioid, benzodiazepine, naloxone, buprenorphine-or-methadone, cns-depressant.
    """
    found = listed(knowledge).groups
    return frozenset[str]().union(*(found.get(code, frozenset[str]()) for code in codes_of(concept)))


def codes_of(concept: CodeableConcept | None) -> Ids:
    """The RxNorm codes of a concept, in order."""
    codings = concept.coding if concept else ()
    return tuple(one.code for one in codings if one.code and one.system in RXNORM)


def product_of(concept: CodeableConcept | None, knowledge: Knowledge) -> Product | None:
    """What a concept's RxNorm codes stand for; None where the table has none of them or they name different medicines.

    Codes of one medicine with different strengths give the medicine without a strength.
    """
    table = listed(knowledge)
    codes = codes_of(concept)
    products = [_listed_product(knowledge, code) for code in codes if code in table.products]
    if products and all(one.content == products[0].content for one in products):
        return products[0]
    named = {tuple(each.name for each in one.ingredients) for one in products}
    if products and len(named) == 1:
        ingredients = tuple(msgspec.structs.replace(one, strength=None, unit=None) for one in products[0].ingredients)
        return Product(rxcui=products[0].rxcui, name=" / ".join(next(iter(named))), ingredients=ingredients)
    bare = {code for code in codes if code in table.ingredients}
    if products or len(bare) != 1:
        return None
    code = bare.pop()
    return Product(rxcui=code, name=table.ingredients[code], ingredients=(_ingredient(table.ingredients[code], table),))


def form_named(form: str | None, knowledge: Knowledge) -> str | None:
    """A dose form by RxNorm's words, given by its code or its words."""
    return listed(knowledge).forms.get(form, form) if form else None


_BRAND = re.compile(r" \[(?P<brand>[^\]]+)\]$")
_BEFORE = re.compile(r"^(?:(?P<number>\d[\d.]*) (?P<what>HR|ML|ACTUAT) |Abuse-Deterrent |Matrix |Delivery )")
_PART = re.compile(
    r"^(?P<name>.+?) (?P<number>\d[\d.]*) (?P<unit>[A-Z]+(?:/[A-Z]+)?)(?= |$)(?: (?P<form>.+))?$", re.DOTALL
)


def read_name(code: str, name: str, table: Listed) -> Product:
    """A product from its RxNorm name; a pack, and a name of another build, have ingredients without strength."""
    brand = _BRAND.search(name)
    rest = name[: brand.start()] if brand else name
    before: dict[str, Decimal] = {}
    while head := _BEFORE.match(rest):
        if head["what"]:
            before[head["what"]] = Decimal(head["number"])
        rest = rest[head.end() :]
    parts = [_PART.match(part) for part in rest.split(" / ")]
    found = [part for part in parts if part]
    whole = len(found) == len(parts) and not rest.startswith("{")
    form = found[-1]["form"] if whole else ("Pack" if rest.startswith("{") else None)
    if whole:
        ingredients = tuple(_ingredient(one["name"], table, Decimal(one["number"]), one["unit"]) for one in found)
    else:
        ingredients = tuple(_ingredient(word, table) for word in _named_in(name, table))
    return Product(
        rxcui=code,
        name=name,
        ingredients=ingredients,
        dose_form=form,
        extended_release=bool(form and form.startswith("Extended Release")) or "HR" in before,
        hours=before.get("HR"),
        volume=before.get("ML"),
        brand=brand["brand"] if brand else None,
    )


@cache
def _listed_product(knowledge: Knowledge, code: str) -> Product:
    """A product of the table, read once."""
    table = listed(knowledge)
    return read_name(code, table.products[code], table)


def _ingredient(name: str, table: Listed, strength: Decimal | None = None, unit: str = "") -> Ingredient:
    """An ingredient by its RxNorm name, whose salt is left off where the table knows the base."""
    low = name.lower()
    base = next((one for one in table.names if low == one or low.startswith(f"{one} ")), low)
    ucum = to_ucum(unit)
    return Ingredient(
        name=base,
        rxcui=table.names.get(base),
        strength=strength if ucum else None,
        unit=ucum if strength is not None else None,
        opioid=base in table.opioids,
    )


def _named_in(text: str, table: Listed) -> tuple[str, ...]:
    """Ingredients of the table that a text names as whole words."""
    words = text.lower()
    return tuple(one for one in table.names if re.search(rf"(?<![a-z]){re.escape(one)}(?![a-z])", words))


@cache
def _brands(knowledge: Knowledge) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """Brands of the table by what they hold, as a name of Leeward's, and a pattern that finds one as whole words."""
    found: dict[str, str] = {}
    for code in listed(knowledge).products:
        product = _listed_product(knowledge, code)
        if product.brand and product.ingredients:
            held = " / ".join(one.name for one in product.ingredients)
            slow = product.extended_release and len(product.ingredients) == 1
            found[product.brand.lower()] = f"{held} extended release" if slow else held
    longest_first = sorted(found, key=len, reverse=True)
    return found, re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, longest_first))})(?![a-z0-9])")


@lru_cache(maxsize=4096)
def held_by_words(text: str, knowledge: Knowledge) -> str | None:
    """What a medicine named by a brand, or by words around an ingredient, holds; None where the table has neither.

    >>> from leeward.knowledge import load_knowledge
    >>> held_by_words("Roxybond 30 mg", load_knowledge()), held_by_words("PO oxycodone IR 5 mg", load_knowledge())
    ('oxycodone', 'oxycodone')
    """
    brands, pattern = _brands(knowledge)
    brand = pattern.search(text.lower())
    if brand is not None:
        return brands[brand[0]]
    return " / ".join(_named_in(text, listed(knowledge))) or None


def doubts_of(concept: CodeableConcept | None, knowledge: Knowledge, path: str = "") -> tuple[Problem, ...]:
    """Where codes and words of a concept contradict each other or the table, one sentence each.

    LW-0931 another strength, LW-0932 another form, LW-0933 another ingredient, LW-0934 codes of different products,
    LW-0935 words that name an opioid beside no code of the table. Only LW-0932 leaves the strength to be relied on.
    """
    if concept is None:
        return ()
    table = listed(knowledge)
    product = product_of(concept, knowledge)
    texts = [one.display for one in concept.coding if one.display] + ([concept.text] if concept.text else [])
    found = list(_codes_differ(concept, knowledge, path))
    if product is None and not groups_of(concept, knowledge):
        found += _unlisted(texts, table, path)
    if product is not None:
        for text in dict.fromkeys(texts):
            found += _compared(product, text, table, path)
    return tuple(found)


def _codes_differ(concept: CodeableConcept, knowledge: Knowledge, path: str) -> Iterator[Problem]:
    held = listed(knowledge).products
    products = [_listed_product(knowledge, one) for one in codes_of(concept) if one in held]
    if len({one.content for one in products}) > 1:
        says = f"The codes name different products: {', '.join(dict.fromkeys(one.rxcui for one in products))}."
        yield Problem(path, "LW-0934", says, "Send the codes of one product.")


def _unlisted(texts: list[str], table: Listed, path: str) -> Iterator[Problem]:
    named = [one for text in texts for one in _named_in(text, table) if one in table.opioids]
    if named:
        says = f"The words name {named[0]}, and no RxNorm code that Leeward knows stands beside them."
        yield Problem(path, "LW-0935", says, "Send the RxNorm code of the drug product.")


_STATED = re.compile(
    r"(?<![\w.])(?P<numbers>\d[\d,]*(?:\.\d+)?(?:\s*[-/]\s*\d[\d,]*(?:\.\d+)?)*)\s*(?P<unit>mg|mcg|ug|µg|g)\b"
    r"(?:\s*/\s*(?P<much>\d+(?:\.\d+)?)?\s*(?P<per>ml|hr?|actuat\w*)\b)?",
    re.IGNORECASE,
)
"""A strength in words: 8 mg, 5/325 mg, 8-2 mg, 10 mg/5 mL, 75 mcg/h."""
_SIZE = {"mg": Decimal(1), "mcg": Decimal("0.001"), "ug": Decimal("0.001"), "µg": Decimal("0.001"), "g": Decimal(1000)}

FORM_WORDS: dict[str, tuple[str, ...]] = {
    "film": ("film", "strip"),
    "tablet": ("tablet", "tab", "tabs", "pill"),
    "capsule": ("capsule", "cap", "caps"),
    "patch": ("transdermal", "patch"),
    "liquid": ("solution", "suspension", "elixir", "syrup"),
    "spray": ("spray",),
    "injection": ("injection", "injectable", "syringe", "cartridge", "auto-injector"),
    "lozenge": ("lozenge", "troche"),
    "suppository": ("suppository",),
}
"""What an article of a dose form is called, and the words that say so; where several fit, the last counts."""


def article_of(form: str | None) -> str | None:
    """What one counts of a dose form: tablet, capsule, film, patch, spray, lozenge, suppository, injection or liquid."""
    if form and form.startswith("Tablet"):
        return "tablet"
    words = set(re.findall(r"[a-z-]+", (form or "").lower()))
    found = [article for article, names in FORM_WORDS.items() if words.intersection(names)]
    return found[-1] if found else None


def _compared(product: Product, text: str, table: Listed, path: str) -> Iterator[Problem]:
    """What a text beside a code says otherwise than the table."""
    if text.lower() == product.name.lower():
        return
    other = sorted(set(_named_in(text, table)) - {one.name for one in product.ingredients})
    if other:
        says = f"{product.rxcui} is {product.name}; the words beside it name {', '.join(other)}."
        yield Problem(path, "LW-0933", says, "Send the code of the medicine that is meant.")
        return
    stated = [one for found in _STATED.finditer(text) for one in _strengths_in(found)]
    only = product.opioids if len(stated) == 1 and product.opioids else product.ingredients
    wrong = next((said for number, per, said in stated if not _is_stated(product, only, number, per)), None)
    if wrong:
        says = f"{product.rxcui} is {product.name}; the words beside it say {shown(wrong)}."
        yield Problem(path, "LW-0931", says, "Send the code of the strength that is meant.")
    if _other_form(product, text):
        says = f"{product.rxcui} is {product.name}; the words beside it say another form: {shown(text, 80)}."
        yield Problem(path, "LW-0932", says, "Send the code of the form that is meant.")


_SLOW = re.compile(r"extended[- ]release|\b(?:er|xr|sr)\b|\b\d+ ?hr\b", re.IGNORECASE)
_PLAIN_FORM = re.compile(r"\boral (?:tablet|capsule)\b", re.IGNORECASE)


def _other_form(product: Product, text: str) -> bool:
    """Whether a text says another kind of article, or extended release where it is not, or a plain form where it is."""
    article, said = article_of(product.dose_form), article_of(text)
    if article is None:
        return False
    slow = bool(_SLOW.search(text))
    plain = not slow and bool(_PLAIN_FORM.search(text))
    return (
        said not in (None, article) or (slow and not product.extended_release) or (plain and product.extended_release)
    )


def _strengths_in(found: re.Match[str]) -> Iterator[tuple[Decimal, str, str]]:
    """The strengths that a piece of text states in mg, the first letter of what each is per, and the piece."""
    for number in re.findall(r"\d[\d,]*(?:\.\d+)?", found["numbers"]):
        size = Decimal(number.replace(",", "")) * _SIZE[found["unit"].lower()]
        much = Decimal(found["much"] or 1) or Decimal(1)
        yield size / much, (found["per"] or "").lower()[:1], found[0]


def _is_stated(product: Product, ingredients: tuple[Ingredient, ...], number: Decimal, per: str) -> bool:
    """Whether a strength in words is one of the ingredients'; true where the two cannot be compared."""
    held = [(one.strength, one.unit or "") for one in ingredients if one.strength is not None]
    for strength, unit in held:
        own = unit.partition("/")[2].strip("{")[:1].lower()
        if own == "m" and not per:
            if product.volume is None or number == strength * product.volume:
                return True
        elif number == strength and per in (own, ""):
            return True
    return not held
