"""How many requests a minute a token has, and how much of that is left: told by every answer.

The words are those of the IETF's draft "RateLimit header fields for HTTP" (10). A socket, a stream
or a long poll is one request, however long it lasts. People in a browser are not counted.
"""

from math import ceil
from time import monotonic
from typing import Final

from litestar.exceptions import TooManyRequestsException
from litestar.types import Message, Send

from inbox.access.principal import Principal
from inbox.domain.language import ngettext
from inbox.web.context import AnyConnection, AppContext

MINUTE_SECONDS: Final = 60
POLICY: Final = "token"
STATE: Final = "quota"
"""Where in the request's state the headers stand."""


class TooManyRequests(TooManyRequestsException):
    """The token has asked for all that it may for now. ``wait``: seconds."""

    def __init__(self, wait: int) -> None:
        words = ngettext(
            "This token has asked too often: go on in %(num)s second.",
            "This token has asked too often: go on in %(num)s seconds.",
            wait,
        )
        super().__init__(words, headers={"Retry-After": str(wait)})


def spend_one(at: AppContext, who: Principal) -> tuple[int, dict[str, str]]:
    """Whole seconds to wait, 0 for none, and the headers that say how much is left."""
    most = at.settings.api_rate
    if who.kind != "token" or not most:
        return 0, {}
    rate, now = most / MINUTE_SECONDS, monotonic()
    wait = at.quotas.wait(who.id, rate, most, now)
    left = 0 if wait else at.quotas.left(who.id, rate, most, now)
    whole = ceil(at.quotas.until_whole(who.id, now))
    return ceil(wait), {
        "RateLimit-Policy": f'"{POLICY}";q={most};w={MINUTE_SECONDS}',
        "RateLimit": f'"{POLICY}";r={left};t={whole}',
    }


def keep_to_quota(at: AppContext, connection: AnyConnection, who: Principal) -> None:
    """Raises ``TooManyRequests``."""
    wait, headers = spend_one(at, who)
    connection.state[STATE] = headers
    if wait:
        raise TooManyRequests(wait)


def quota_headers(connection: AnyConnection) -> dict[str, str]:
    """What this answer has to say of it."""
    return connection.state.get(STATE) or {}


def telling_quota(connection: AnyConnection, send: Send) -> Send:
    told = quota_headers(connection)
    if not told:
        return send
    encoded = [(name.lower().encode(), value.encode()) for name, value in told.items()]

    async def with_quota(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name for name, _ in message["headers"]}
            message["headers"] = [
                *message["headers"],
                *(one for one in encoded if one[0] not in present),
            ]
        await send(message)

    return with_quota
