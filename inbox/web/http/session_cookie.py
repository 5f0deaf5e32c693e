"""The cookies of browsers, of a session and of a device: their names and attributes, by how a
request came.

By https it has the prefix ``__Host-``: a browser then takes it from nobody but this very host, and
gives it to nobody else. Only ``server`` knows whom to believe that it was https (``trust_proxy``).
"""

from typing import Final

from litestar import Response
from litestar.datastructures import Cookie
from litestar.types import Message, Send

from inbox.access import devices, sessions
from inbox.domain.times import SECOND, Micros
from inbox.web.context import AnyConnection, app_of

NAME: Final = "inbox_session"
DEVICE: Final = "inbox_device"
PREFIX: Final = "__Host-"
BY_HTTPS: Final = f"{PREFIX}{NAME}"


def by_https(connection: AnyConnection) -> bool:
    """Whether this request came by https, to us or to a proxy that we believe."""
    return connection.scope.get("scheme") in ("https", "wss")


def _secure(connection: AnyConnection) -> bool:
    """Or people are known to come by https alone, also where the proxy says nothing of it."""
    return by_https(connection) or app_of(connection).public_url.startswith("https:")


def is_lost(connection: AnyConnection) -> bool:
    """Whether this browser would not keep it: it came by http, where people come by https.

    A proxy that we do not believe may have taken the https away; what it says counts for this.
    """
    forwarded = connection.headers.get("x-forwarded-proto", "http")
    return _secure(connection) and not by_https(connection) and forwarded == "http"


def read(connection: AnyConnection) -> str | None:
    """The session's token."""
    return connection.cookies.get(_named(connection, NAME))


def read_device(connection: AnyConnection) -> str | None:
    """What ``access/devices.py`` signed for this browser."""
    return connection.cookies.get(_named(connection, DEVICE))


def _named(connection: AnyConnection, name: str) -> str:
    return f"{PREFIX}{name}" if _secure(connection) else name


def give(connection: AnyConnection, answer: Response[object], token: str, device: str) -> None:
    answer.set_cookie(_cookie(connection, NAME, token, sessions.LIFETIME))
    answer.set_cookie(_cookie(connection, DEVICE, device, devices.LIFETIME))


def take_back(connection: AnyConnection, answer: Response[object]) -> None:
    answer.set_cookie(_cookie(connection, NAME, "", 0))


def _cookie(connection: AnyConnection, name: str, token: str, lifetime: Micros) -> Cookie:
    return Cookie(
        key=_named(connection, name),
        value=token,
        max_age=lifetime // SECOND,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_secure(connection),
    )


def given_again(connection: AnyConnection, send: Send) -> Send:
    """Answers with the cookie that came, for as long as a new one lasts."""
    cookie = _cookie(connection, NAME, read(connection) or "", sessions.LIFETIME)
    header = (b"set-cookie", cookie.to_header(header="").encode("latin-1"))

    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = [name.lower() for name, _ in message["headers"]]
            if b"set-cookie" not in present:  # who signs out or in meanwhile has another
                message["headers"] = [*message["headers"], header]
        await send(message)

    return with_cookie
