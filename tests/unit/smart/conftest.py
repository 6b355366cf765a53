"""The record system for the tests of Leeward as its client."""

from tests.ehr.fixtures import ehr

__all__ = ["ehr"]
