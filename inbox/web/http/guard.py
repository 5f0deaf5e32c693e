"""Who may come in: every route says whom it is for, and a route that says nothing is shut."""

from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import (
    ClientException,
    MethodNotAllowedException,
    NotAuthorizedException,
    PermissionDeniedException,
)
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from inbox.access import sessions, tokens
from inbox.access.principal import Principal
from inbox.domain.language import _
from inbox.storage.database import FAULTS
from inbox.web.context import AnyConnection, AppContext, app_of, whoever
from inbox.web.http import session_cookie
from inbox.web.http.quota import keep_to_quota, telling_quota
from inbox.web.http.reaching import keep_within_reach
from inbox.web.http.scopes import keep_to_scopes
from inbox.web.http.spoken import answer_as_chosen

# What a route's ``opt`` says. Programs (tokens) reach the API only, and files.
PUBLIC: Final = {"access": "public"}
AGENT: Final = {"access": "agent"}
SUPERVISOR: Final = {"access": "supervisor"}
ADMIN: Final = {"access": "admin"}
UNBROWSED: Final = {"access": "public", "browsed": False}
"""For programs that come with a proof of their own: webhooks, our own command line."""

_PROGRAMS: Final = ("/api/v1/", "/media/", "/openapi.json", "/asyncapi.json")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guarded(ASGIMiddleware):
    """Before every route. Not one of Litestar's guards: they copy the handler at each call."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        # Webhooks come by the thousand and prove themselves: nothing is asked about them here.
        if handler.opt.get("access") != "public" or handler.opt.get("browsed", True):
            connection: AnyConnection = ASGIConnection(scope)
            await guard(connection, handler)
            send = telling_quota(connection, prolonged(connection, send))
        await next_app(scope, receive, send)


async def guard(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Find out who asks and let in whom the route is for; raises 401, 403, 429 or, for what they do
    not see, 404."""
    access = handler.opt.get("access")
    if "\x00" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        # PostgreSQL refuses it in any text, and nothing of ours is called so.
        raise ClientException(_("An address cannot hold the character NUL."))
    if access is None:
        if connection.scope.get("method") == "OPTIONS":
            # Litestar adds it to every address. No other site has business here: no CORS.
            raise MethodNotAllowedException(headers={"Allow": _methods(connection)})
        raise PermissionDeniedException(_("This address is not open to anybody."))
    if handler.opt.get("browsed", True):
        refuse_other_sites(connection)
    if access == "public":
        return
    principal = await identify(connection)
    if principal is None:
        raise NotAuthorizedException(_("Sign in first."))
    connection.scope["user"] = principal
    answer_as_chosen(principal)
    keep_to_quota(app_of(connection), connection, principal)
    if not principal.allows(access):
        raise PermissionDeniedException(
            _("Only an admin may do this.")
            if access == "admin"
            else _("Only a supervisor or an admin may do this.")
        )
    keep_to_scopes(principal, handler, str(connection.scope.get("method", "")))
    await keep_within_reach(connection)


def _methods(connection: AnyConnection) -> str:
    """What can be done at this address."""
    template = connection.scope["path_template"]
    for route in connection.app.routes:
        if isinstance(route, HTTPRoute) and route.path_format == template:
            return ", ".join(sorted(route.methods - {"OPTIONS"}))
    return ""


async def identify(connection: AnyConnection) -> Principal | None:
    """Who comes with this cookie or bearer token; nobody if neither is good."""
    at = app_of(connection)
    bearer = bearer_token(connection)
    if bearer is not None:
        if not connection.url.path.startswith(_PROGRAMS):
            return None
        return await by_token(at, bearer)
    cookie = session_cookie.read(connection)
    return await at.database.read(sessions.find, cookie, at.now()) if cookie else None


async def by_token(at: AppContext, token: str) -> Principal | None:
    principal = await at.database.read(tokens.find, token, at.now())
    if principal is not None:
        at.token_uses.note(principal.id)
    return principal


def prolonged(connection: AnyConnection, send: Send) -> Send:
    """A session that is in use goes on: in the database, and in the browser that came with it."""
    at, who = app_of(connection), whoever(connection)
    if who is None or who.session is None or not sessions.is_due(who, at.now()):
        return send
    at.later(_prolong(at, who.session))
    return session_cookie.given_again(connection, send)


async def _prolong(at: AppContext, session: str) -> None:
    # A database that cannot be written to keeps nobody from reading; the next request tries again.
    with suppress(*FAULTS):
        await at.database.write(sessions.prolong, session, at.now())


def bearer_token(connection: AnyConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def refuse_other_sites(connection: AnyConnection) -> None:
    """No other site may make a browser act here with the cookie of who sits before it."""
    origin = connection.headers.get("origin")
    if origin in app_of(connection).settings.cors_origins and bearer_token(connection) is not None:
        return  # by a token that the site was given: the browser adds nothing of its own
    if str(connection.scope.get("method", "GET")) not in _SAFE and not same_site(connection):
        raise PermissionDeniedException(
            _("This came from another site; open the inbox and try again.")
        )


def same_site(connection: AnyConnection) -> bool:
    """Whether a browser says the request is from our own pages; programs say nothing."""
    fetch_site = connection.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    return own_origin(connection, absent=True)


def own_origin(connection: AnyConnection, *, absent: bool) -> bool:
    """Whether ``Origin`` is where this request went to; ``absent``: the answer without one."""
    origin = connection.headers.get("origin")
    if origin is None:
        return absent
    return urlsplit(origin).netloc == connection.headers.get("host", "")
