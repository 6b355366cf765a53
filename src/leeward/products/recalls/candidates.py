"""Which records are worth comparing with a label: those under its codes and under its rarer words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

import msgspec

from leeward.products.recalls.barcodes import keys as barcode_keys
from leeward.products.recalls.label import Label

if TYPE_CHECKING:
    from leeward.products.recalls.shelf import Shelf

MOST = 40
"""Records compared field by field."""
COMMON = 3_000
"""A word on more records than this finds nothing by itself."""
MOST_FILED = 12_000
"""Filed numbers that are added up for one label, rarest words first."""
RARE = 0.0003
"""Share of a shelf's records that a rare word stands on at most; two records always are few."""


class Word(msgspec.Struct, frozen=True):
    """A word of a label, its weight on this shelf, and the words that count as it there."""

    said: str
    weight: float
    same: tuple[tuple[str, ...], ...]
    """Ways to meet it: each a set of words that must all be there."""
    rare: bool
    """Whether it is known on few records of the shelf: a brand, not a kind of food."""


def weighed(label: Label, shelf: Shelf) -> tuple[Word, ...]:
    """The words of a label with their weights: the rarer on the shelf, the heavier."""
    return tuple(_word(said, label, shelf) for said in label.words)


def candidates(label: Label, words: tuple[Word, ...], shelf: Shelf) -> dict[int, float]:
    """Records by number with the weight of the words they share with the label; those under its codes come whatever."""
    by_code = {number: 1e3 for key in _code_keys(label) for number in list(shelf.under(key))[:MOST]}
    found: dict[int, float] = defaultdict(float)
    filed = sorted(
        ((shelf.under(way[0]), word.weight / len(way)) for word in words for way in word.same),
        key=lambda pair: len(pair[0]),
    )
    added = 0
    for numbers, weight in filed:
        added += len(numbers)
        if found and (len(numbers) > COMMON or added > MOST_FILED):
            break
        if len(numbers) <= COMMON:
            for number in numbers:
                found[number] += weight
    best = sorted(found, key=lambda number: -found[number])[:MOST]
    return by_code | {number: found[number] for number in best}


def _code_keys(label: Label) -> Iterator[str]:
    for code in label.barcodes:
        yield from (f"g:{key}" for key in barcode_keys(code))
    for labeler, product, _ in label.ndcs:
        if product:
            yield f"n:{labeler.zfill(5)}{product.zfill(4)}"
        else:
            yield from (f"n:{nine}" for nine in _nine_digits(labeler))
    for lot in (*label.lots, *label.codes):
        if len(lot) >= 5:
            yield f"l:{lot}"


def _nine_digits(plain: str) -> tuple[str, ...]:
    """Labeler and product of a drug code without hyphens: eleven digits are 5-4-2, ten are one of three."""
    if len(plain) == 11:
        return (plain[:9],)
    if len(plain) == 10:
        return (f"0{plain[:8]}", f"{plain[:5]}0{plain[5:8]}", plain[:9])
    return (plain,)


def _word(said: str, label: Label, shelf: Shelf) -> Word:
    ways: list[tuple[str, ...]] = [(said,)] if shelf.under(said) else []
    for one, other in pairwise(label.words):
        if said in (one, other) and shelf.under(one + other):
            ways.append((one + other,))
    known = bool(ways)
    if not known:
        parts = _split(said, shelf)
        ways += [parts] if parts else [(near,) for near in _near(said, shelf)]
    least = min((len(shelf.under(way[0])) for way in ways), default=0)
    return Word(said, log(1 + len(shelf) / (1 + least)), tuple(ways), 0 < least <= max(2, len(shelf) * RARE))


def _split(said: str, shelf: Shelf) -> tuple[str, ...]:
    """A word that is two words of the shelf run together ("painout"): those halves that stand together most often."""
    if len(said) < 4:
        return ()
    best: tuple[int, tuple[str, ...]] = (0, ())
    for place in range(1, len(said)):
        halves = said[:place], said[place:]
        if max(map(len, halves)) < 4 and said.isalpha():
            continue
        one, other = shelf.under(halves[0]), shelf.under(halves[1])
        if one and other:
            together = len(set(one).intersection(other)) * min(map(len, halves))
            best = max(best, (together, halves))
    return best[1]


def _near(said: str, shelf: Shelf) -> tuple[str, ...]:
    """Words of the shelf that differ by one letter (two from eight letters on), for a word that nobody spells so."""
    if len(said) < 5 or not said.isalpha():
        return ()
    return _near_on(shelf, said)


@lru_cache(maxsize=4_000)
def _near_on(shelf: Shelf, said: str) -> tuple[str, ...]:
    from rapidfuzz.distance import DamerauLevenshtein

    most = 2 if len(said) >= 8 else 1
    near: list[tuple[int, str]] = []
    for length in range(len(said) - most, len(said) + most + 1):
        for word in shelf.words_like(said[0], length):
            distance = DamerauLevenshtein.distance(said, word, score_cutoff=most)
            if distance <= most:
                near.append((distance, word))
    return tuple(word for _, word in sorted(near)[:4])
