"""Fixtures of the record system: a conftest.py that wants them imports them from here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ehr.server import running
from tests.ehr.state import Ehr


@pytest.fixture
def ehr() -> Iterator[Ehr]:
    """A record system that has just started."""
    with running() as started:
        yield started
