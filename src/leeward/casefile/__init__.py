"""Case files: from YAML or JSON to a Case, with every mistake reported at once.

>>> from leeward.knowledge import load_knowledge
>>> case = read_case('''
... leeward: case/1
... now: 2026-11-22T09:00:00-05:00
... setting: ED
... exposures: [{substance: 7-OH, last_use: unknown}]
... ''', load_knowledge())
>>> case.setting, case.exposures[0].key
('emergency', '7-hydroxymitragynine')
"""

from leeward.casefile.case import case_from, read_case
from leeward.casefile.document import LARGEST

__all__ = ["LARGEST", "case_from", "read_case"]
