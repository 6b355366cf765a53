"""A load is whole or it is not there; loading again changes nothing; an older file never overwrites a newer one."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from leeward.errors import BadInput
from leeward.knowledge import load_knowledge
from leeward.products.recalls.action import Action
from leeward.products.recalls.register import Register, open_register
from leeward.products.recalls.store import FILE, Store


def action(
    record: str, status: str = "Ongoing", reported: str = "2024-01-05", product: str = "Moonlit capsules"
) -> Action:
    return Action(
        record=record, type="recall", firm="Acme", product=product, codes="Lot 77123", status=status, reported=reported
    )


def load(store: Store, *actions: Action, skipped: int = 0):
    return store.load("file.jsonl", "openfda", "00", "2026-11-22T00:00:00+00:00", actions, lambda: skipped)


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path / FILE, load_knowledge(), write=True)
    yield opened
    opened.close()


def test_loading_again_changes_nothing(store: Store):
    first = load(store, action("F-1"), action("F-2"))
    again = load(store, action("F-1"), action("F-2"))
    assert (first.added, again.added, again.changed, len(store.shelf)) == (2, 0, 0, 2)
    assert len(store.loads()) == 2


def test_newer_file_replaces_what_it_tells_anew(store: Store):
    load(store, action("F-1"))
    done = load(store, action("F-1", status="Terminated", reported="2024-06-01"))
    assert done.changed == 1 and [one.status for one in store.shelf.actions()] == ["Terminated"]


def test_older_file_overwrites_nothing(store: Store):
    load(store, action("F-1", status="Terminated", reported="2024-06-01"))
    done = load(store, action("F-1"))
    assert done.changed == 0 and [one.status for one in store.shelf.actions()] == ["Terminated"]


def test_failed_load_leaves_what_was_there(store: Store):
    load(store, action("F-1"))

    def broken():
        yield action("F-2")
        raise RuntimeError("the disk went away")

    with pytest.raises(RuntimeError):
        store.load("file.jsonl", "openfda", "00", "2026-11-22T00:00:00+00:00", broken(), lambda: 0)
    assert [one.record for one in store.shelf.actions()] == ["F-1"] and len(store.loads()) == 1


def test_killed_load_leaves_what_was_there(tmp_path: Path):
    path = tmp_path / FILE
    store = Store(path, load_knowledge(), write=True)
    load(store, action("F-1"))
    store.close()
    script = f"""
        import os, signal, sys
        from pathlib import Path
        from leeward.knowledge import load_knowledge
        from leeward.products.recalls import store as stored
        from leeward.products.recalls.action import Action
        actions = [Action(record=f"G-{{n}}", type="recall", firm="Acme", product="Moonlit", codes="Lot 1") for n in range(20_000)]
        stored.Store._file_more = lambda self, filed: os.kill(os.getpid(), signal.SIGKILL)
        stored.Store(Path({str(path)!r}), load_knowledge(), write=True).load("f", "k", "0", "t", actions, lambda: 0)
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], env={**os.environ, "PYTHONPATH": "src"}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    reopened = Store(path, load_knowledge())
    assert [one.record for one in reopened.shelf.actions()] == ["F-1"]
    reopened.close()


def test_stored_record_is_matched_like_a_shipped_one(store: Store):
    load(store, action("F-1"))
    found = Register(load_knowledge(), store).match_text("Acme Moonlit capsules lot 77123")
    assert found.grade == "match" and found.found[0].action.record == "F-1"


def test_misspelt_word_is_looked_for_among_stored_words(store: Store):
    load(store, action("F-1"))
    assert Register(load_knowledge(), store).match_text("Moonlitt capsules lot 77123").grade == "match"


def test_register_says_how_fresh_it_is(store: Store, tmp_path: Path):
    assert "not loaded" in Register(load_knowledge()).freshness
    load(store, action("F-1"))
    assert "2024-01-05" in open_register(tmp_path, load_knowledge()).freshness


@pytest.mark.parametrize(("content", "code"), [(b"not a database at all, only text" * 50, "LW-0601"), (b"", "LW-0612")])
def test_broken_register_is_one_sentence(tmp_path: Path, content: bytes, code: str):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BadInput, match=code):
        open_register(tmp_path, load_knowledge())


def test_assessment_goes_on_without_what_cannot_be_read(tmp_path: Path):
    (tmp_path / FILE).write_bytes(b"not a database at all")
    register = open_register(tmp_path, load_knowledge(), whatever=True)
    assert "could not be read" in register.freshness
    assert register.match_text("Raw Form Organics Emerald Green 150 caps").grade == "match"


def test_bytes_flipped_in_the_file_are_one_sentence(store: Store, tmp_path: Path):
    load(store, *(action(f"F-{number}", product="Moonlit capsules " + "x" * 500) for number in range(300)))
    store.close()
    path = tmp_path / FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : 2 * len(content) // 3] = os.urandom(len(content) // 3)
    path.write_bytes(content)
    with pytest.raises(BadInput, match="LW-06"):
        list(open_register(tmp_path, load_knowledge()).about_kratom())


def test_register_of_another_version_begins_anew_at_the_next_load(store: Store, tmp_path: Path):
    load(store, action("F-1"))
    store._connection.execute("update register set version = 1")
    store.close()
    with pytest.raises(BadInput, match="LW-0612"):
        open_register(tmp_path, load_knowledge())
    anew = Store(tmp_path / FILE, load_knowledge(), write=True)
    load(anew, action("F-2"))
    assert [one.record for one in anew.shelf.actions()] == ["F-2"]
    anew.close()


def test_loaded_standing_of_a_shipped_recall_is_shown(store: Store):
    again = Action(
        record="F-1413-2018", type="mandatory-recall", firm="Triangle", product="Raw Form Organics", codes="ALL",
        status="Ongoing", classification="Class III", reported="2026-02-01", event="79806", origin="openfda:new.jsonl",
    )  # fmt: skip
    load(store, again)
    (found,) = Register(load_knowledge(), store).match_text("Raw Form Organics Emerald Green 150 caps").found
    assert (found.action.status, found.action.classification) == ("Ongoing", "Class III")
    assert "new.jsonl" in found.action.origin


def test_two_loads_at_once_are_told(store: Store, tmp_path: Path):
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("begin immediate")
    store._connection.execute("pragma busy_timeout = 50")
    with pytest.raises(BadInput, match="LW-0609"):
        load(store, action("F-1"))
    other.close()
    assert load(store, action("F-1")).added == 1


def test_a_load_without_a_record_is_none(store: Store):
    with pytest.raises(BadInput, match="LW-0613"):
        load(store, skipped=3)
    assert store.loads() == ()
