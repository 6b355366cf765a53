"""Labels written by hand against FDA's own records: the right record and grade, and no harm in what is got wrong.

The pairs beside this file were written by people who had not seen the matcher, from FDA's public enforcement reports;
`note` begins with "ambiguous" where two readers could grade otherwise.
"""

import csv
from pathlib import Path

import msgspec
import pytest

from leeward.knowledge import load_knowledge
from leeward.products.identity.identity import mentions_kratom
from leeward.products.recalls.action import RECALLS, Action
from leeward.products.recalls.label import Label, read_label
from leeward.products.recalls.matching import Matches
from leeward.products.recalls.readers import read_actions
from leeward.products.recalls.register import Register
from leeward.products.recalls.store import Store

SHARED = Path(__file__).parents[3] / "shared"
FILES = [
    SHARED / "data" / "fda-recalls" / f"openfda_{kind}_enforcement_2012_2025.jsonl.gz" for kind in ("food", "drugs")
]
DEVELOPMENT = SHARED / "reference" / "recall-match-dev.csv"
OURS = Path(__file__).with_name("recall-pairs.csv")

pytestmark = pytest.mark.skipif(
    not all(file.exists() for file in FILES), reason="FDA's enforcement reports 2012-2025 are not beside the project"
)


class Pair(msgspec.Struct, frozen=True):
    """A label with what somebody said that it meets."""

    id: str
    text: str
    records: frozenset[str]
    grade: str
    ambiguous: bool


def pairs(file: Path, id: str, text: str, records: str, grade: str) -> list[Pair]:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [
        Pair(
            row[id], row[text], frozenset(filter(None, row[records].split("|"))), row[grade], "ambiguous" in row["note"]
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory):
    opened = Store(tmp_path_factory.mktemp("home") / "register.sqlite", load_knowledge(), write=True)
    for file in FILES:
        told = (action for action in read_actions(file) if isinstance(action, Action))
        opened.load(file.name, "openfda", "", "2026-11-22T00:00:00+00:00", told, lambda: 0)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def register(store: Store) -> Register:
    return Register(load_knowledge(), store)


def right(found: Matches, pair: Pair) -> bool:
    best = {one.action.record for one in found.found if one.grade == found.grade}
    return found.grade == pair.grade and best == pair.records


def coded(label: Label) -> bool:
    return bool(label.barcodes or label.lots or label.ndcs)


def test_development_pairs(register: Register):
    if not DEVELOPMENT.exists():
        pytest.skip("the development pairs are not beside the project")
    told = pairs(DEVELOPMENT, "pair_id", "query_label_text", "expected_recall_numbers", "relation")
    found = [(pair, read_label(pair.text)) for pair in told]
    answers = [(pair, label, register.match_text(pair.text, types=RECALLS)) for pair, label in found]
    wrong = [pair.id for pair, _, match in answers if not right(match, pair)]
    assert len(wrong) <= 0.05 * len(told), wrong
    assert [pair.id for pair, label, match in answers if coded(label) and pair.records and match.grade == "none"] == []
    assert [pair.id for pair, _, match in answers if pair.grade == "none" and match.grade == "match"] == []


def test_pairs_that_nobody_matched_by_hand_before(register: Register):
    told = [pair for pair in pairs(OURS, "pair", "label", "records", "grade") if not pair.ambiguous]
    answers = [(pair, register.match_text(pair.text, types=RECALLS)) for pair in told]
    wrong = [pair.id for pair, match in answers if not right(match, pair)]
    assert len(wrong) <= 0.13 * len(told), wrong
    # The worst mistakes: a recalled product for which nothing is found, an unaffected one that is put in scope.
    missed = [pair.id for pair, match in answers if pair.grade in ("match", "product_only") and match.grade == "none"]
    assert len(missed) <= 0.01 * len(told), missed
    invented = [pair.id for pair, match in answers if pair.grade == "none" and match.grade == "match"]
    assert len(invented) <= 0.01 * len(told), invented


def test_every_kratom_record_is_found_by_concept(store: Store):
    knowledge = load_knowledge()
    kratom = SHARED / "data" / "fda-recalls" / "kratom_recalls_119.csv"
    with kratom.open(newline="", encoding="utf-8") as lines:
        wanted = {row["recall_number"] for row in csv.DictReader(lines)}
    found = {
        action.record
        for action in store.shelf.actions()
        if mentions_kratom(f"{action.product} {action.reason}", knowledge)
    }
    assert len(wanted) == 119 and wanted <= found
    hormones = [a.record for a in store.shelf.actions() if "hydroxyprogesterone" in a.product.lower()]
    assert hormones and found.isdisjoint(hormones)


def test_loading_the_files_again_changes_nothing(store: Store):
    told = (action for action in read_actions(FILES[1]) if isinstance(action, Action))
    done = store.load(FILES[1].name, "openfda", "", "2026-11-23T00:00:00+00:00", told, lambda: 0)
    assert (done.read, done.added, done.changed) == (17_173, 0, 0)
