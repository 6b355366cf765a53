"""Misspelled, joined, split and disguised words on labels, brought back to the word that they stand for.

A method, not a list: letters of other scripts that look Latin, digits for letters, letters set apart, words run together,
vowels heard wrongly, and one or two slips in a long word. Hazard: Kraton is a polymer and Kratos a god; a word that means
something else is never taken for kratom by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leeward.products.identity.lexicon import ANCHORS, Lexicon

BREAK, COMMA = ".", ","
"""Where a sentence ends and where a list goes on, among the words of a label."""

MOST_WORDS = 250
"""Words whose spelling is looked into; a label has far fewer."""

_LOOK_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict(zip("аесоріхуктмнвѕјԁɡгѡ", "aecopixyktmhbsjdgrw", strict=True)),
        **dict(zip("οαερικτνυχωγ", "oaepiktvuxoy", strict=True)),
        **dict(zip("ɩıøłμ∕⁄×", "iiolu//x", strict=True)),
        **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
    }
)
_DISGUISED = re.compile(r"(?<![a-z0-9@$!])(?=[a-z0-9@$!]*[a-z])(?=[a-z0-9@$!]*[0-9@$!])[a-z0-9@$!]{5,24}(?![a-z0-9@$])")
_DISGUISE = tuple(
    str.maketrans({"4": "a", "@": "a", "0": "o", "3": "e", "5": "s", "$": "s", "7": "t", **others})
    for others in ({"1": "i", "!": "i", "8": "at"}, {"1": "l", "!": "l", "8": "a"}, {"1": "i", "!": "i", "8": "b"})
)
_SET_APART = re.compile(r"(?<![a-z0-9@])(?:[a-z0-9@][ .\-_*/|·•~]{1,3}){2,}[a-z0-9@](?![a-z0-9@])")
_NOT_LETTERS = re.compile(r"[^a-z0-9@]")

Notes = list[tuple[str, str]]
"""What was written and what it was read as."""


def unmasked(folded: str) -> str:
    """Letters of other scripts that look like Latin ones, and all dashes, in plain Latin.

    >>> unmasked("kr\\u0430t\\u043em")
    'kratom'
    """
    return folded if folded.isascii() else folded.translate(_LOOK_ALIKE)


def undisguised(folded: str, lexicon: Lexicon, notes: Notes) -> str:
    """Digits and signs that stand for letters ("kr@t0m"), and letters set apart ("k r a t o m"), where a known word results."""
    text = _DISGUISED.sub(lambda found: _letters_for_digits(found, lexicon, notes), folded)
    return _SET_APART.sub(lambda found: _together(found, lexicon, notes), text)


def _letters_for_digits(found: re.Match[str], lexicon: Lexicon, notes: Notes) -> str:
    given = found[0]
    if given in lexicon.single or "hydr" in given:
        return given
    for table in _DISGUISE:
        letters = given.translate(table)
        read = _known(letters, lexicon)
        if read:
            notes.append((given, " ".join(read)))
            return " ".join(read)
    return given


def _together(found: re.Match[str], lexicon: Lexicon, notes: Notes) -> str:
    joined = _NOT_LETTERS.sub("", found[0])
    if joined == "7oh" or joined.startswith(("7ohm", "7hydroxy")):
        return f" 7-{joined[1:]} "
    for candidate in (joined, joined.translate(_DISGUISE[0])):
        word = next((word for word in ANCHORS if word in candidate), "")
        if word:
            notes.append((found[0], word))
            before, _, after = candidate.partition(word)
            return f" {before} {word} {after} "
    return found[0]


def _known(letters: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words that these letters spell exactly, by sound or run together; empty where they spell none."""
    if not letters.isalpha():
        return ()
    if "kratom" in letters or "mitragyn" in letters or "maengda" in letters or letters == "maeng":
        return _apart(letters, lexicon) or (letters,)
    return (
        ("kratom",) if _skeleton(letters) in lexicon.skeletons and letters not in lexicon.by_kind["neighbour"] else ()
    )


def mended(told: list[str], lexicon: Lexicon, notes: Notes) -> list[str]:
    """The words of a label with misspelled, joined and split ones brought back."""
    found: list[str] = []
    for place, word in enumerate(told):
        if place > MOST_WORDS:
            found.append(word)
        elif found and word.isalpha() and (joined := _pair(found[-1], word, lexicon)):
            notes.append((f"{found[-1]} {word}", joined))
            found[-1] = joined
        elif word in lexicon.single or len(word) < 3:
            found.append(word)
        elif not word.isalpha():
            found += _lettered_part(word)
        else:
            read = reading_of(word, lexicon)
            if read != (word,):
                notes.append((word, " ".join(read)))
            found += read
    return _strains(found, lexicon, notes)


def _lettered_part(word: str) -> list[str]:
    """ "kratom100" and "100kratom" as their parts, where the letters are a word for the plant."""
    parts = re.findall(r"[a-z]+|\d+", word)
    return parts if any("kratom" in part or "mitragyn" in part for part in parts) else [word]


@lru_cache(maxsize=8192)
def reading_of(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words that one written word stands for: itself, where it is nothing else."""
    apart = _apart(word, lexicon)
    if apart:
        return apart
    if "kratom" in word:
        return ("kratom",)
    if "maengda" in word:
        return ("maengda",)
    if word in lexicon.by_kind["neighbour"]:
        return (word,)
    if word.startswith("mitragyn") or _sounds_like_kratom(word, lexicon):
        return ("mitragynine" if "nin" in word[7:] else "mitragyna",) if word.startswith("mitragyn") else ("kratom",)
    for stem in lexicon.near:
        slips = 2 if len(stem) >= 9 else 1
        if word[0] == stem[0] and abs(len(word) - len(stem)) <= slips and distance(word, stem, slips) <= slips:
            return (stem,)
    return (word,)


def _pair(before: str, word: str, lexicon: Lexicon) -> str:
    """The word that two are, cut in two ("kra tom", "mitra gynine"); empty where they are none."""
    if before in lexicon.single and word in lexicon.single:
        return ""
    joined = before + word
    return joined if joined in ANCHORS or joined in lexicon.near else ""


_MAENG = re.compile(r"m[aeioy]{1,3}n?e?[aeio]?n?g+[aenh]{0,3}")
_DA = frozenset({"da", "dah", "daa", "dha", "duh"})


def _strains(found: list[str], lexicon: Lexicon, notes: Notes) -> list[str]:
    """ "meang da", "magna da" and "mang dah" as Maeng Da; "maengda" in one word likewise."""
    for place in range(len(found) - 1):
        word, after = found[place], found[place + 1]
        if word[:1] != "m" or after not in _DA or (word == "maeng" and after == "da"):
            continue
        slip = "n" in word and "g" in word and word not in lexicon.single and distance(word, "maeng", 2) <= 2
        if slip or _MAENG.fullmatch(word):
            notes.append((f"{word} {after}", "maeng da"))
            found[place : place + 2] = ["maeng", "da"]
    for place, word in enumerate(found):
        likely = word[:2] in ("ma", "me") and word.endswith("da") and "ng" in word and len(word) in (6, 7, 8)
        if likely and word != "maengda" and distance(word, "maengda", 1) <= 1:
            notes.append((word, "maeng da"))
            found[place] = "maengda"
    return found


_VOWELS = re.compile(r"[aeiouy]+")
_REPEATED = re.compile(r"(.)\1+")
_SILENT = re.compile(r"(?<=[aeiouy])[hw](?=[^aeiouy])")


def _skeleton(word: str) -> str:
    """The consonants as they sound, with V for any vowels: "krotam", "cratum", "krattohm" are all krVtVm."""
    text = word.replace("ck", "k").replace("qu", "k").replace("th", "t").replace("ph", "f")
    if text[:1] in ("c", "q") and text[1:2] != "h":
        text = f"k{text[1:]}"
    return _VOWELS.sub("V", _REPEATED.sub(r"\1", _SILENT.sub("", text)))


def _sounds_like_kratom(word: str, lexicon: Lexicon) -> bool:
    """By sound, or by one slip that leaves the first and the last letter; three letters alone are never enough."""
    if not 5 <= len(word) <= 11 or word[0] not in "kcq":
        return False
    if _skeleton(word) in lexicon.skeletons:
        return True
    bare = _REPEATED.sub(r"\1", word)
    bare = bare[:-1] if bare.endswith("ms") else bare
    return bare[0] == "k" and bare[-1:] == "m" and 5 <= len(bare) <= 7 and distance(bare, "kratom", 1) <= 1


def _apart(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """A word that is several run together ("redmaengda"), where one of them says kratom or they are a colour and a place."""
    if not 7 <= len(word) <= 40:
        return ()
    parts = next(_splits(word, lexicon, 0), ())
    if len(parts) < 2:
        return ()
    kinds = lexicon.by_kind
    says_kratom = any(part in ANCHORS for part in parts)
    strain = any(part in kinds["vein"] for part in parts) and any(
        part in kinds["place"] or part in kinds["strain"] for part in parts
    )
    return parts if says_kratom or strain else ()


def _splits(word: str, lexicon: Lexicon, depth: int) -> Iterator[tuple[str, ...]]:
    if not word:
        yield ()
        return
    if depth > 4:
        return
    for length in range(min(len(word), 12), 2, -1):
        if word[:length] in lexicon.joinable:
            for rest in _splits(word[length:], lexicon, depth + 1):
                yield (word[:length], *rest)


def distance(one: str, other: str, most: int) -> int:
    """Slips between two words: letters added, left out, changed or swapped with the next. Anything above `most` is `most` + 1.

    >>> distance("kartom", "kratom", 2), distance("mitrogyna", "mitragyna", 2), distance("kraton", "croutons", 2)
    (1, 1, 3)
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before_last[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before_last, last = last, now
    return min(last[-1], most + 1)
