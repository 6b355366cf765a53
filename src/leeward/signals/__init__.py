"""Adverse-event surveillance: which products are reported with which harms more than expected, and how sure that is.

Reports show neither cause nor rate: they tell what was reported, by whom it was reported, and nothing of how many took it.
"""
