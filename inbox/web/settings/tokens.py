"""Settings: API tokens, for programs."""

from typing import Any, Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import tokens
from inbox.access.changing import Unchanged
from inbox.access.scopes import MEANINGS
from inbox.access.tokens import Token
from inbox.domain.errors import Invalid
from inbox.domain.text import scrub
from inbox.domain.times import DAY
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.settings.sees import chosen_channels, named_channels

Request = HTMXRequest


LIST: Final = "/settings/tokens"
LASTING: Final = {"30": 30 * DAY, "90": 90 * DAY, "365": 365 * DAY}
"""What the form offers, beside no end at all."""


def chosen_scopes(form: Any) -> list[str] | None:
    """None: all there are."""
    if form.get("uses") != "some":
        return None
    return [scrub(str(one)) for one in form.getall("scope", [])]


def _commands(address: str, token: str) -> dict[str, str]:
    """To be copied into a terminal."""
    bearer, kept = (f'-H "Authorization: Bearer {one}"' for one in (token, "$INBOX_TOKEN"))
    stream = '-H "Accept: text/event-stream"'
    return {
        "mine": f"curl {bearer} {address}/api/v1/me",
        "conversations": f"curl {kept} {address}/api/v1/conversations",
        "events": f"curl -N {kept} {stream} {address}/api/v1/events",
    }


async def _page(
    request: Request,
    *,
    status: int = 200,
    fresh: tuple[Token, str] | None = None,
    problems: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    seen: list[str] | None = None,
    used: list[str] | None = None,
) -> HTMXTemplate:
    at = app_of(request)
    found = await at.database.read(tokens.listing, at.now())
    return own_page(
        request,
        "settings/tokens.html",
        status,
        tokens=[token.shape for token in found],
        fresh=fresh[1] if fresh else None,
        reads=fresh is not None and fresh[0].principal.has("read"),
        curl=_commands(at.public_url, fresh[1] if fresh else ""),
        meanings=MEANINGS,
        used=used,
        problems=problems or {},
        values=values or {},
        seen=seen,
        channels=named_channels(at),
    )


@get(LIST, opt=ADMIN, include_in_schema=False)
async def token_list(request: Request) -> HTMXTemplate:
    return await _page(request)


@post(LIST, opt=ADMIN, status_code=200, include_in_schema=False)
async def add_token(request: Request) -> HTMXTemplate:
    at, form = app_of(request), await request.form()
    values = {name: str(form.get(name) or "") for name in ("name", "role", "days")}
    owner, days = me(request).id, LASTING.get(values["days"])
    until = None if days is None else at.now() + days
    seen = chosen_channels(form)
    wanted = None if isinstance(seen, Unchanged) else seen
    used = chosen_scopes(form)
    facts = values["name"], values["role"], at.now(), owner, until, wanted, used
    try:
        fresh = await at.database.write(tokens.add, *facts)
    except Invalid as wrong:
        again: Any = {"values": values, "problems": {wrong.field: str(wrong)}}
        return await _page(request, status=422, seen=wanted, used=used, **again)
    return await _page(request, fresh=fresh)


@post(f"{LIST}/{{token_id:str}}/revoke", opt=ADMIN, include_in_schema=False, status_code=303)
async def revoke_token(request: Request, token_id: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(tokens.revoke, token_id, at.now())
    return to(LIST)


HANDLERS = [token_list, add_token, revoke_token]
