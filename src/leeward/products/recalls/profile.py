"""A record read for matching, and the keys under which a shelf files it."""

from __future__ import annotations

import re

import msgspec

from leeward.products.recalls.action import Action, ActionType
from leeward.products.recalls.amounts import stem
from leeward.products.recalls.barcodes import Barcode
from leeward.products.recalls.barcodes import keys as barcode_keys
from leeward.products.recalls.label import has_digit, lot_key, product_codes, product_in
from leeward.products.wording import fold

_LONGEST = 100_000
_MAKER = re.compile(
    r"(?<!\w)(?:manufactured|mfd|mfg|made|produced|packed|packaged|distributed|dist|imported|compounded|supplied|repackaged|marketed|sold|formulated)"
    r"\b[^;]{0,24}?\b(?:for|by)\b"
)
_WORD = re.compile(r"[a-z0-9]+")
_GAP = re.compile(r"\s{2,}|\n")
_ITEM = re.compile(r";|(?<!\w)[a-z0-9]{1,2}\) |(?<!\w)\d{1,2}\. ")
HEAD = 3
"""Words at the beginning of an item that may be its brand."""
_TOKEN = re.compile(r"[a-z0-9][a-z0-9./@_-]*")


class Profile(msgspec.Struct, frozen=True, array_like=True):
    """The fields of a record that decide whether a label is its product. Fields as in `Label`."""

    record: str
    type: ActionType
    event: str
    """Records of one event are parts of one recall."""
    firm: str
    """The firm, folded: two records of one firm are alike in it."""
    words: tuple[str, ...]
    """Words of the product itself."""
    heads: tuple[str, ...]
    """The words that each item of the record begins with, and those of the firm: where a brand stands."""
    maker: tuple[str, ...]
    """Words of firm, brand owner, packer and place."""
    barcodes: tuple[Barcode, ...]
    ndcs: tuple[tuple[str, str, str], ...]
    forms: tuple[str, ...]
    counts: tuple[float, ...]
    sizes: tuple[tuple[str, float], ...]
    strengths: tuple[tuple[str, float], ...]
    firm_wide: bool
    kratom: bool
    """Whether it is about kratom, 7-OH or an analogue."""


def folded_codes(action: Action) -> str:
    """The text of codes of a record, folded and whole."""
    return fold(action.codes, _LONGEST)


def profile_of(action: Action, codes: str, *, kratom: bool = False) -> Profile:
    """Read a record for matching; `codes` is its text of codes, folded."""
    firm = fold(action.firm)
    description = fold(
        _GAP.sub(" ; ", f"{action.brand} ; {action.product}" if action.brand else action.product), _LONGEST
    )
    found = _MAKER.search(description, 3)
    of_product, of_maker = (description[: found.start()], description[found.start() :]) if found else (description, "")
    product = product_in(of_product)
    barcodes, ndcs = product_codes(f"{of_maker} ; {codes}")
    return Profile(
        record=action.record,
        type=action.type,
        event=action.event or action.record,
        firm=firm,
        words=product.words,
        heads=_heads(firm, description),
        maker=tuple(dict.fromkeys(map(stem, _WORD.findall(f"{firm} {of_maker}")))),
        barcodes=tuple(dict.fromkeys((*product.barcodes, *barcodes))),
        ndcs=tuple(dict.fromkeys((*product.ndcs, *ndcs))),
        forms=product.forms,
        counts=product.counts,
        sizes=product.sizes,
        strengths=product.strengths,
        firm_wide=action.firm_wide,
        kratom=kratom,
    )


def _heads(firm: str, description: str) -> tuple[str, ...]:
    items = [firm, *_ITEM.split(description)]
    return tuple(dict.fromkeys(stem(word) for item in items for word in _WORD.findall(item, 0, 60)[:HEAD]))


def keys_of(profile: Profile, codes: str) -> set[str]:
    """Keys of a record: its words, `g:` barcodes, `n:` drug codes, `l:` runs with digits that may be lots."""
    keys = {*profile.words, *profile.maker}
    keys.update(f"g:{key}" for code in profile.barcodes for key in barcode_keys(code))
    keys.update(f"n:{labeler.zfill(5)}{product.zfill(4)}" for labeler, product, _ in profile.ndcs if product)
    tokens = filter(has_digit, _TOKEN.findall(codes))
    keys.update(f"l:{key}" for token in tokens if len(key := lot_key(token)) >= 5)
    return keys
