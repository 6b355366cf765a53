"""Whether the entries are those that were written, in their order, none taken out or put in; and if not, where.

Everything rests on the digests (see `chain.py`). Somebody who can compute digests could rewrite the record from a
place on to its end; that shows against the heads that are remembered: in the database, in the file beside it, in every
backup, and on every printed page that carries one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from leeward.model.shapes import is_mapping
from leeward.record.chain import GENESIS, Head, digest_of, head_of, written
from leeward.record.database import spoken
from leeward.record.entries import Entry
from leeward.record.guards import missing
from leeward.record.tables import FIELDS
from leeward.record.trouble import Damaged
from leeward.record.writing import entry_of

if TYPE_CHECKING:
    from leeward.record.storage import Record

Fault = Literal[
    "changed", "removed", "inserted", "reordered", "doubled", "cut-short", "rewritten", "clock", "unguarded"
]

SHORTEST = 16
"""As many digits of a digest name an entry on a printed page."""

BODY = list(FIELDS).index("body")

MOST_TRIED = 200
"""Numbers that a changed entry is tried under, to tell a moved entry from a changed one."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it was written: where (the number of an entry), and what."""

    number: int
    fault: Fault
    says: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What `verify_record` found: how many entries, the last one, and everything that is wrong."""

    entries: int
    head: Head
    findings: tuple[Finding, ...]
    accepted: tuple[int, ...]
    """Entries by which a loss or a clock set back was accepted."""


def verify(entries: Iterable[Entry], remembered: Iterable[Head] = ()) -> tuple[Finding, ...]:
    """Everything that is wrong with entries given in the order in which they stand; nothing where they are whole.

    `remembered`: heads kept elsewhere, that must stand among the entries.

    >>> verify([])
    ()
    """
    told = list(entries)
    wrong = [place for place, entry in enumerate(told) if digest_of(entry) != entry.digest]
    moved = _moved(told, wrong)
    findings = [*_changes(told, wrong, moved), *_links(told, moved), *_times(told), *_against(told, remembered)]
    return tuple(sorted(findings, key=lambda finding: finding.number))


def verify_record(record: Record, kept: Sequence[str] = ()) -> Checked:
    """Everything that is wrong with a record on disk, read row by row whatever stands there.

    `kept`: digests of entries, or their first `SHORTEST` or more digits, from a backup or a printed page.
    """
    # What is remembered is read before the rows: it only grows, so that entries written meanwhile look like no loss.
    outside = record.remembered.read()
    heads = [record.head(), *([outside] if outside else [])]
    entries: list[Entry] = []
    unread: list[Finding] = []
    for row in record.rows():
        try:
            entries.append(_typed(row))
        except (Damaged, msgspec.ValidationError):
            unread.append(Finding(number=int(row[0]), fault="changed", says=f"Entry {row[0]} cannot be read."))
    findings = [*unread, *verify(entries, _not_accepted(heads, entries)), *_guards(record), *_not_held(entries, kept)]
    if outside is None and not kept and (entries or heads[0].number):
        says = f"Nothing outside the database remembers its end: {record.remembered.path} is gone or cannot be read. A lost end would not be seen; compare with a backup or a printed page."
        findings.append(Finding(number=0, fault="unguarded", says=says))
    last = entries[-1] if entries else None
    head = Head() if last is None else head_of(last)
    return Checked(
        entries=len(entries),
        head=head,
        findings=tuple(sorted(findings, key=lambda one: one.number)),
        accepted=tuple(entry.number for entry in entries if _accepted(entry)),
    )


def _not_held(entries: Sequence[Entry], kept: Sequence[str]) -> Iterator[Finding]:
    """Digests kept elsewhere that no entry carries."""
    for digest in kept:
        if not any(entry.digest.startswith(digest) for entry in entries):
            says = f"No entry has the digest {digest} that was kept: the record was cut short or written anew, or the digest is of another record."
            yield Finding(number=0, fault="rewritten", says=says)


def _typed(row: Sequence[Any]) -> Entry:
    """An entry as it stands, with the types that it must have. Raises Damaged where its body is not as it was written:
    of two values for one name other readers of the database would see the other one."""
    entry = msgspec.convert(msgspec.to_builtins(entry_of(row)), Entry)
    if written(entry.body) != row[BODY]:
        raise Damaged(f"Entry {entry.number} cannot be read: it was changed. Run `leeward verify`.")
    return entry


def _moved(told: list[Entry], wrong: list[int]) -> dict[int, int]:
    """For the place of each entry whose digest fits another number than its own: that number."""
    numbers = {told[place].number for place in wrong}
    numbers |= {number for before, after in _gaps(told) for number in range(before, after)}
    found: dict[int, int] = {}
    if len(numbers) > MOST_TRIED:
        return found
    for place in wrong:
        entry = told[place]
        for number in sorted(numbers - {entry.number}):
            if digest_of(msgspec.structs.replace(entry, number=number)) == entry.digest:
                found[place] = number
    return found


def _gaps(told: list[Entry]) -> list[tuple[int, int]]:
    """First missing number and the one after the last missing, of each gap."""
    numbers = sorted({entry.number for entry in told})
    return [(a + 1, b) for a, b in zip([0, *numbers], numbers, strict=False) if b > a + 1]


def _changes(told: list[Entry], wrong: list[int], moved: dict[int, int]) -> list[Finding]:
    found: list[Finding] = []
    for place in wrong:
        entry = told[place]
        if place in moved:
            says = f"Entry {entry.number} was written as entry {moved[place]}: entries were put in another order."
            found.append(Finding(number=entry.number, fault="reordered", says=says))
        else:
            says = f"Entry {entry.number} was changed: it does not fit its digest."
            found.append(Finding(number=entry.number, fault="changed", says=says))
    return found


def _links(told: list[Entry], moved: dict[int, int]) -> list[Finding]:
    """Numbers without a gap, each entry carrying the digest of the one before."""
    found: list[Finding] = []
    before, number = GENESIS, 0
    for place, entry in enumerate(told):
        here = entry.number
        if here == number:
            says = f"Number {here} stands twice: an entry was put in."
            found.append(Finding(number=here, fault="doubled", says=says))
        elif here < number:
            says = f"Entry {here} stands after entry {number}: entries are in another order."
            found.append(Finding(number=here, fault="reordered", says=says))
        elif here > number + 1:
            missing = f"Entry {here - 1} is" if here == number + 2 else f"Entries {number + 1} to {here - 1} are"
            found.append(Finding(number=number + 1, fault="removed", says=f"{missing} missing."))
        elif entry.previous != before and not {place, place - 1} & moved.keys():
            says = f"Entry {here} does not follow entry {number}: one of them was exchanged or put in, or one between them taken out."
            found.append(Finding(number=here, fault="inserted", says=says))
        before, number = entry.digest, here
    return found


def _times(told: list[Entry]) -> list[Finding]:
    """No entry is written down before the one that it follows, unless that was accepted by an entry."""
    found: list[Finding] = []
    last: datetime | None = None
    for entry in told:
        try:
            recorded = datetime.fromisoformat(entry.recorded)
            earlier = last is not None and recorded < last
        except (ValueError, TypeError):
            found.append(Finding(number=entry.number, fault="clock", says=f"Entry {entry.number} has no instant."))
            continue
        if earlier and not _accepted(entry):
            says = f"Entry {entry.number} was written down before the entry that it follows."
            found.append(Finding(number=entry.number, fault="clock", says=says))
        last = recorded
    return found


def _accepted(entry: Entry) -> dict[str, Any]:
    said = entry.body.get("accepted") if entry.kind == "setting" else None
    return said if is_mapping(said) else {}


def _against(told: list[Entry], remembered: Iterable[Head]) -> list[Finding]:
    by_number = {entry.number: entry for entry in told}
    last = max(by_number, default=0)
    found: dict[int, Finding] = {}
    for head in remembered:
        if head.number > last:
            says = f"The record ends with entry {last}, and entry {head.number} is remembered: the end was taken away."
            found[head.number] = Finding(number=last + 1, fault="cut-short", says=says)
        elif head.number and head.number in by_number and by_number[head.number].digest != head.digest:
            says = f"Entry {head.number} is not the one that is remembered: the record was written anew up to there."
            found[head.number] = Finding(number=head.number, fault="rewritten", says=says)
    return list(found.values())


def _not_accepted(heads: list[Head], told: list[Entry]) -> list[Head]:
    """Heads whose loss nobody has accepted. An acceptance is of one head, named by its digest."""
    gone = {_accepted(entry).get("remembered_digest") for entry in told}
    return [head for head in heads if head.digest not in gone]


def _guards(record: Record) -> list[Finding]:
    with spoken(record.file), record.engine.execution_options(reads=True).connect() as connection:
        gone = missing(connection)
    says = "The database no longer refuses to change entries: its trigger {} is gone or was changed. Whoever did that may have changed some."
    return [Finding(number=0, fault="unguarded", says=says.format(guard)) for guard in gone]


__all__ = ["Checked", "Fault", "Finding", "verify", "verify_record"]
