"""Readers of files of adverse-event reports, one kind a file; each gives the rows of `leeward.signals.readers.rows`."""
