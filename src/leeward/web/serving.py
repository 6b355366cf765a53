"""Starting the server: the record opened, the demo filled, the first link made, the house composed, uvicorn run."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from inspect import signature
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from starlette.applications import Starlette

from leeward.errors import BadInput
from leeward.hooks.trust import Trust, read_trust
from leeward.knowledge import Policy, load_knowledge, read_policy
from leeward.record.people import people_of
from leeward.record.sessions import first_administrator_link
from leeward.record.storage import Record, default_url
from leeward.signing import signed_by
from leeward.smart.proving import public_keys
from leeward.smart.registered import RecordSystems, read_registered
from leeward.ward.demo import STAFF, fill
from leeward.ward.state import Ward
from leeward.web.connections import IDLE, BoundedConnection
from leeward.web.house import House, local_now

if TYPE_CHECKING:
    from leeward.products.recalls.register import Register

TOLD_BY = "LEEWARD_SERVING"
"""The variable by which a worker process is told what to serve."""

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")

OPTIONS: dict[str, Any] = {
    "access_log": False,  # addresses hold ids of patients
    "log_level": "warning",
    "server_header": False,
    "date_header": False,
    "http": BoundedConnection,
    "ws": "none",
    "lifespan": "on",
    "timeout_keep_alive": IDLE,
    "timeout_graceful_shutdown": 10,
    "h11_max_incomplete_event_size": 32_768,
}
"""How uvicorn serves: a slow or endless request holds its connection, no thread, and that for a bounded time.

`lifespan` lets the application bound its threads (`app.THREADS`).
"""


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """How a server was asked to run."""

    home: str
    demo: bool = False
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8642
    public_url: str = ""
    workers: int = 1
    policy_file: str = ""
    trust_file: str = ""
    ehr_file: str = ""
    signals: str = ""
    """Another data folder, whose reports of adverse events are shown; empty for that of the home."""


def house_of(serving: Serving, record: Record) -> House:
    """The house that a server works with."""
    knowledge, folder = load_knowledge(), Path(serving.home)
    ward = Ward(
        record,
        knowledge,
        signed_by=signed_by(knowledge, folder),
        register=_register(folder),
        base_policy=_policy(serving.policy_file),
    )
    named = [urlsplit(serving.public_url).hostname] if serving.public_url else []
    return House(
        record=record,
        ward=ward,
        knowledge=knowledge,
        demo=serving.demo,
        signals=Path(serving.signals or serving.home),
        public_url=serving.public_url,
        trust=read_trust(Path(serving.trust_file)) if serving.trust_file else Trust(),
        record_systems=read_registered(Path(serving.ehr_file)) if serving.ehr_file else RecordSystems(),
        allowed_hosts=tuple(name.lower() for name in (*LOOPBACK, serving.host, *named) if name),
    )


def _register(folder: Path) -> Callable[[], Register]:
    def opened() -> Register:
        from leeward.products.recalls.register import open_register

        return open_register(folder, load_knowledge(), whatever=True)

    return opened


def _policy(file: str) -> Policy | None:
    if not file:
        return None
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadInput.one(
            "LW-0816", "--policy", f"The policy file cannot be read: {why}.", "Name a TOML file in UTF-8."
        ) from None
    return read_policy(text, load_knowledge())


def worker() -> Starlette:
    """The application of one worker process, told by the environment what to serve."""
    from leeward.web.app import app_of

    serving = msgspec.json.decode(os.environ[TOLD_BY], type=Serving)
    return app_of(house_of(serving, Record(serving.database, create=False)))


def serve(serving: Serving, say: Callable[[str], None], *, open_browser: bool = False) -> None:
    """Run until it is stopped by Ctrl-C or told to end; what a demo made is then gone.

    Raises BadInput and RecordTrouble for what cannot be served, before anything is.
    """
    check_reach(serving)
    _policy(serving.policy_file)
    if serving.trust_file:
        read_trust(Path(serving.trust_file))
    if serving.ehr_file:
        public_keys(read_registered(Path(serving.ehr_file)))
    with _ends_when_told(), ExitStack() as until_stopped:
        listening = until_stopped.enter_context(_listening(serving))
        database = serving.database
        if serving.demo and not database:
            folder = until_stopped.enter_context(tempfile.TemporaryDirectory(prefix="leeward-demo-"))
            database = default_url(Path(folder))
        serving = msgspec.structs.replace(serving, database=database or default_url(Path(serving.home)))
        record = until_stopped.enter_context(Record(serving.database))
        address = serving.public_url or f"http://{_in_address(serving.host)}:{listening.getsockname()[1]}"
        _first_steps(serving, record, address, say)
        if open_browser and _has_display():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        _run(serving, record, listening)


def _run(serving: Serving, record: Record, listening: socket.socket) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from leeward.web.app import app_of

    # Without a proxy nobody is believed who says that they speak for somebody else.
    options: dict[str, Any] = OPTIONS | {
        "proxy_headers": bool(serving.public_url),
        "forwarded_allow_ips": ["127.0.0.1", "::1"],
    }
    if serving.workers == 1:
        config = uvicorn.Config(app_of(house_of(serving, record)), **options)
        uvicorn.Server(config).run(sockets=[listening])
        return
    record.close()
    os.environ[TOLD_BY] = msgspec.json.encode(serving).decode()
    config = uvicorn.Config("leeward.web.serving:worker", factory=True, workers=serving.workers, **options)
    # Older versions of uvicorn ask what each process is to run; newer ones know.
    asked = {"target": uvicorn.Server(config).run} if "target" in signature(Multiprocess).parameters else {}
    Multiprocess(config, sockets=[listening], **asked).run()


class _ToldToEnd(BaseException):
    """Somebody ended the server: not an error."""


@contextmanager
def _ends_when_told() -> Generator[None, None, None]:
    """Leave the block in order at Ctrl-C and at the signals that end a process, so that what was made is taken away."""

    def told(signal_number: int, frame: FrameType | None) -> None:
        for one in ending:  # a second Ctrl-C does not keep from tidying up
            signal.signal(one, signal.SIG_IGN)
        raise _ToldToEnd

    ending = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {one: signal.signal(one, told) for one in ending}
    try:
        yield
    except _ToldToEnd:
        pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def check_reach(serving: Serving) -> None:
    """Whether it may be reached as was asked: from elsewhere only over TLS. Raises BadInput."""
    if serving.host not in LOOPBACK and not serving.public_url:
        says = "Others could reach this server, and passwords would cross the network in the open."
        mend = "Put a proxy with TLS before it and give its address as --public-url."
        raise BadInput.one("LW-0811", "--host", says, mend)
    if serving.ehr_file and serving.workers > 1:
        says = "A launch from a record system is held in the memory of one process."
        raise BadInput.one("LW-0817", "--workers", says, "Leave --workers out where --ehr is given.")
    if not serving.public_url:
        return
    mend = "Write https://ward.example, without anything behind the name."
    try:
        parts = urlsplit(serving.public_url)
        named, port = parts.hostname, parts.port
    except ValueError:
        named, port, parts = None, None, urlsplit("")
    besides = parts.path or parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in ("http", "https") or not named or besides or port == 0 or not named.isascii():
        raise BadInput.one("LW-0815", "--public-url", "This is not the address of a server.", mend)
    if parts.scheme == "http" and named not in ("127.0.0.1", "localhost", "::1"):
        says = "By http passwords would cross the network in the open."
        raise BadInput.one("LW-0815", "--public-url", says, mend)


def _listening(serving: Serving) -> socket.socket:
    host = serving.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that an answer is sent at once: asyncio turns Nagle's delay off for nothing else.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, serving.port))
        made.listen(2048)  # now, so that two servers never share a port, and a browser that is early waits
    except (OSError, UnicodeError) as error:
        made.close()
        why = (isinstance(error, OSError) and error.strerror) or "this is no address"
        says = f"Nothing can listen at {serving.host} port {serving.port}: {why}."
        raise BadInput.one("LW-0812", "--port", says, "Stop what listens there, or choose another --port.") from None
    made.set_inheritable(True)
    return made


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _has_display() -> bool:
    """Whether somebody sits before this machine: a terminal, and a screen on which a browser can open."""
    screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen) and sys.stdout.isatty()


def is_demo(record: Record) -> bool:
    """Whether the record was begun as a demo ward: everybody knows the password of its staff."""
    first = next(iter(record.entries(kinds=["person"])), None)
    return first is not None and first.by == "system" and first.id in {f"demo-{one.id}" for one in STAFF}


def _first_steps(serving: Serving, record: Record, address: str, say: Callable[[str], None]) -> None:
    """What is done and said before the first page: demo people, or the link for the first administrator."""
    now, demo = local_now(), is_demo(record)
    if serving.demo and record.last_number() == 0:
        say("Making a demo ward; every person in it is made up ...")
        fill(record, now)
    elif serving.demo and not demo:
        says = "This record is of real people. In a demo anybody signs in as anybody."
        raise BadInput.one("LW-0813", "--demo", says, "Leave --demo out, or leave --database out for a new demo ward.")
    elif demo and not serving.demo:
        says = "This record is of a demo ward, and everybody knows its passwords."
        raise BadInput.one("LW-0814", "--database", says, "Give --demo, or name another record.")
    people = people_of(record.entries(kinds=["person"]))
    link = None if serving.demo else first_administrator_link(record.engine, people, now=now)
    if link:
        say("Nobody can sign in yet. Open this once, within the hour, to become the first administrator:")
        say(f"  {address}/first/{link}")
    say(f"Leeward is open at {address}  (stop with Ctrl-C)")
