"""The actions that ship with Leeward, from knowledge to `Action`.

The knowledge keeps the facts apart (lots, windows, barcodes) so that a clinician can review them. Here they become text
in the manner of the FDA's own records, so that one reader of scope serves a shipped fact and a loaded record alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words
from leeward.products.recalls.action import Action, ActionType
from leeward.products.wording import fold

FILES = ("actions-recalls", "actions-other")
"""Knowledge files of actions, in the order in which they are read."""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the parts of an event."""


class NamedProduct(Fact, frozen=True, kw_only=True):
    """A product that an action names, as its label has it; barcodes stand in the order of the sizes."""

    brand: str = ""
    name: str
    form: str = ""
    strength: str = ""
    sizes: Words = ()
    upcs: Words = ()


class LotRange(Fact, frozen=True, kw_only=True):
    """Lots from the first to the last, both in scope. `meaning`: what the lot number stands for."""

    first: str
    last: str
    meaning: str = ""
    except_: str = msgspec.field(name="except", default="")


class Window(Fact, frozen=True, kw_only=True):
    """Days in scope: one printed date, or from the first to the last, or after a day."""

    of: Literal["manufactured", "expiry", "best by"]
    date: str = ""
    first: str = ""
    last: str = ""
    after: str = ""


class Item(Fact, frozen=True, kw_only=True):
    """One record of an event: which products, and which packs of them are in scope."""

    record: str
    number: str = ""
    products: tuple[NamedProduct, ...]
    lots: Words = ()
    press_lots: Words = ()
    """Lots that only the firm's press notice names."""
    lot_pattern: str = ""
    lot_ranges: tuple[LotRange, ...] = ()
    windows: tuple[Window, ...] = ()
    upcs: Words = ()
    """Barcodes that the record gives for the item as a whole."""
    other_codes: Words = ()
    all_lots: bool = False
    no_codes: bool = False
    """Whether the record names no lot, or says that the pack bears none."""
    maker: str = ""
    quantity: str = ""
    class_: str = msgspec.field(name="class", default="")
    category: str = ""
    note: str = ""


class Event(Entry, frozen=True, kw_only=True):
    """What a firm or an agency did at one time, with its items. Dates are as exact as the record."""

    type: ActionType
    firm: str
    aliases: Words = ()
    maker: str = ""
    """What the labels say of maker and place."""
    event: str = ""
    place: str = ""
    product_type: str = ""
    voluntary: str = ""
    class_: str = msgspec.field(name="class", default="")
    status: str = ""
    initiated: str = ""
    reported: str = ""
    terminated: str = ""
    category: str = ""
    reason: str = ""
    distribution: str = ""
    firm_wide: bool = False
    items: tuple[Item, ...]


@cache
def shipped_actions(knowledge: Knowledge) -> tuple[Action, ...]:
    """Every action that ships with Leeward, in the order of the files."""
    return tuple(_action(item, event, origin) for origin, event in _events(knowledge) for item in event.items)


def firm_aliases(knowledge: Knowledge) -> Mapping[str, tuple[str, ...]]:
    """The other names of each firm and the brands that its actions name, by the name that its records bear."""
    found: dict[str, dict[str, None]] = {}
    for _, event in _events(knowledge):
        brands = (product.brand for item in event.items for product in item.products if product.brand)
        found.setdefault(event.firm, {}).update(dict.fromkeys((*event.aliases, *brands)))
    return {firm: tuple(names) for firm, names in found.items()}


def _events(knowledge: Knowledge) -> Iterator[tuple[str, Event]]:
    for file in FILES:
        for id, event in knowledge.table_of(file, Event).items():
            yield f"{file}.{id}", event


def _action(item: Item, event: Event, origin: str) -> Action:
    pattern = f"Lots are printed as {item.lot_pattern}." if item.lot_pattern else ""
    category = item.category or event.category
    return Action(
        record=item.number or item.record,
        type=event.type,
        firm=event.firm,
        product="; ".join(filter(None, (product_text(item.products), item.maker or event.maker))),
        brand="; ".join(dict.fromkeys(product.brand for product in item.products if product.brand)),
        codes=codes_text(item),
        reason=": ".join(filter(None, (category, event.reason))),
        classification=item.class_ or event.class_,
        voluntary=event.voluntary,
        status=event.status,
        initiated=event.initiated,
        reported=event.reported,
        terminated=event.terminated,
        event=event.event,
        product_type=event.product_type,
        distribution=event.distribution,
        quantity=item.quantity,
        place=event.place,
        firm_wide=event.firm_wide,
        note=" ".join(filter(None, (item.note, pattern, event.note))),
        origin=origin,
        sources=event.sources,
    )


def product_text(products: Iterable[NamedProduct]) -> str:
    """The products as one description.

    >>> product_text([NamedProduct(brand="Earth Kratom", name="Trainwreck", form="capsules", sizes=("65 capsules",))])
    'Earth Kratom Trainwreck capsules, 65 capsules'
    """
    return "; ".join(map(_described, products))


def _described(product: NamedProduct) -> str:
    named = product.name if fold(product.brand) in fold(product.name) else f"{product.brand} {product.name}"
    # A number that ends the name is no count: "Formula 27, capsules", never "27 capsules".
    joint = ", " if named[-1:].isdigit() else " "
    formed = named if fold(product.form) in fold(named) else f"{named}{joint}{product.form}"
    sizes = product.sizes
    if len(product.upcs) == len(sizes):
        sizes = tuple(f"{size} (UPC {upc})" for size, upc in zip(sizes, product.upcs, strict=True))
    return ", ".join(filter(None, (formed, product.strength, *sizes)))


def codes_text(item: Item) -> str:
    """What is in scope, as a record would state it.

    >>> codes_text(Item(record="KRR-001", products=(), lots=("171409",), windows=(Window(of="best by", date="2019-03"),)))
    'Lot 171409; best by 2019-03'
    """
    return "; ".join(_codes(item))


def _codes(item: Item) -> Iterator[str]:
    if item.lots:
        yield _lots(item.lots)
    if item.press_lots:
        yield f"{_lots(item.press_lots)} (press notice)"
    for lots in item.lot_ranges:
        limit = f"except {lots.except_}: " if lots.except_ else ""
        meaning = f" by {lots.meaning}" if lots.meaning else ""
        yield f"{limit}Lots{meaning} {lots.first} to {lots.last}"
    yield from item.other_codes
    for window in item.windows:
        yield _window(window, item.all_lots)
    for upc in (*item.upcs, *(upc for product in item.products for upc in product.upcs)):
        yield f"UPC {upc}"
    if item.all_lots and not item.windows:
        yield "All lots (the record names no lot)" if item.no_codes else "All lots"


def _lots(lots: Words) -> str:
    return f"{'Lot' if len(lots) == 1 else 'Lots'} {', '.join(lots)}"


def _window(window: Window, all_lots: bool) -> str:
    of = window.of
    if all_lots:
        of = f"All lots {of}" if of == "manufactured" else f"All lots with {of}"
    if window.date:
        return f"{of} {window.date}"
    if window.after:
        return f"{of} after {window.after}"
    return f"{of} from {window.first} to {window.last}" if window.last else f"{of} since {window.first}"
