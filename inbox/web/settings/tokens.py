"""Settings: API tokens, for programs."""

from typing import Final, TypedDict

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import tokens
from inbox.access.changing import Unchanged
from inbox.access.principal import Role
from inbox.access.tokens import Token
from inbox.domain.errors import Invalid
from inbox.domain.times import DAY, iso
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.settings.sees import chosen_channels, named_channels

Request = HTMXRequest


LASTING: Final = {"30": 30 * DAY, "90": 90 * DAY, "365": 365 * DAY}
"""What the form offers, beside no end at all."""


class ShownToken(TypedDict):
    id: str
    name: str
    role: Role
    owner: str | None
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    channels: int | None


def _shape(token: Token) -> ShownToken:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.principal.role,
        "owner": token.owner,
        "created_at": iso(token.created_at),
        "expires_at": None if token.expires_at is None else iso(token.expires_at),
        "last_used_at": None if token.last_used_at is None else iso(token.last_used_at),
        "channels": None if token.reach.channels is None else len(token.reach.channels),
    }


async def _page(
    request: Request,
    *,
    status: int = 200,
    fresh: str | None = None,
    problems: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    seen: list[str] | None = None,
) -> HTMXTemplate:
    at = app_of(request)
    found = await at.database.read(tokens.listing, at.now())
    return own_page(
        request,
        "settings/tokens.html",
        status,
        tokens=[_shape(token) for token in found],
        fresh=fresh,
        problems=problems or {},
        values=values or {},
        seen=seen,
        channels=named_channels(at),
    )


@get("/settings/tokens", opt=ADMIN, include_in_schema=False)
async def token_list(request: Request) -> HTMXTemplate:
    return await _page(request)


@post("/settings/tokens", opt=ADMIN, status_code=200, include_in_schema=False)
async def add_token(request: Request) -> HTMXTemplate:
    at, form = app_of(request), await request.form()
    values = {name: str(form.get(name) or "") for name in ("name", "role", "days")}
    owner, days = me(request).id, LASTING.get(values["days"])
    until = None if days is None else at.now() + days
    seen = chosen_channels(form)
    wanted = None if isinstance(seen, Unchanged) else seen
    try:
        _, plain = await at.database.write(
            tokens.add, values["name"], values["role"], at.now(), owner, until, wanted
        )
    except Invalid as wrong:
        problems = {wrong.field: str(wrong)}
        return await _page(request, status=422, values=values, problems=problems, seen=wanted)
    return await _page(request, fresh=plain)


@post("/settings/tokens/{token_id:str}/revoke", opt=ADMIN, include_in_schema=False, status_code=303)
async def revoke_token(request: Request, token_id: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(tokens.revoke, token_id, at.now())
    return to("/settings/tokens")


HANDLERS = [token_list, add_token, revoke_token]
