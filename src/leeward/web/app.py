"""The server composed: pages by their table, static files, headers."""

from __future__ import annotations

import gc
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import resources
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from leeward.web import openapi
from leeward.web.cds_hooks import Endpoints
from leeward.web.fhir_facade import Facade
from leeward.web.guard import Door, came_from
from leeward.web.headers import Headed, refused_for_a_program
from leeward.web.house import House
from leeward.web.table import PAGES
from leeward.web.templates import render


def app_of(house: House) -> Starlette:
    """The application of a house."""
    house.ward.catch_up()

    async def nothing_here(request: Request, _: Exception) -> Response:
        says = "There is nothing at this address by this method."
        program = refused_for_a_program(str(request.scope["path"]), 404, "not-found", says)
        if program is not None:
            return program
        said: dict[str, Any] = {
            "status": 404,
            "says": "There is no page at this address.",
            "mend": "Go back to the board.",
            "typed": {},
            "back": [(came, "Back to where you came from")] if (came := came_from(request)) else (),
        }
        html = await run_in_threadpool(render, "refused.html", said, None, house)
        return Response(html, 404, media_type="text/html; charset=utf-8")

    routes = [Route(page.path, _endpoint(Door(house, page)), methods=["GET", "POST"]) for page in PAGES]
    static = StaticFiles(directory=str(resources.files("leeward.web") / "static"))
    return Starlette(
        lifespan=_few_threads,
        routes=[
            *routes,
            *Endpoints(house).routes(),
            *Facade(house).routes(),
            Route(openapi.PATH, openapi.served(house.knowledge)),
            Mount("/static", static),
        ],
        middleware=[Middleware(Headed, hosts=house.allowed_hosts, secure=house.secure)],
        exception_handlers={404: nothing_here, 405: nothing_here},
    )


THREADS = 8
"""Pages answered at once by one process. They compute more than they wait, and Python computes one at a time."""


GARBAGE_AFTER = 20_000
"""Objects made before the youngest are looked through; a page makes some thousands, and nearly all are gone with it."""


@asynccontextmanager
async def _few_threads(_: Starlette) -> AsyncGenerator[None, None]:
    current_default_thread_limiter().total_tokens = THREADS
    # The ward stays in memory as long as the server runs: looking it through for garbage would only hold pages up.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 20, 50)
    yield


def _endpoint(door: Door) -> Callable[[Request], Awaitable[Response]]:
    """A door as a route takes it: a function of a request."""

    async def endpoint(request: Request) -> Response:
        return await door(request)

    return endpoint
