"""COWS and the other scales: definition, names, and scores that stay ranges while answers are missing.

>>> cows = load_instruments()["cows"]
>>> partial = score(cows, {"pulse": 2, "sweating": 2, "gooseflesh": 3})
>>> partial.total, partial.low, partial.high, partial.band
(None, 7, 42, None)
"""

from leeward.instruments.definition import Instrument, InstrumentError, Item, load_instruments
from leeward.instruments.names import resolve
from leeward.instruments.scoring import Score, score

__all__ = ["Instrument", "InstrumentError", "Item", "Score", "load_instruments", "resolve", "score"]
