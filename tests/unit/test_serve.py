"""`leeward serve`, run for real: it opens, answers, refuses what cannot be served, and stops without a trace."""

from __future__ import annotations

import html
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from leeward.errors import BadInput
from leeward.record.storage import Record, default_url
from leeward.ward.demo import DEMO_PASSWORD
from leeward.web.serving import Serving, check_reach

COMMAND = [sys.executable, "-m", "leeward", "serve", "--port", "0"]
STARTS_WITHIN = 60
PASSWORD = "four dry words in a row"


class Server:
    """A server that was started: its process, its address, and what it said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.said, self.address = process, "", ""
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        late = threading.Timer(STARTS_WITHIN, process.kill)
        late.start()
        assert process.stdout is not None
        for line in process.stdout:
            self.said += line
            if found := re.search(r"Leeward is open at (\S+)", line):
                self.address = found[1]
                break
        late.cancel()
        assert self.address, self.said + self.complaint()

    def complaint(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def get(self, path: str, **fields: str) -> tuple[int, str]:
        """A page, or what came of a form."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        try:
            with self.browser.open(self.address + path, data, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Stop it by its own process id: its exit status and what it complained of."""
        self.process.send_signal(how)
        _, complaint = self.process.communicate(timeout=30)
        return self.process.returncode, complaint


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """A server whose data folder and temporary files stand in `folder`."""
    (folder / "temporary").mkdir(exist_ok=True)
    environment = os.environ | {
        "LEEWARD_HOME": str(folder),
        "TMPDIR": str(folder / "temporary"),
        "PYTHONUNBUFFERED": "1",
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen([*COMMAND, *options], env=environment, **pipes)  # type: ignore[call-overload]
    try:
        yield Server(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def refusal(folder: Path, *options: str) -> str:
    """What is said by a server that does not start."""
    told = subprocess.run(
        [*COMMAND, *options], env=os.environ | {"LEEWARD_HOME": str(folder)}, capture_output=True, text=True, timeout=STARTS_WITHIN, check=False
    )  # fmt: skip
    assert told.returncode == 1 and "Traceback" not in told.stderr, told.stderr
    return told.stderr


def left_behind(folder: Path) -> list[str]:
    return [file.name for file in (folder / "temporary").iterdir() if file.name.startswith("leeward")]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_opens_answers_and_is_gone_when_it_is_stopped(tmp_path, how):
    with serving(tmp_path, "--demo") as server:
        assert left_behind(tmp_path) and "made up" in server.said
        status, page = server.get("/sign-in")
        assert status == 200 and "Nora Park" in page
        status, page = server.get("/sign-in", name="n.park", password=DEMO_PASSWORD, next="/patients/demo-1")
        assert status == 200 and "demo-1" in page
        status, complaint = server.stop(how)
    assert (status, complaint) == (0, "")  # no line of any log holds an address of a patient
    assert left_behind(tmp_path) == [] and not (tmp_path / "record.sqlite").exists()


def test_two_workers_serve_one_demo_and_both_stop(tmp_path):
    with serving(tmp_path, "--demo", "--workers", "2") as server:
        status, page = server.get("/sign-in", name="n.park", password=DEMO_PASSWORD, next="/me")
        assert status == 200 and "Nora Park" in page
        for _ in range(6):  # whichever of them answers knows the session
            assert server.get("/me")[0] == 200
        status, complaint = server.stop()
    assert (status, complaint) == (0, "") and left_behind(tmp_path) == []
    with pytest.raises(urllib.error.URLError), urllib.request.urlopen(server.address, timeout=5):
        pass


def test_the_first_start_prints_a_link_that_makes_one_administrator_once(tmp_path):
    with serving(tmp_path) as server:
        link = re.search(r"/first/[\w-]+", server.said)[0]
        status, page = server.get(link)
        assert status == 200 and "first administrator" in page
        hidden = html.unescape(re.search(r'name="id" value="([^"]*)"', page)[1])
        told = {"id": hidden, "name": "b.first", "shown_name": "Bo First", "password": PASSWORD, "again": PASSWORD}
        assert server.get(link, **told)[0] == 200
        assert server.get(link)[0] == 404
        assert server.get(link, **told | {"id": "f" * 32, "name": "second"})[0] in (404, 422)
        status, page = server.get("/sign-in", name="b.first", password=PASSWORD, next="/administration/people")
        assert status == 200 and "Bo First" in page and "second" not in page
        assert server.get("/sign-in", name="n.park", password=DEMO_PASSWORD)[0] == 401
        assert server.stop() == (0, "")
    with serving(tmp_path) as again:
        assert "/first/" not in again.said
        assert again.stop() == (0, "")
    assert "LW-0813" in refusal(tmp_path, "--demo", "--database", default_url(tmp_path))


def test_a_demo_record_is_served_as_a_demo_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    with serving(tmp_path, "--demo", "--database", url) as server:
        server.stop()
    said = refusal(tmp_path, "--database", url)
    assert "LW-0814" in said and "--demo" in said and len(said.splitlines()) == 1


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refusal(tmp_path, "--port", str(taken.getsockname()[1]))
    assert "LW-0812" in said and "--port" in said and not (tmp_path / "record.sqlite").exists()


def test_a_database_that_cannot_be_used_is_said_in_a_sentence(tmp_path):
    (tmp_path / "letter.sqlite").write_text("Dear all, this is no database. " * 100)
    assert "LW-07" in refusal(tmp_path, "--database", f"sqlite:///{tmp_path / 'letter.sqlite'}")
    (tmp_path / "file").write_text("")
    assert "LW-07" in refusal(tmp_path, "--database", f"sqlite:///{tmp_path / 'file' / 'below.sqlite'}")
    assert "LW-0736" in refusal(tmp_path, "--database", "mysql://somewhere/else")
    assert "LW-0816" in refusal(tmp_path, "--policy", str(tmp_path / "none.toml"))


def test_a_database_that_somebody_else_holds_is_said_in_a_sentence(tmp_path):
    Record(default_url(tmp_path)).close()
    held = sqlite3.connect(tmp_path / "record.sqlite", isolation_level=None)
    held.execute("begin immediate")
    begun = time.monotonic()
    assert "LW-0721" in refusal(tmp_path)
    assert time.monotonic() - begun < 40
    held.close()


@pytest.mark.parametrize(
    "url",
    ["ward.example", "ftp://ward.example", "http://ward.example", "https://", "https://ward.example/leeward", "https://ward.example?x=1",
     "https://me:secret@ward.example", "https://ward.example:99999", "https://ward.example:0", "javascript:alert(1)"],
)  # fmt: skip
def test_a_public_address_that_cannot_be_one_is_refused(url):
    with pytest.raises(BadInput) as refused:
        check_reach(Serving(home="", public_url=url))
    assert refused.value.problems[0].code == "LW-0815"


def test_launches_are_served_by_one_process():
    with pytest.raises(BadInput) as refused:
        check_reach(Serving(home="", ehr_file="ehr.toml", workers=2))
    assert refused.value.problems[0].code == "LW-0817"
    check_reach(Serving(home="", ehr_file="ehr.toml"))


def test_nobody_is_reached_from_elsewhere_without_tls():
    with pytest.raises(BadInput) as refused:
        check_reach(Serving(home="", host="0.0.0.0"))
    assert refused.value.problems[0].code == "LW-0811"
    for url in ("https://ward.example", "https://ward.example:8443", "http://127.0.0.1:8642", "http://[::1]:8642"):
        check_reach(Serving(home="", host="0.0.0.0", public_url=url))
