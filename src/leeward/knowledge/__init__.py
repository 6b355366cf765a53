"""What is known, as reviewable data with a source for every number, and one loader.

>>> knowledge = load_knowledge()
>>> knowledge.limit("respiratory-rate-depressed").unit
'/min'
"""

from leeward.knowledge.knowledge import Knowledge, load_knowledge
from leeward.knowledge.policy import Policy, read_policy

__all__ = ["Knowledge", "Policy", "load_knowledge", "read_policy"]
