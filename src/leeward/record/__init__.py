"""The clinical record: entries that are added and never changed, on SQLite or PostgreSQL, each sealed to the one before.

    entries.py   what an entry is
    chain.py     how entries are sealed, so that any change shows
    storage.py   writing and reading them: `Record`
    chart.py     from a person's entries to their case
    verify.py    whether the entries are those that were written
    backup.py    backups that are read back, restoring that overwrites nothing
    portable.py  one person's whole record, out and in
    trouble.py   what can go wrong with a database, in sentences

Nothing is imported here: a command that needs no record must not pay for one.
"""
