"""`exposures`: substances and products that the person took, as told."""

from __future__ import annotations

from leeward.casefile.level import Form, Level, quantity
from leeward.casefile.margin import NUMBER, SHAPE, UNIT, quoted
from leeward.casefile.names import (
    UNKNOWN_SUBSTANCE,
    medicine_named,
    medicines,
    nearly,
    substance_named,
    substances,
)
from leeward.casefile.ordering import arranged
from leeward.casefile.spelling import one_of, slug
from leeward.casefile.words import AMOUNT_UNITS, DURATION_UNITS, PER, ROUTES
from leeward.knowledge import Knowledge
from leeward.model.case import Exposure
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.numbers import number_then_unit
from leeward.model.quantity import Quantity
from leeward.model.shapes import is_mapping
from leeward.products.identity.identity import Product, substance_of

EXPOSURE = Form(
    substance="drug what name",
    product="label product_name",
    last_use="last_used last_taken last_dose",
    amount="dose quantity",
    per="",
    doses_per_day="uses_per_day times_per_day",
    route="by",
    duration="for how_long",
    prescribed="is_prescribed",
    supply="",
    adulterants="",
)
SUPPLY = Form(adulterants="contaminants cut_with")
AMOUNT = Form(value="amount number", unit="units", per="each")

MOST_A_DAY = 200
"""Uses in a day: once in seven minutes, day and night."""

LARGEST_AMOUNT = 1e7
LONGEST = 45_000
"""Days of the longest life; in other units it is no limit at all, which is enough against slips of the pen."""


def exposures(level: Level, knowledge: Knowledge) -> tuple[Exposure, ...] | Missing:
    """The exposures of a case; missing where nobody told whether there are any."""
    given = level.listed("exposures")
    if isinstance(given, Missing):
        return given
    read: list[tuple[str, Exposure]] = []
    for place, entry in enumerate(given):
        written = f"exposures[{place}]"
        if isinstance(entry, str):
            entry = {"substance": entry}
        if not is_mapping(entry):
            says = f"{quoted(entry)} stands where an exposure is expected."
            level.margin.problem(written, SHAPE, says, "Write {substance, last_use, amount, route}.")
            continue
        found = _exposure(Level(EXPOSURE, entry, written, level.margin, level.now), knowledge)
        read.append((written, found))
    return arranged(read, "exposures", lambda entry: entry.last_use, level.margin)


def _exposure(entry: Level, knowledge: Knowledge) -> Exposure:
    substance, product = entry.text("substance"), entry.text("product")
    if substance is NOT_ASKED and product is NOT_ASKED:
        entry.lacks("substance", "Write the substance or the product, or `substance: unknown`.")
    as_told, known = _taken(substance, product, knowledge)
    if known.says or not known.recognised:
        entry.margin.keep(entry.path, f"{as_told} ({known.says})" if known.says else as_told)
    amount, per = _amount(entry)
    return Exposure(
        key=known.substance if isinstance(known.substance, str) else slug(as_told)[:60] or "unknown",
        as_told=as_told,
        substance=known.substance,
        product="" if isinstance(product, Missing) else product,
        recognised=known.recognised,
        last_use=entry.when("last_use"),
        amount=amount,
        per=per,
        doses_per_day=entry.number("doses_per_day", 0, MOST_A_DAY, "uses a day"),
        route=entry.word("route", ROUTES),
        duration=entry.measured("duration", DURATION_UNITS, LONGEST),
        prescribed=entry.yes_no("prescribed"),
        adulterants=_adulterants(entry, knowledge),
    )


def _taken(substance: str | Missing, product: str | Missing, knowledge: Knowledge) -> tuple[str, Product]:
    """The words in which it was told, and what they name. A substance that is named goes before the label."""
    if isinstance(substance, str):
        id = substance_named(substance, knowledge)
        if id is not None and id != UNKNOWN_SUBSTANCE:
            return substance, Product(id, True)
        if isinstance(product, Missing):
            return substance, Product(UNKNOWN, True) if id else _unnamed(substance, knowledge)
        label = substance_of(product, knowledge)
        return f"{substance}, {product}", label
    if isinstance(product, str):
        return product, substance_of(product, knowledge)
    return "unknown", Product(UNKNOWN if substance is NOT_ASKED else substance, True)


def _unnamed(told: str, knowledge: Knowledge) -> Product:
    """A substance by words that name none: perhaps a product, perhaps a slip for one that Leeward knows, perhaps neither."""
    found = substance_of(told, knowledge)
    if found.recognised or found.substance is not UNKNOWN:
        return found
    medicine = medicine_named(told, knowledge)
    if medicine is not None:
        opioid = any(trait.startswith("opioid-") for trait in knowledge.medicines[medicine].traits)
        return Product(UNKNOWN, opioid, "an opioid medicine whose course Leeward does not know" if opioid else "")
    meant = nearly(told, substances(knowledge)) or nearly(told, medicines(knowledge))
    return Product(UNKNOWN, True, f"did you mean {meant}?") if meant else found


def _amount(entry: Level) -> tuple[Quantity | Missing, str | Missing]:
    given = entry.given("amount")
    outer = entry.word("per", PER)
    if isinstance(given, Missing):
        return given, outer
    if isinstance(given, str):
        given = _amount_text(given)
    if not is_mapping(given):
        told = quoted(entry.given("amount"))
        mend = f"Write {{value, unit, per}} with {one_of(AMOUNT_UNITS.offered)}, or unknown."
        entry.problem("amount", UNIT if given is not None else NUMBER, f"{told} is not an amount with its unit.", mend)
        return UNKNOWN, outer
    level = Level(AMOUNT, given, entry.place("amount"), entry.margin, entry.now)
    inner = level.word("per", PER)
    return quantity(level, AMOUNT_UNITS, LARGEST_AMOUNT), outer if inner is NOT_ASKED else inner


def _amount_text(text: str) -> dict[str, object] | None:
    """ "20 g/day", "2 tablets a day", "30 mg per use" as a mapping."""
    split = number_then_unit(text)
    if split is None:
        return None
    unit, per = split[1], None
    for ending, word in PER_ENDINGS:
        if unit.lower().endswith(ending):
            unit, per = unit[: -len(ending)].strip(), word
            break
    return {"value": split[0], "unit": unit, **({"per": per} if per else {})}


PER_ENDINGS = (
    *(
        (f"{between}{spelling}", word)
        for spelling, word in (("day", "day"), ("d", "day"), ("use", "use"), ("dose", "use"))
        for between in ("/", " per ", " a ", " each ")
    ),
    (" daily", "day"),
)


def _adulterants(entry: Level, knowledge: Knowledge) -> tuple[str, ...] | Missing:
    supply = entry.inner("supply", SUPPLY)
    source = entry if isinstance(supply, Missing) or "adulterants" in entry.found else supply
    given = source.listed("adulterants")
    if isinstance(given, Missing):
        return supply if given is NOT_ASKED and isinstance(supply, Missing) else given
    found: set[str] = set()
    for place, name in enumerate(given):
        if not isinstance(name, str):
            says = f"{quoted(name)} stands where a substance is expected."
            entry.margin.problem(f"{source.place('adulterants')}[{place}]", SHAPE, says, "Write its name.")
            continue
        id = substances(knowledge).named(name)
        if id is None:
            entry.margin.keep(source.place("adulterants"), name)
        found.add(id or slug(name)[:60])
    return tuple(sorted(found))
