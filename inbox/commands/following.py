"""A client of the feed that never loses its place: it resumes after the last seq it printed."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, NoReturn

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from inbox.domain.language import _
from inbox.server.failure import Failure

SHORTEST, LONGEST = 0.5, 10.0
SIGN_IN_FIRST = 4401


class Follower:
    """``emit`` gets each event as it came, ``say`` what a person should know of the line.

    ``up`` is called as soon as it listens, each time anew.
    """

    def __init__(
        self,
        url: str,
        bearer: Callable[[], str],
        emit: Callable[[str], None],
        say: Callable[[str], None],
        chance: Callable[[], float],
        up: Callable[[], None] = lambda: None,
    ) -> None:
        self._url, self._bearer = url, bearer
        self._emit, self._say, self._chance, self._up = emit, say, chance, up
        self._since: int | None = None
        self._delay = SHORTEST
        self._lost = False

    async def follow(self, since: int | None) -> NoReturn:
        """For ever; raises ``Failure`` when the server will not have us."""
        self._since = since
        while True:
            try:
                await self._listen()
            except ConnectionClosed as closed:
                _refuse(closed.rcvd.code if closed.rcvd else None)
            except InvalidStatus as refused:
                _refuse(refused.response.status_code)
            except (OSError, TimeoutError, InvalidHandshake):
                pass
            await self._pause()

    async def _listen(self) -> None:
        since = "" if self._since is None else f"?since={self._since}"
        headers = {"Authorization": f"Bearer {self._bearer()}"}
        async with connect(
            self._url + since,
            additional_headers=headers,
            compression=None,
            max_size=None,
            proxy=None,
        ) as socket:
            while True:
                self._take(str(await socket.recv(decode=True)))

    def _take(self, text: str) -> None:
        event = json.loads(text)
        kind, seq = str(event.get("type")), event.get("seq")
        if not kind.startswith("feed:"):
            self._emit(text)
            if isinstance(seq, int):
                self._since = seq
            return
        self._heed(kind, seq, event.get("payload"))

    def _heed(self, kind: str, seq: Any, payload: Any) -> None:
        """Control frames: only the start and a gap change our place."""
        if kind == "feed:hello":
            self._delay = SHORTEST
            if self._lost:
                self._say(_("Connected again."))
                self._lost = False
            if self._since is None:
                self._since = int(seq)
            self._up()
        if kind == "feed:resync":
            reason = payload.get("reason") if isinstance(payload, dict) else None
            self._say(
                _(
                    "The server no longer keeps all since %(since)s: %(reason)s.",
                    since=self._since,
                    reason=reason,
                )
            )
            self._since = int(seq)

    async def _pause(self) -> None:
        if not self._lost:
            self._lost = True
            self._say(_("No connection to %(url)s; trying again until there is.", url=self._url))
        await asyncio.sleep(self._delay * (0.5 + self._chance() / 2))
        self._delay = min(self._delay * 2, LONGEST)


def _refuse(code: int | None) -> None:
    """Some answers get no better by asking again: a WebSocket's close code or an HTTP status."""
    if code in (SIGN_IN_FIRST, 401, 403):
        raise Failure(_("The server does not know this token: make one with inbox token add."))
    if code in (404, 405):
        raise Failure(_("There is no feed at this address: check --url."))
