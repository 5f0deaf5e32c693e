"""``/ws``: the feed over a WebSocket (the contract is docs/feed.md)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from litestar import websocket

from inbox.access import feed_tokens, sessions
from inbox.access.principal import Principal
from inbox.feed.news import shut_out_since
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import COOKIE, UNBROWSED, bearer_token, by_token, own_origin
from inbox.web.live.frame_writer import Socket
from inbox.web.live.listener import LEFT, Listener, ending

AUTH_SECONDS: Final = 5

SIGNED_OUT: Final = 4401


@websocket("/ws", opt=UNBROWSED)
async def feed_socket(socket: Socket) -> None:
    """Accepted before it is refused: a refusal before looks to a browser like a dead network."""
    await socket.accept()
    at = app_of(socket)
    try:
        principal = await _identify(at, socket)
        if principal is None:
            await socket.close(SIGNED_OUT, "sign in first")
            return
        await Listener(at, socket, principal).serve()
    except Exception as raised:
        if (told := ending(at.hub, raised)) is not None:
            with suppress(*LEFT):
                await socket.close(*told)


async def _identify(at: AppContext, socket: Socket) -> Principal | None:
    """By cookie from our own pages, by token in header or address, or by a first frame."""
    token = bearer_token(socket) or socket.query_params.get("token")
    cookie = None if token else socket.cookies.get(COOKIE)
    if cookie:
        # Cookies come with sockets that any site opens: only our own pages may use them.
        if not own_origin(socket, absent=False):
            return None
        return await _settled(at, lambda: at.database.read(sessions.find, cookie, at.now()))
    proof = token or await _first_frame(socket)
    return await _settled(at, lambda: _by_any_token(at, proof)) if proof else None


async def _first_frame(socket: Socket) -> str | None:
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            frame = json.loads(await socket.receive_text())
            return str(frame["payload"]["token"])
    except (TimeoutError, ValueError, LookupError, TypeError, RecursionError):
        return None


async def _settled(
    at: AppContext, find: Callable[[], Awaitable[Principal | None]]
) -> Principal | None:
    """Who that is.

    Asked again if it was taken away while we asked: the news went to the sockets that were there,
    and this one is not among them yet.
    """
    while True:
        heard = at.hub.head
        who = await find()
        if who is None or not shut_out_since(at.hub.ring, heard, who.kind, who.id, who.session):
            return who


async def _by_any_token(at: AppContext, token: str) -> Principal | None:
    subject = at.feed_tokens.read(token, at.now())
    if subject is not None:
        principal = await at.database.read(feed_tokens.principal, subject)
        if principal is not None and principal.kind == "token":
            at.token_uses.note(principal.id)
        return principal
    return await by_token(at, token)


HANDLERS = [feed_socket]
