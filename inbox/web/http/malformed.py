"""Requests whose ``Host`` or ``Origin`` is none: refused before anybody takes it apart.

Everything behind here may believe that both have a form that URLs are made of.
"""

import logging
import re
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Scope, Send

from inbox.domain.language import _
from inbox.web.http.headers import NO_STORE

log = logging.getLogger(__name__)

_PLACE: Final = rb"(?:[A-Za-z0-9._~%!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?"
_HOST: Final = re.compile(_PLACE + rb"|")
_ORIGIN: Final = re.compile(rb"null|[A-Za-z][A-Za-z0-9+.-]*://" + _PLACE)
_BRACKETED: Final = re.compile(rb"\[(?=[^\]]*:)[^\]]+\]")
_LARGEST_PORT: Final = 65535


def well_formed(app: ASGIApp) -> ASGIApp:
    """``app``, behind a 400 for what makes no sense."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        wrong = _wrong_header(scope["headers"])
        if wrong is None:
            await app(scope, receive, send)
            return
        log.info("request malformed", extra={"header": wrong})
        await _answer(scope, send, _("The header %(name)s makes no sense.", name=wrong))

    return handle


def _wrong_header(headers: Any) -> str | None:
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
            if hosts > 1 or not _HOST.fullmatch(value) or not _sound(value):
                return "Host"
        elif name == b"origin" and not (_ORIGIN.fullmatch(value) and _sound(value)):
            return "Origin"
    return None


def _sound(place: bytes) -> bool:
    """What a pattern does not tell: a port that there is, an address in brackets that is one."""
    if b"[" in place and not _BRACKETED.search(place):
        return False
    port = place.rpartition(b":")[2]
    return not port.isdigit() or int(port) <= _LARGEST_PORT


async def _answer(scope: Any, send: Any, words: str) -> None:
    """Also for who wants a WebSocket, where the server can say it."""
    body = words.encode()
    kind = "http.response"
    if scope["type"] == "websocket":
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 1008, "reason": words})
            return
        kind = "websocket.http.response"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        NO_STORE,
    ]
    await send({"type": f"{kind}.start", "status": 400, "headers": headers})
    await send({"type": f"{kind}.body", "body": body, "more_body": False})
