"""Machine code that is kept: one folder for the sources of today, none for those that nobody uses; safe with other processes at work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from leeward.pharmacology.kept_code import kept_in

USER = "import sys; from pathlib import Path; from leeward.pharmacology.kept_code import kept_in\n"
STAYS = USER + "print(kept_in(Path(sys.argv[1]), sys.argv[2]), flush=True); sys.stdin.read()"
AGAIN = """
import os, random, sys
from pathlib import Path
from leeward.pharmacology import kept_code
for number in range(300):
    kept = kept_code.kept_in(Path(sys.argv[1]), random.choice("abc")) / f"{os.getpid()}-{number}"
    kept.touch()
    assert kept.exists()
    while kept_code._HELD:
        os.close(kept_code._HELD.pop())  # as if the process ended here
"""


def code(folder: Path) -> Path:
    kept = folder / "course.follow.nbc"
    kept.write_bytes(b"code")
    return kept


def folders(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_folders_of_other_sources_are_removed_and_nothing_else(tmp_path: Path):
    for name in ("kernels-old", "kernels-older", "compiled.pyc-folder"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "some.nbc").touch()
    mine = kept_in(tmp_path, "new")
    kept = code(mine)
    assert folders(tmp_path) == {"kernels-new", "compiled.pyc-folder"}
    assert kept_in(tmp_path, "new") == mine and kept.exists()


def test_a_folder_that_another_process_uses_stays_until_it_ends(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", STAYS, tmp_path, "old"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        kept = code(theirs)
        kept_in(tmp_path, "new")
        assert kept.exists()
        other.kill()
    kept_in(tmp_path, "new")
    assert folders(tmp_path) == {"kernels-new"}


def test_processes_that_begin_at_once_do_not_take_each_others_folders(tmp_path: Path):
    """Each uses three names in turn, so that each removes what others are making."""
    at_once = [subprocess.Popen([sys.executable, "-c", AGAIN, tmp_path], stderr=subprocess.PIPE) for _ in range(4)]
    said = [one.communicate()[1].decode() for one in at_once]
    assert [one.returncode for one in at_once] == [0, 0, 0, 0], said


def test_what_cannot_be_written_does_not_stop_it(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.touch()
    assert kept_in(blocked, "new") == blocked / "kernels-new"
