"""What Leeward itself writes passes its own check: no sentence of its knowledge and no sheet for a patient is accused.

These are some five thousand sound sentences that no rule of the check was made for, so each that is accused is a false
accusation that a reader's page would meet as well.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import leeward.knowledge
from leeward.evidence.claims.check import check
from leeward.knowledge import load_knowledge
from leeward.paper.patient_sheet import patient_sheet
from tests.unit.paper.plain_text import patient_sheet_text
from tests.web.conftest import Clock, demo_house

DATA = Path(leeward.knowledge.__file__).parent / "data"
ABOUT_TEXTS = ("claim-", "evidence", "propositions", "sources", "regulation")
"""Files that quote others, or say what is to be found wrong."""
NO_SENTENCES = ("sources", "names", "aliases", "where", "note", "authors", "url", "id", "es")
ON = datetime.date(2026, 11, 22)
ACCUSED = ("contradicted", "misleading", "out of date")

FILES = sorted(file.stem for file in DATA.glob("*.toml") if not file.name.startswith(ABOUT_TEXTS))


def accused(text: str) -> list[tuple[str, str]]:
    """The sentences that the check finds wrong, each with what it takes them to mean."""
    found = check(text, on=ON, knowledge=load_knowledge(), stale_after_days=90).claims
    return [(one.text, one.means) for one in found if one.decision in ACCUSED]


def sentences_of(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value.split()) > 3:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from sentences_of(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from sentences_of(one) if name not in NO_SENTENCES else ()


@pytest.mark.parametrize("file", FILES)
def test_no_sentence_of_the_knowledge_is_accused(file: str):
    told = list(sentences_of(tomllib.loads((DATA / f"{file}.toml").read_text("utf-8"))))
    assert [one for text in told for one in accused(text)] == []


def test_the_check_would_accuse_what_is_wrong():
    assert accused("Kratom is not addictive, so nobody has withdrawal when they stop.")


def test_no_sheet_for_a_patient_and_nothing_that_goes_with_every_plan_is_accused(tmp_path: Path):
    for house in demo_house(tmp_path / "ward", clock := Clock()):
        house.ward.catch_up()
        texts: list[str] = []
        for patient in house.ward.patients():
            bedside = house.ward.bedside(patient, clock.now)
            if bedside is None or bedside.assessment is None:
                continue
            texts.append(patient_sheet_text(patient_sheet(bedside.assessment, house.knowledge)))
            texts += [f"{one.title}. {one.says}" for one in bedside.assessment.always]
            texts += [f"{one.says} {one.do}" for one in bedside.assessment.interactions]
        assert len(texts) > 50
        assert [one for text in texts for one in accused(text)] == []
