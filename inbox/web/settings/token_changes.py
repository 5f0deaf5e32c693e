"""Settings: what is changed of a token: its name, use, channels and end. The secret stays."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.access import tokens
from inbox.access.changing import AS_IT_IS, Unchanged
from inbox.access.scopes import MEANINGS
from inbox.access.token_giving import TokenChange, change_token
from inbox.domain.errors import Invalid
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.settings.sees import chosen_channels, named_channels
from inbox.web.settings.tokens import LASTING, LIST, chosen_scopes

Request = HTMXRequest

KEPT: Final = "kept"
"""Of the end: the one it has."""


@get(f"{LIST}/{{token_id:str}}", opt=ADMIN, include_in_schema=False)
async def token_page(request: Request, token_id: FromPath[str]) -> HTMXTemplate:
    return await _token_page(request, token_id)


async def _token_page(
    request: Request,
    token_id: str,
    change: TokenChange | None = None,
    days: str = KEPT,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    """As it is, or as somebody wanted it and could not have it. Raises ``Missing``."""
    at = app_of(request)
    token = await at.database.read(tokens.working_token, scrub(token_id), at.now())
    shape, wanted = token.shape, change or TokenChange()
    return own_page(
        request,
        "settings/token.html",
        422 if problems else 200,
        token=shape,
        of_agents=token.role == "agent",
        values={"name": shape["name"] if wanted.name is None else wanted.name, "days": days},
        meanings=MEANINGS,
        used=shape["scopes"] if isinstance(wanted.scopes, Unchanged) else wanted.scopes,
        seen=(
            shape["channel_ids"]
            if isinstance(wanted.channel_ids, Unchanged)
            else wanted.channel_ids
        ),
        channels=named_channels(at),
        problems=problems or {},
        saved="saved" in request.query_params,
    )


@post(f"{LIST}/{{token_id:str}}", opt=ADMIN, status_code=200, include_in_schema=False)
async def save_token(request: Request, token_id: FromPath[str]) -> HTMXTemplate | Redirect:
    """What the form does not ask stays."""
    at, form = app_of(request), await request.form()
    days = str(form.get("days", KEPT))
    change = TokenChange(
        name=scrub(str(form.get("name") or "")),
        scopes=chosen_scopes(form) if "uses" in form else AS_IT_IS,
        channel_ids=chosen_channels(form),
        expires_at=_end(days, at.now()),
    )
    try:
        await at.database.write(change_token, me(request), scrub(token_id), change, at.now())
    except Invalid as wrong:
        return await _token_page(request, token_id, change, days, {wrong.field: str(wrong)})
    return to(f"{LIST}/{token_id}?saved=1")


def _end(days: str, now: Micros) -> Micros | Unchanged | None:
    if not days:
        return None
    return now + LASTING[days] if days in LASTING else AS_IT_IS


HANDLERS = [token_page, save_token]
