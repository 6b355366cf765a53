"""Adverse-event surveillance: which products are reported with which harms more than expected, and how sure that is.

Reports show neither cause nor rate: they tell what was reported, by whom it was reported, and nothing of how many took it.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Matrices are five by five here: more threads wait for each other, and take twice as long."""
