"""Names of 7-OH and its kin as they are written, brought to one word each.

"7-OH", "7 oh", "70H" misread, "7OHMZ", "7-hydroxy mitragynine" and "seven hydroxy" are one thing. Hazard:
17-hydroxyprogesterone, 7-hydroxycoumarin, 7-OH-CBD and 7-OH-DPAT hold the same letters and are others; a "7 OH 43215" is
an address in Ohio and a "7 ohm" a resistance.
"""

from __future__ import annotations

import re

from leeward.products.identity.lexicon import Lexicon
from leeward.products.identity.spelling import Notes, distance

SEVEN_HYDROXY = "7hydroxymitragynine"
DERIVATIVE = "7hydroxymitragynine derivative"
ACETATE = "7acetoxymitragynine"
OF_MITRAGYNINE = "mitragynine derivative"

_QUICK = re.compile(r"7|hydrox|mgm|seven|mitr?a?gynine|[ -]mit(?![a-z])|[ -]mg(?![a-z])")
_ACETATE = re.compile(
    r"(?<![a-z0-9,.-])(?:7|seven)[ -]{0,2}(?:o[ -]?)?(?:acetoxy|acetyl|ac|aco|oac)[ -]{0,2}(?:mitr[a-z]*|mit|mtg|mg)(?![a-z])"
    r"|(?<![a-z0-9,.-])(?:(?:7|seven)[ -]{0,2})?acetoxy[ -]{0,2}(?:mitr[a-z]*|mit|mtg)(?![a-z])"
    r"|(?<![a-z0-9,.-])7-(?:acetoxy|oac|aco)(?![a-z-])(?! ?(?:pregn|cholest|andro|coumarin|indole))"
    r"|(?<![a-z0-9,.-])7hydroxymitragynine[ -]{1,5}(?:7-)?(?:o-)?acet(?:ate|yl)(?![a-z])"
)
_MODIFIED = re.compile(
    r"(?<![a-z0-9])(?:(?:methoxy|methyl|ethyl|ethoxy|propyl|fluoro|chloro|bromo|iodo|nitro|amino|keto"
    r"|oxo|aza|cyano|phenyl|acetyl|benzoyl|tosyl|dihydro|di-hydro)[ -]?(?:\d+[ -]{0,2})?)+(?:hydroxy[ -]?)?mitragynin[a-z]*"
    r"|(?<![a-z0-9])(?!7[ -])\d{1,2}[ -](?:hydroxy|methoxy)[ -]?mitragynin[a-z]*"
)
_HYDROXYDIHYDRO = re.compile(
    r"(?<![a-z0-9,.-])(?:(10[ -]?)?(fluoro)[ -]?)?7[ -]{0,2}(?:hydr?oxy|oh)[ -]?di[ -]?hydro[ -]?mitr[a-z]*"
)
_DH = re.compile(r"(?<![a-z0-9])dh[ -]{0,2}7[ -]{0,2}(?:oh|hydroxy)[ -]?(?:mit[a-z]*|mg|mtg)?(?![a-z0-9])")
_WITH_PSEUDO = re.compile(r"(?<![a-z0-9])7[ -]{0,2}oh[ -]{0,2}(?:mpi|mp|mgpi)(?![a-z0-9])")
_HMG = re.compile(r"(?<![a-z0-9])7[ -]{0,2}oh-?(?:mtg|mg)(?![a-z0-9])")
_ZERO = re.compile(r"(?<![a-z0-9])7(?:0h|[.]0h)(?![a-z0-9])")
_ZERO_BEFORE = re.compile(
    r"(?:lot|batch|model|no|number|suite|ste|apt|unit|room|gate|seat|part|sku|code|route|#|exp)[ .:#]*$"
)
_ZERO_AFTER = re.compile(
    r"[ ,-]*(?:\d+ ?(?:mg|ct|count|x |pack|tab)|tab|chew|gumm|shot|caps|pill|pressed|extract|alkaloid|kratom|mitra|mit\b|\+ ?(?:mit|pseudo))"
)
_SPLIT = re.compile(
    r"(?<![a-z0-9.,])(?:7|seven)[ ._-]{0,3}o[ ._-]{1,2}h(?![a-z0-9])|(?<![a-z0-9.,])(?:7|seven)[ ._-]?o[._-]h(?![a-z0-9])"
)
_MGM_BOTH = re.compile(r"(?<![a-z0-9])mgm[ -]?15 ?(?:/|and|,|\+) ?(?:mgm)?[ -]?16(?![0-9])")
_MGM = re.compile(r"(?<![a-z0-9])mgm[ -]?(15|16)(?![0-9])")
_DIHYDRO = re.compile(
    r"(?<![a-z0-9])((?:10[ -]?)?fluoro[ -]?)?(?:7[ -])?di ?-?hydro-?[ ]?7?[ -]{0,2}(?:oh|hydroxy(?:[ -]?mitr?a?g[a-z]*)?)(?![a-z0-9])"
)
_HYDROXYMITRAGYNINE = re.compile(r"(?<![a-z0-9,.-])hydr?[o0]x[yi1]e?[ -]?mitr[a-z]*")
_SEVEN = re.compile(
    r"(?<![a-z0-9])(?<![0-9][,.])(?:7|seven)(?:[ _-]{0,3}|\.)(ohm[zs]|hmg|0h|oh|hydr?[o0]xl?[yi1]e?)([ -]{0,2})([a-z]*)(?: ?(\d{5})(?!\d))?"
)
_CHEMICAL_BEFORE = re.compile(
    r"(?:[0-9][,.]|methyl|ethyl|acetyl|chloro|bromo|methoxy|amino|nitro|keto|oxo|alpha|beta|deoxy|nor|α|β)[ -]*$"
)
_FLUORO_BEFORE = re.compile(r"(?:fluoro|dihydro)[ -]*$")
_OF_ELECTRICITY = re.compile(r"\W*(?:resist|speaker|coil|impedance|subwoofer)")
_CHEMICAL_ENDING = re.compile(r".{3,}(?:one|ol|ine|ane|ene|ide|ate|ole|oin|in|ic|yl)$")
_GLUED = frozenset(
    {
        "",
        "m",
        "s",
        "mg",
        "mit",
        "mits",
        "mitra",
        "x",
        "tabs",
        "tab",
        "tablet",
        "tablets",
        "chews",
        "gummies",
        "shot",
        "shots",
        "pro",
        "max",
        "plus",
    }
)


def respelled(folded: str, lexicon: Lexicon, notes: Notes) -> str:
    """Folded text with each way of writing 7-OH and its kin as one word; noughts read as letters are noted."""
    if not _QUICK.search(folded):
        return folded
    text = _MGM.sub(r" mgm\1 ", _MGM_BOTH.sub(" mgm-15 mgm-16 ", folded))
    text = _HYDROXYDIHYDRO.sub(lambda found: " mgm16 " if found[2] else " mgm15 ", _DH.sub(" mgm15 ", text))
    text = _WITH_PSEUDO.sub(f" {SEVEN_HYDROXY} pseudoindoxyl ", _SPLIT.sub("7-oh", text))
    text = _ZERO.sub(lambda found: _zero(found, notes), _HMG.sub(f" {SEVEN_HYDROXY} ", text))
    text = _ACETATE.sub(f" {ACETATE} ", text)
    text = _DIHYDRO.sub(lambda found: " mgm16 " if found[1] else " mgm15 ", text)
    text = _SEVEN.sub(lambda found: _seven(found, lexicon), text)
    text = _MODIFIED.sub(f" {OF_MITRAGYNINE} ", _HYDROXYMITRAGYNINE.sub(f" {SEVEN_HYDROXY} ", text))
    return _ACETATE.sub(f" {ACETATE} ", text)


def _zero(found: re.Match[str], notes: Notes) -> str:
    """ "70H" with a nought: 7-OH where that is the whole label, or before an amount, a form or kratom, and no lot number."""
    whole = found.string.strip() == found[0]
    before = _ZERO_BEFORE.search(found.string[max(0, found.start() - 12) : found.start()])
    if not whole and (before or not _ZERO_AFTER.match(found.string[found.end() : found.end() + 20])):
        return found[0]
    notes.append((found[0], SEVEN_HYDROXY))
    return "7-oh"


def _seven(found: re.Match[str], lexicon: Lexicon) -> str:
    name, join, tail, zip_code = found[1], found[2], found[3], found[4]
    before = found.string[max(0, found.start() - 14) : found.start()]
    if _CHEMICAL_BEFORE.search(before) or (zip_code and name == "oh"):
        return found[0]
    if name == "0h" and not found[0].startswith(("7-", "7 ")):
        return found[0]
    if _OF_ELECTRICITY.match(found.string, found.end()) or _OF_ELECTRICITY.search(found[0]):
        return found[0]
    if name.startswith("ohm"):
        return _kept(found, "7ohmz", tail)
    is_mitragynine = tail.startswith("mit") and (
        len(tail) <= 5 or "gy" in tail or distance(tail, "mitragynine", 3) <= 3
    )
    if tail and not is_mitragynine and not _follows(name, join, tail, lexicon):
        return found[0]
    word = DERIVATIVE if _FLUORO_BEFORE.search(before) else SEVEN_HYDROXY
    return _kept(found, word, "" if is_mitragynine or (not join and tail in _GLUED) else tail)


def _follows(name: str, join: str, tail: str, lexicon: Lexicon) -> bool:
    """Whether these letters may stand after 7-OH or 7-hydroxy without making another compound of it."""
    known = tail in lexicon.by_kind["form"] or tail in lexicon.by_kind["flavour"] or tail in lexicon.single
    if tail in lexicon.by_kind["chemical-tail"]:
        return " " in join and "-" not in join and tail in ("cbd", "thc")
    if not join:
        return tail in _GLUED or (name in ("oh", "hmg") and known)
    if known:
        return True
    return (" " in join and name in ("oh", "hmg", "0h")) or not _CHEMICAL_ENDING.fullmatch(tail)


def _kept(found: re.Match[str], word: str, tail: str) -> str:
    zip_code = found[4] or ""
    return f" {word} {tail} {zip_code} "
