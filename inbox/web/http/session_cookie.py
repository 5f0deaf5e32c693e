"""The cookie of a signed-in browser: its name and its attributes, by how the request came.

By https it has the prefix ``__Host-``: a browser then takes it from nobody but this very host, and
gives it to nobody else. Only ``server`` knows whom to believe that it was https (``trust_proxy``).
"""

from typing import Final

from litestar import Response
from litestar.datastructures import Cookie
from litestar.types import Message, Send

from inbox.access import sessions
from inbox.domain.times import SECOND
from inbox.web.context import AnyConnection, app_of

NAME: Final = "inbox_session"
BY_HTTPS: Final = f"__Host-{NAME}"


def by_https(connection: AnyConnection) -> bool:
    """Whether this request came by https, to us or to a proxy that we believe."""
    return connection.scope.get("scheme") in ("https", "wss")


def _secure(connection: AnyConnection) -> bool:
    """Or people are known to come by https alone, also where the proxy says nothing of it."""
    return by_https(connection) or app_of(connection).public_url.startswith("https:")


def read(connection: AnyConnection) -> str | None:
    """The session's token."""
    return connection.cookies.get(_name(connection))


def _name(connection: AnyConnection) -> str:
    return BY_HTTPS if _secure(connection) else NAME


def give(connection: AnyConnection, answer: Response[object], token: str) -> None:
    answer.set_cookie(_cookie(connection, token, sessions.LIFETIME // SECOND))


def take_back(connection: AnyConnection, answer: Response[object]) -> None:
    answer.set_cookie(_cookie(connection, "", 0))


def _cookie(connection: AnyConnection, token: str, seconds: int) -> Cookie:
    return Cookie(
        key=_name(connection),
        value=token,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_secure(connection),
    )


def given_again(connection: AnyConnection, send: Send) -> Send:
    """Answers with the cookie that came, for as long as a new one lasts."""
    cookie = _cookie(connection, read(connection) or "", sessions.LIFETIME // SECOND)
    header = (b"set-cookie", cookie.to_header(header="").encode("latin-1"))

    async def with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = [name.lower() for name, _ in message["headers"]]
            if b"set-cookie" not in present:  # who signs out or in meanwhile has another
                message["headers"] = [*message["headers"], header]
        await send(message)

    return with_cookie
