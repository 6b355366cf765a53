"""A small case that is right, and the mistakes in one that is not."""

from collections.abc import Callable
from typing import Any

import pytest

from leeward.casefile import case_from
from leeward.errors import BadInput
from leeward.knowledge import Knowledge, load_knowledge
from leeward.model.case import Case

NOW = "2026-11-22T09:00:00-05:00"


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def case(knowledge: Knowledge) -> Callable[..., Case]:
    """The case of a document with these parts."""

    def read(**parts: Any) -> Case:
        return case_from({"leeward": "case/1", "now": NOW, **parts}, knowledge)

    return read


@pytest.fixture(scope="session")
def mistakes(knowledge: Knowledge) -> Callable[..., list[tuple[str, str]]]:
    """Path and code of every mistake in a document with these parts."""

    def read(**parts: Any) -> list[tuple[str, str]]:
        with pytest.raises(BadInput) as caught:
            case_from({"leeward": "case/1", "now": NOW, **parts}, knowledge)
        return [(problem.path, problem.code) for problem in caught.value.problems]

    return read
