"""What users load, kept in one SQLite file: actions, the keys they are filed under, and where each came from.

A load is one transaction: interrupted, it leaves what was there. Loading a file again changes nothing; a newer file
replaces what it tells anew, and an older one never overwrites it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec

from leeward.errors import BadInput, Problem
from leeward.knowledge import Knowledge
from leeward.products.identity.identity import mentions_kratom
from leeward.products.recalls.action import Action
from leeward.products.recalls.brands import Brands
from leeward.products.recalls.profile import Profile, folded_codes, keys_of, profile_of

FILE = "register.sqlite"
VERSION = 3
_TABLES = """
create table register (version integer not null);
create table load (
  id integer primary key, file text not null, kind text not null, sha256 text not null, at text not null, newest text not null,
  read integer not null, added integer not null, changed integer not null, skipped integer not null);
create table action (
  number integer primary key, key text not null unique, body blob not null, profile blob not null, newest text not null,
  load integer not null references load);
create table filed (key text primary key, numbers blob not null) without rowid;
create table word (first text not null, length integer not null, words text not null, primary key (first, length)) without rowid;
"""
_ACTION = msgspec.msgpack.Decoder(Action)
_PROFILE = msgspec.msgpack.Decoder(Profile)
_encode = msgspec.msgpack.Encoder().encode


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was loaded: how fresh its newest record is, and what it brought."""

    file: str
    kind: str
    sha256: str
    at: str
    newest: str
    """Date of the newest record in it (ISO 8601)."""
    read: int
    added: int
    changed: int
    skipped: int


class StoredShelf:
    """The loaded records as a shelf (see `shelf.Shelf`)."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.brands = Brands()
        self.authoritative: frozenset[str] = frozenset()
        self._connection, self._path = connection, path
        self._count: int = self._one("select count(*) from action")[0]
        self._under_once = lru_cache(maxsize=20_000)(self._under)
        self._words_once = lru_cache(maxsize=1_000)(self._words_like)

    def __len__(self) -> int:
        return self._count

    def under(self, key: str) -> Sequence[int]:
        """Records filed under a key."""
        return self._under_once(key)

    def words_like(self, first: str, length: int) -> Sequence[str]:
        """Words on the shelf that begin with a letter and have a length."""
        return self._words_once(first, length)

    def profile(self, number: int) -> Profile:
        """A record, read for matching."""
        with told_as_bad_input(self._path):
            return _PROFILE.decode(self._one("select profile from action where number = ?", number)[0])

    def action(self, number: int) -> Action:
        """A record as it was told."""
        with told_as_bad_input(self._path):
            return _ACTION.decode(self._one("select body from action where number = ?", number)[0])

    def actions(self) -> Iterator[Action]:
        """Every record, in the order in which it first came."""
        with told_as_bad_input(self._path):
            for (body,) in self._connection.execute("select body from action order by number"):
                yield _ACTION.decode(body)

    def numbered(self, record: str) -> Action | None:
        """The record with a recall number, as the newest file told it; None where no file holds it."""
        query = "select body from action where key >= ? and key < ? order by newest desc, number limit 1"
        with told_as_bad_input(self._path):
            found = self._connection.execute(query, (f"{record}|", f"{record}}}")).fetchone()
            return _ACTION.decode(found[0]) if found else None

    def _under(self, key: str) -> Sequence[int]:
        found = self._one("select numbers from filed where key = ?", key)
        return array("I", found[0]) if found else ()

    def _words_like(self, first: str, length: int) -> Sequence[str]:
        found = self._one("select words from word where first = ? and length = ?", first, length)
        return tuple(found[0].split()) if found else ()

    def _one(self, query: str, *values: object) -> Any:
        with told_as_bad_input(self._path):
            return self._connection.execute(query, values).fetchone()


class Store:
    """The SQLite file. Opening it for reading changes nothing on disk."""

    def __init__(self, path: Path, knowledge: Knowledge, *, write: bool = False) -> None:
        self.path = path
        self._knowledge = knowledge
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Read and write even for reading, where the folder allows it: what an interrupted load left is then put right.
        mode = "rwc" if write else "rw" if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK) else "ro"
        with told_as_bad_input(path):
            # The path is quoted by as_uri, so that a question mark in it is not read as an option.
            # SQLite is built to be called from several threads, one after the other; pages are answered by several.
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("pragma cache_spill = off")
            self._open(write)

    def _open(self, write: bool) -> None:
        ask = self._connection.execute
        found = ask("select name from sqlite_master where name = 'register'").fetchone()
        version = ask("select max(version) from register").fetchone()[0] if found else None
        if version == VERSION:
            return
        if not write:
            raise OtherVersion(self.path)
        # The files are FDA's and can be loaded again, so a register of another version begins anew.
        tables = [name for (name,) in ask("select name from sqlite_master where type = 'table'")]
        dropped = "".join(f'drop table if exists "{name}"; ' for name in tables)
        self._connection.executescript(
            f"pragma foreign_keys = off; begin immediate; {dropped} {_TABLES} insert into register values ({VERSION}); commit;"
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @cached_property
    def shelf(self) -> StoredShelf:
        """What is loaded, for matching."""
        return StoredShelf(self._connection, self.path)

    def loads(self) -> tuple[Load, ...]:
        """Every load, first to last."""
        columns = ", ".join(Load.__struct_fields__)
        with told_as_bad_input(self.path):
            rows = self._connection.execute(f"select {columns} from load order by id").fetchall()
        return tuple(Load(**dict(zip(Load.__struct_fields__, row, strict=True))) for row in rows)

    def load(
        self, file: str, kind: str, sha256: str, at: str, actions: Iterable[Action], skipped: Callable[[], int]
    ) -> Load:
        """Take in the actions of one file, all or none.

        Arguments: the file's name; its kind; the digest of its bytes; the instant of loading (ISO 8601); its actions;
        how many records of it were skipped, asked for once the actions are read.
        Raises: BadInput where nothing could be read, or the file of the register cannot be written.
        """
        told = list(actions)
        if not told:
            says = f"No record of it could be read; {skipped()} were skipped."
            raise BadInput.one("LW-0613", file, says, "Give a file of FDA's as it was downloaded.")
        with told_as_bad_input(self.path):
            return self._load(file, kind, sha256, at, told, skipped)

    def _load(self, file: str, kind: str, sha256: str, at: str, told: list[Action], skipped: Callable[[], int]) -> Load:
        about_kratom = partial(mentions_kratom, knowledge=self._knowledge)
        newest = max((action.reported or action.initiated for action in told), default="")
        ask = self._connection.execute
        ask("begin immediate")
        try:
            known = {key: (number, digest, dated) for number, key, digest, dated in self._known()}
            added = changed = 0
            (id,) = ask("select coalesce(max(id), 0) + 1 from load").fetchone()
            filed: dict[str, array[int]] = defaultdict(lambda: array("I"))
            for key, action in _keyed(told):
                body = _encode(action)
                digest = _digest(action)
                number, had, dated = known.get(key, (None, "", ""))
                if digest == had or (had and dated > newest):
                    continue
                codes = folded_codes(action)
                read = profile_of(action, codes, kratom=about_kratom(action.product))
                profile = _encode(read)
                if number is None:
                    added += 1
                    number = len(known) + 1
                    for filed_under in keys_of(read, codes):
                        filed[filed_under].append(number)
                    ask("insert into action values (?, ?, ?, ?, ?, ?)", (number, key, body, profile, newest, id))
                else:
                    changed += 1
                    ask(
                        "update action set body = ?, profile = ?, newest = ?, load = ? where number = ?",
                        (body, profile, newest, id, number),
                    )
                known[key] = (number, digest, newest)
            done = Load(
                file=file,
                kind=kind,
                sha256=sha256,
                at=at,
                newest=newest,
                read=len(told),
                added=added,
                changed=changed,
                skipped=skipped(),
            )
            ask(
                f"insert into load values (?{', ?' * len(Load.__struct_fields__)})",
                (id, *msgspec.structs.astuple(done)),
            )
            if changed:
                self._file_anew()
            elif added:
                self._file_more(filed)
            ask("commit")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.rollback()
            raise
        self.__dict__.pop("shelf", None)
        return done

    def _known(self) -> Iterator[tuple[int, str, str, str]]:
        for number, key, body, newest in self._connection.execute("select number, key, body, newest from action"):
            yield number, key, _digest(_ACTION.decode(body)), newest

    def _file_anew(self) -> None:
        """File every action again: records that changed may stand under keys that they no longer have."""
        ask = self._connection.execute
        filed: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, body, profile in ask("select number, body, profile from action order by number"):
            for key in keys_of(_PROFILE.decode(profile), folded_codes(_ACTION.decode(body))):
                filed[key].append(number)
        ask("delete from filed")
        self._file_more(filed)

    def _file_more(self, filed: Mapping[str, array[int]]) -> None:
        """File actions under their keys, after those that stand there."""
        ask = self._connection.execute
        had = ask("select exists (select 1 from filed)").fetchone()[0]
        find, insert = "select numbers from filed where key = ?", "insert or replace into filed values (?, ?)"
        for key in sorted(filed):
            before = ask(find, (key,)).fetchone() if had else None
            ask(insert, (key, (before[0] if before else b"") + filed[key].tobytes()))
        words: dict[tuple[str, int], list[str]] = defaultdict(list)
        for (word,) in ask("select key from filed"):
            if word.isalpha():
                words[word[0], len(word)].append(word)
        ask("delete from word")
        rows = ((first, length, " ".join(some)) for (first, length), some in words.items())
        self._connection.executemany("insert into word values (?, ?, ?)", rows)


def _keyed(actions: Iterable[Action]) -> Iterator[tuple[str, Action]]:
    """Actions with the key under which each is kept; a record that a file tells twice is two, in the file's order."""
    times: Counter[str] = Counter()
    for action in actions:
        key = f"{action.record}|{action.event}"
        times[key] += 1
        yield (key if times[key] == 1 else f"{key}#{times[key]}"), action


def _digest(action: Action) -> str:
    """What a record tells, without the file that it came from."""
    return hashlib.blake2b(_encode(msgspec.structs.replace(action, origin="")), digest_size=16).hexdigest()


class OtherVersion(BadInput):
    """The register was written by another version of Leeward."""

    def __init__(self, path: Path) -> None:
        says = "The loaded recalls were written by another version of Leeward."
        super().__init__([Problem(path.name, "LW-0612", says, "Load FDA's files again with `leeward recalls load`.")])


@contextmanager
def told_as_bad_input(path: Path) -> Generator[None, None, None]:
    """What SQLite or a damaged file says, as one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        for signs, code, says, mend in _TROUBLES:
            if name.startswith(signs):
                raise BadInput.one(code, path.name, says, mend) from None
        raise _damaged(path) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError, ValueError):
        raise _damaged(path) from None


_TROUBLES = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "LW-0609", "Another load is under way.", "Wait for it to end, then try again."),
    (("SQLITE_FULL", "SQLITE_IOERR"), "LW-0610", "The disk is full or cannot be used; what was loaded before is whole.", "Make room, then load again."),
    (("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"), "LW-0611", "The register of loaded recalls cannot be opened for writing.", "Give yourself the right to its folder, or set LEEWARD_HOME."),
)  # fmt: skip


def _damaged(path: Path) -> BadInput:
    says = "The register of loaded recalls is damaged."
    return BadInput.one("LW-0601", path.name, says, "Move the file away and load FDA's files again.")
