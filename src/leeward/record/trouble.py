"""What can go wrong between an entry and the disk, each as one sentence with its mend. None holds patient data.

RecordTrouble
├── Locked        LW-0721  somebody else is writing and does not finish
├── Full          LW-0722  no room on the disk
├── Gone          LW-0723  the database is not there, or no longer
├── ReadOnly      LW-0724  it may be read and not written
├── Unreachable   LW-0725  the database server does not answer, or refuses the name
├── WrongVersion  LW-0726  written by a newer Leeward, or by something else
├── ClockSetBack  LW-0727  the clock stands before the last entry
├── Damaged       LW-0728  the file cannot be read as a database
├── EntriesLost   LW-0729  the record ends before the entry that is remembered as its last
├── SentBefore    LW-0730  this id was used for another entry
├── NotWritten    LW-0737  the database refused, for a reason of its own
└── Broken        LW-0735  a backup or an export that is not whole, or does not fit
Conflict          LW-0731  the chart has changed since it was seen
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import exc

from leeward.errors import LeewardError
from leeward.record.entries import Entry

NOTHING_WRITTEN = "Nothing was written"


class RecordTrouble(LeewardError):
    """The record cannot do what was asked; nothing of it was written unless the sentence says so."""

    code: ClassVar[str] = "LW-0737"

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{self.code} {sentence}")


class Locked(RecordTrouble):
    """Somebody else is writing and does not finish."""

    code = "LW-0721"


class Full(RecordTrouble):
    """No room on the disk."""

    code = "LW-0722"


class Gone(RecordTrouble):
    """The database is not there, or no longer."""

    code = "LW-0723"


class ReadOnly(RecordTrouble):
    """It may be read and not written."""

    code = "LW-0724"


class Unreachable(RecordTrouble):
    """The database server does not answer, or refuses the name."""

    code = "LW-0725"


class WrongVersion(RecordTrouble):
    """Written by a newer Leeward, or by something else."""

    code = "LW-0726"


class ClockSetBack(RecordTrouble):
    """The clock stands before the last entry."""

    code = "LW-0727"


class Damaged(RecordTrouble):
    """The file cannot be read as a database."""

    code = "LW-0728"


class EntriesLost(RecordTrouble):
    """The record ends before the entry that is remembered as its last."""

    code = "LW-0729"


class SentBefore(RecordTrouble):
    """This id was used for another entry."""

    code = "LW-0730"


class NotWritten(RecordTrouble):
    """The database refused, for a reason of its own."""

    code = "LW-0737"


class Broken(RecordTrouble):
    """A backup or an export that is not whole, or does not fit the record that it is to go into."""

    code = "LW-0735"


class Conflict(LeewardError):
    """The chart of the person has changed since it was seen; carries the entries that came since."""

    def __init__(self, since: tuple[Entry, ...]) -> None:
        self.since = since
        entries = "one entry was" if len(since) == 1 else f"{len(since)} entries were"
        super().__init__(
            f"LW-0731 The chart has changed: {entries} charted since. Read what is new, then decide again."
        )


def as_trouble(error: exc.SQLAlchemyError) -> RecordTrouble:
    """What a database said, as a sentence. Its own words are left out: they quote the values of an entry."""
    if isinstance(error, exc.TimeoutError):
        return Locked(f"All connections to the database are busy. {NOTHING_WRITTEN}; try again in a moment.")
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    number = getattr(cause, "sqlite_errorcode", None)
    if isinstance(number, int):
        return _of_sqlite(number)
    return _of_postgresql(getattr(cause, "sqlstate", None), cause)


def _of_sqlite(number: int) -> RecordTrouble:
    """https://sqlite.org/rescode.html: the primary code is the low byte."""
    primary = number & 0xFF
    if primary in (5, 6):
        return Locked(f"Somebody else is writing to the record and does not finish. {NOTHING_WRITTEN}; try again.")
    if primary == 13:
        return Full(f"The disk is full. {NOTHING_WRITTEN}; make room on the disk, then try again.")
    if primary == 10:
        return Full(
            f"The disk did not take or give the data: it is full, or it fails. {NOTHING_WRITTEN}; look after the disk, "
            "then try again."
        )
    if primary in (8, 3, 23):
        return ReadOnly(f"The record may be read and not written. {NOTHING_WRITTEN}; give yourself the right to write.")
    if primary == 14:
        return Gone("The database file cannot be opened. Check that its folder is there and that you may use it.")
    if primary in (11, 26):
        return Damaged("The database file is damaged, or is no database. Keep it, and restore the last backup.")
    return NotWritten(f"The database refused (SQLite {number}). {NOTHING_WRITTEN}; run `leeward verify`.")


_STATES: tuple[tuple[str, type[RecordTrouble], str], ...] = (
    ("53100", Full, f"The database server's disk is full. {NOTHING_WRITTEN}; make room there, then try again."),
    ("55P03", Locked, f"Somebody else is writing and does not finish. {NOTHING_WRITTEN}; try again."),
    ("40", Locked, f"Two writers stood in each other's way. {NOTHING_WRITTEN}; try again."),
    ("25006", ReadOnly, f"The database may be read and not written. {NOTHING_WRITTEN}; write to the primary server."),
    ("42501", ReadOnly, f"The database user has no right to do this. {NOTHING_WRITTEN}; grant it the right."),
    ("3D000", Gone, "There is no database of this name on the server. Create it, or correct the address."),
    ("28", Unreachable, "The database server refuses this user or password. Correct the address of the database."),
    ("XX00", Damaged, "The database server says that its data are damaged. Keep them, and restore the last backup."),
    ("53300", Unreachable, f"The database server has no connection left. {NOTHING_WRITTEN}; try again in a moment."),
    ("08", Unreachable, "The database server does not answer."),
    ("57P", Unreachable, "The database server is stopping."),
)
_MAY_HAVE_ARRIVED = "What was not confirmed may or may not be written: send it again, it is written once."


def _of_postgresql(state: str | None, cause: BaseException | None) -> RecordTrouble:
    """SQLSTATE classes, https://www.postgresql.org/docs/15/errcodes-appendix.html."""
    for start, kind, says in _STATES:
        if state is not None and state.startswith(start):
            return kind(f"{says} {_MAY_HAVE_ARRIVED}" if start in ("08", "57P") else says)
    if state is None:
        told = str(cause)
        if "password" in told or "authentication" in told or 'role "' in told:
            return Unreachable(_STATES[6][2])
        if 'database "' in told and "does not exist" in told:
            return Gone(_STATES[5][2])
        return Unreachable(
            f"The database server does not answer. {_MAY_HAVE_ARRIVED} Check that it runs and can be reached."
        )
    return NotWritten(f"The database refused ({state}). {NOTHING_WRITTEN}; run `leeward verify`.")
