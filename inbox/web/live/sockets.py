"""``/ws``: the feed over a WebSocket (the contract is docs/feed.md)."""

import asyncio
import json
from contextlib import suppress
from typing import Final

from litestar import websocket

from inbox.access import sessions, tokens
from inbox.domain.language import speaking
from inbox.languages.choosing import language_chosen
from inbox.web.context import AppContext, app_of
from inbox.web.http import session_cookie
from inbox.web.http.guard import UNBROWSED, bearer_token, own_origin
from inbox.web.http.quota import spend_one
from inbox.web.live.admission import Admission, by_feed_token, settled
from inbox.web.live.endings import LAGGING, LEFT, NOT_TO_READ, SIGNED_OUT, ending
from inbox.web.live.frame_writer import Socket
from inbox.web.live.listener import Listener

AUTH_SECONDS: Final = 5


@websocket("/ws", opt=UNBROWSED)
async def feed_socket(socket: Socket) -> None:
    """Accepted before it is refused: a refusal before looks to a browser like a dead network."""
    await socket.accept()
    at = app_of(socket)
    try:
        admission = await _identify(at, socket)
        if admission is None:
            await socket.close(SIGNED_OUT, "sign in first")
            return
        if wait := spend_one(at, admission.principal)[0]:
            await socket.close(LAGGING, f"too many requests: come again in {wait} s")
            return
        if not admission.principal.has("read"):
            await socket.close(SIGNED_OUT, NOT_TO_READ)
            return
        with speaking(language_chosen(socket.query_params.get("language"))):
            await Listener(at, socket, admission).serve()
    except Exception as raised:
        if (told := ending(at.hub, raised)) is not None:
            with suppress(*LEFT):
                await socket.close(*told)


async def _identify(at: AppContext, socket: Socket) -> Admission | None:
    """By cookie from our own pages, by token in header or address, or by a first frame.

    An address ends in logs: a token that lasts is not looked at there.
    """
    if (bearer := bearer_token(socket)) is not None:
        return await _by_any_token(at, bearer)
    if (token := socket.query_params.get("token")) is not None:
        return await by_feed_token(at, token)
    if cookie := session_cookie.read(socket):
        # Cookies come with sockets that any site opens: only our own pages may use them.
        if not own_origin(socket, absent=False):
            return None
        return await settled(at, sessions.find, cookie, at.now())
    proof = await _first_frame(socket)
    return await _by_any_token(at, proof) if proof else None


async def _first_frame(socket: Socket) -> str | None:
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            frame = json.loads(await socket.receive_text())
            return str(frame["payload"]["token"])
    except (TimeoutError, ValueError, LookupError, TypeError, RecursionError):
        return None


async def _by_any_token(at: AppContext, token: str) -> Admission | None:
    return await by_feed_token(at, token) or await settled(at, tokens.find, token, at.now())


HANDLERS = [feed_socket]
