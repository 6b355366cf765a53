"""Starting the server: the record opened, the demo filled, the first link made, the house composed, uvicorn run."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from starlette.applications import Starlette

from leeward.errors import BadInput
from leeward.knowledge import Policy, load_knowledge, read_policy
from leeward.record.people import people_of
from leeward.record.sessions import first_administrator_link
from leeward.record.storage import Record, default_url
from leeward.signing import signed_by
from leeward.ward.state import Ward
from leeward.web.house import House, local_now

TOLD_BY = "LEEWARD_SERVING"
"""The variable by which a worker process is told what to serve."""

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


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
        public_url=serving.public_url,
        allowed_hosts=tuple(name for name in (*LOOPBACK, serving.host, *named) if name),
    )


def _register(folder: Path) -> Callable[[], object]:
    def opened() -> object:
        from leeward.products.recalls.register import open_register

        return open_register(folder, load_knowledge(), whatever=True)

    return opened


def _policy(file: str) -> Policy | None:
    return read_policy(Path(file).read_text(), load_knowledge()) if file else None


def worker() -> Starlette:
    """The application of one worker process, told by the environment what to serve."""
    from leeward.web.app import app_of

    serving = msgspec.json.decode(os.environ[TOLD_BY], type=Serving)
    return app_of(house_of(serving, Record(serving.database, create=False)))


def serve(serving: Serving, say: Callable[[str], None]) -> None:
    """Run until it is stopped."""
    import uvicorn

    from leeward.web.app import app_of

    if serving.host not in LOOPBACK and not serving.public_url:
        says = "Others could reach this server, and passwords would cross the network in the open."
        raise BadInput.one(
            "LW-0802", "--host", says, "Put a proxy with TLS before it and give its address as --public-url."
        )
    with ExitStack() as until_stopped:
        database = serving.database
        if serving.demo and not database:
            folder = until_stopped.enter_context(tempfile.TemporaryDirectory(prefix="leeward-demo-"))
            database = default_url(Path(folder))
        elif not database:
            Path(serving.home).mkdir(parents=True, exist_ok=True)
            database = default_url(Path(serving.home))
        serving = msgspec.structs.replace(serving, database=database)
        record = until_stopped.enter_context(Record(database))
        listening = until_stopped.enter_context(_listening(serving))
        address = serving.public_url or f"http://{serving.host}:{listening.getsockname()[1]}"
        _first_steps(serving, record, address, say)
        options = {"log_level": "warning", "access_log": False, "server_header": False, "date_header": False}
        if serving.workers == 1:
            config = uvicorn.Config(app_of(house_of(serving, record)), **options)  # type: ignore[arg-type]
            uvicorn.Server(config).run(sockets=[listening])
        else:
            os.environ[TOLD_BY] = msgspec.json.encode(serving).decode()
            config = uvicorn.Config("leeward.web.serving:worker", factory=True, workers=serving.workers, **options)  # type: ignore[arg-type]
            record.close()
            uvicorn.supervisors.Multiprocess(config, target=uvicorn.Server(config).run, sockets=[listening]).run()


def _listening(serving: Serving) -> socket.socket:
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((serving.host, serving.port))
    except OSError as error:
        made.close()
        says = f"Nothing can listen at {serving.host} port {serving.port}: {error.strerror}."
        raise BadInput.one("LW-0803", "--port", says, "Stop what listens there, or choose another --port.") from None
    made.set_inheritable(True)
    return made


def _first_steps(serving: Serving, record: Record, address: str, say: Callable[[str], None]) -> None:
    """What is done and said before the first page: demo people, or the link for the first administrator."""
    from leeward.ward.demo import fill

    now = local_now()
    if serving.demo:
        if record.last_number() == 0:
            say("Making a demo ward; every person in it is made up ...")
            fill(record, now)
        elif not record.last_number():
            return
    people = people_of(record.entries(kinds=["person"]))
    link = None if serving.demo else first_administrator_link(record.engine, people, now=now)
    if link:
        say(
            f"Nobody can sign in yet. Open this once, within the hour, to become the first administrator:\n  {address}/first/{link}"
        )
    say(f"Leeward is open at {address}  (stop with Ctrl-C)")
