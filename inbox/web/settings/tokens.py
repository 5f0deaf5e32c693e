"""Settings: API tokens, for programs."""

from typing import TypedDict

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import tokens
from inbox.access.principal import Role
from inbox.access.tokens import Token
from inbox.domain.errors import Invalid
from inbox.domain.times import iso
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to

Request = HTMXRequest


class ShownToken(TypedDict):
    id: str
    name: str
    role: Role
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


def _shape(token: Token) -> ShownToken:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role,
        "created_at": iso(token.created_at),
        "last_used_at": None if token.last_used_at is None else iso(token.last_used_at),
        "revoked_at": None,
    }


async def _page(
    request: Request,
    *,
    status: int = 200,
    fresh: str | None = None,
    problems: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
) -> HTMXTemplate:
    found = await app_of(request).database.read(tokens.listing)
    return own_page(
        request,
        "settings/tokens.html",
        status,
        tokens=[_shape(token) for token in found],
        fresh=fresh,
        problems=problems or {},
        values=values or {},
    )


@get("/settings/tokens", opt=ADMIN, include_in_schema=False)
async def token_list(request: Request) -> HTMXTemplate:
    return await _page(request)


@post("/settings/tokens", opt=ADMIN, status_code=200, include_in_schema=False)
async def add_token(request: Request) -> HTMXTemplate:
    at, form = app_of(request), await request.form()
    name, role = str(form.get("name") or ""), str(form.get("role") or "")
    try:
        _, plain = await at.database.write(tokens.add, name, role, at.now())
    except Invalid as wrong:
        values = {"name": name, "role": role}
        problems = {wrong.field: str(wrong)}
        return await _page(request, status=422, values=values, problems=problems)
    return await _page(request, fresh=plain)


@post("/settings/tokens/{token_id:str}/revoke", opt=ADMIN, include_in_schema=False, status_code=303)
async def revoke_token(request: Request, token_id: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(tokens.revoke, token_id, at.now())
    return to("/settings/tokens")


HANDLERS = [token_list, add_token, revoke_token]
