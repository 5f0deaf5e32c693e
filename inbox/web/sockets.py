"""``/ws``: the feed over a WebSocket (the contract is docs/feed.md)."""

import asyncio
import json
from typing import Final

from litestar import websocket
from litestar.exceptions import WebSocketDisconnect

from inbox.access import feed_tokens, sessions
from inbox.access.principal import Principal
from inbox.web.guard import COOKIE, UNBROWSED, bearer_token, by_token, own_origin
from inbox.web.house import House, house
from inbox.web.listener import Listener
from inbox.web.outlet import Socket

AUTH_SECONDS: Final = 5

SIGNED_OUT: Final = 4401


@websocket("/ws", opt=UNBROWSED)
async def feed_socket(socket: Socket) -> None:
    """Accepted before it is refused: a refusal before looks to a browser like a dead network."""
    await socket.accept()
    at = house(socket)
    try:
        principal = await _identify(at, socket)
        if principal is None:
            await socket.close(SIGNED_OUT, "sign in first")
            return
        await Listener(at, socket, principal).serve()
    except WebSocketDisconnect:
        pass


async def _identify(at: House, socket: Socket) -> Principal | None:
    """By cookie from our own pages, by token in header or address, or by a first frame."""
    token = bearer_token(socket) or socket.query_params.get("token")
    if token:
        return await _by_any_token(at, token)
    cookie = socket.cookies.get(COOKIE)
    if cookie:
        # Cookies come with sockets that any site opens: only our own pages may use them.
        if not own_origin(socket, absent=False):
            return None
        return await at.database.read(sessions.find, cookie, at.now())
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            frame = json.loads(await socket.receive_text())
            return await _by_any_token(at, str(frame["payload"]["token"]))
    except (TimeoutError, ValueError, LookupError, TypeError, RecursionError):
        return None


async def _by_any_token(at: House, token: str) -> Principal | None:
    subject = at.feed_tokens.read(token, at.now())
    if subject is not None:
        principal = await at.database.read(feed_tokens.principal, subject)
        if principal is not None and principal.kind == "token":
            at.token_uses.note(principal.id)
        return principal
    return await by_token(at, token)


HANDLERS = [feed_socket]
