"""``/api/v1/tokens``: the tokens of programs, for admins. A secret is told once and never again."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.access import tokens
from inbox.access.changing import AS_IT_IS, Unchanged
from inbox.access.token_giving import TokenChange, WantedToken, change_token, give_token
from inbox.domain.fields import Id, Moment, says
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.domain.tokens import NewTokenShape, TokenShape
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_TOKEN, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of, me
from inbox.web.http.guard import ADMIN
from inbox.web.http.moments import moment_asked
from inbox.web.http.parameters import path_id
from inbox.web.http.scopes import SETTINGS

TokenId = Annotated[str, path_id("The token's id.")]
SCOPE_WORDS = (
    "What it may be used for, of `read send desk settings webhooks drafts`;"
    " null: all that its role allows."
)
CHANNEL_WORDS = "The channels that it sees, if its role is `agent`; null: all."
END_WORDS = "Until when it works; null: it never ends."


class TokenList(Paged):
    """The tokens that work: there is one page."""

    data: Annotated[list[TokenShape], says("The tokens, oldest first.")]


class TokenWish(msgspec.Struct):
    """A token that is to be made."""

    name: Annotated[str, says("Of the program that will use it.")]
    role: Annotated[str, says("`agent`, `supervisor` or `admin`.")] = "agent"
    scopes: Annotated[list[str] | None, says(SCOPE_WORDS)] = None
    channel_ids: Annotated[list[Id] | None, says(CHANNEL_WORDS)] = None
    expires_at: Annotated[Moment | None, says(END_WORDS)] = None


class TokenEdit(msgspec.Struct):
    """What is to be another; what is left out stays."""

    name: Annotated[str | None, says("Of the program that uses it.")] = None
    scopes: Annotated[list[str] | msgspec.UnsetType | None, says(SCOPE_WORDS)] = msgspec.UNSET
    channel_ids: Annotated[list[Id] | msgspec.UnsetType | None, says(CHANNEL_WORDS)] = msgspec.UNSET
    expires_at: Annotated[Moment | msgspec.UnsetType | None, says(END_WORDS)] = msgspec.UNSET


@get(
    "/api/v1/tokens",
    opt=ADMIN | SETTINGS,
    tags=["Access"],
    operation_id="listTokens",
    summary="List the tokens of programs",
)
async def token_list(request: Request[Any, Any, Any]) -> TokenList:
    """Those that work. What a token itself is, nobody is told any more."""
    at = app_of(request)
    found = await at.database.read(tokens.listing, at.now())
    return TokenList(data=[one.shape for one in found], next=None)


@post(
    "/api/v1/tokens",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_TOKEN),
    status_code=201,
    tags=["Access"],
    operation_id="makeToken",
    summary="Make a token for a program",
)
async def make_token(request: Request[Any, Any, Any], data: JSONBody[TokenWish]) -> NewTokenShape:
    """The answer has the token itself, only this once. It is its maker's: it may never do more than
    they, and ends with them. A token gives no scope that it does not have, and none that lasts
    longer than itself.
    """
    at = app_of(request)
    wanted = WantedToken(
        name=data.name,
        role=data.role,
        expires_at=moment_asked(data.expires_at, "expires_at"),
        channel_ids=_scrubbed(data.channel_ids),
        scopes=data.scopes,
    )
    made, plain = await at.database.write(give_token, me(request), wanted, at.now())
    return {**made.shape, "token": plain}


@get(
    "/api/v1/tokens/{token_id:str}",
    opt=ADMIN | SETTINGS,
    tags=["Access"],
    operation_id="getToken",
    summary="Get what a token may",
)
async def one_token(request: Request[Any, Any, Any], token_id: TokenId) -> TokenShape:
    """As in the list, if it works. What the token itself is, nobody is told any more."""
    at = app_of(request)
    return (await at.database.read(tokens.working_token, scrub(token_id), at.now())).shape


@patch(
    "/api/v1/tokens/{token_id:str}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_TOKEN),
    tags=["Access"],
    operation_id="changeToken",
    summary="Change a token",
)
async def edit_token(
    request: Request[Any, Any, Any], token_id: TokenId, data: JSONBody[TokenEdit]
) -> TokenShape:
    """It holds at once, also for what listens with it: `feed:resync`, or the end if it may listen
    no more.
    """
    at = app_of(request)
    change = TokenChange(
        name=data.name,
        scopes=AS_IT_IS if isinstance(data.scopes, msgspec.UnsetType) else data.scopes,
        channel_ids=(
            AS_IT_IS
            if isinstance(data.channel_ids, msgspec.UnsetType)
            else _scrubbed(data.channel_ids)
        ),
        expires_at=_end(data.expires_at),
    )
    args = me(request), token_id, change, at.now()
    return (await at.database.write(change_token, *args)).shape


def _scrubbed(channel_ids: list[Id] | None) -> list[str] | None:
    return None if channel_ids is None else [*map(scrub, channel_ids)]


def _end(given: str | msgspec.UnsetType | None) -> Micros | Unchanged | None:
    if isinstance(given, msgspec.UnsetType):
        return AS_IT_IS
    return moment_asked(given, "expires_at")


@delete(
    "/api/v1/tokens/{token_id:str}",
    opt=ADMIN | SETTINGS,
    status_code=200,
    tags=["Access"],
    operation_id="revokeToken",
    summary="Revoke a token",
)
async def revoke_token(request: Request[Any, Any, Any], token_id: TokenId) -> TokenShape:
    """It works no more from now on, and who listens with it is shut out. The answer is what it
    was."""
    at = app_of(request)
    return (await at.database.write(_revoked, token_id, at.now())).shape


def _revoked(connection: Connection, token_id: str, now: Micros) -> tokens.Token:
    was = tokens.working_token(connection, token_id, now)
    tokens.revoke(connection, token_id, now)
    return was


HANDLERS = [token_list, one_token, make_token, edit_token, revoke_token]
