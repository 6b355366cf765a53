"""The body of a request that is no form: read up to a length, and no further."""

from __future__ import annotations

from starlette.requests import Request


async def whole_body(request: Request, most: int) -> bytes | None:
    """The body, or None where it is larger than `most` bytes, whatever it said of its length."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdecimal() and (len(told) > 12 or int(told) > most):
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)
