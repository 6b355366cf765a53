"""The record system for the tests of itself."""

from tests.ehr.fixtures import ehr

__all__ = ["ehr"]
