"""Tokens that are made or changed by whoever may, who cannot give more than they have."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, update

from inbox.access import limits, tokens
from inbox.access.changing import AS_IT_IS, Unchanged
from inbox.access.principal import Principal
from inbox.access.scopes import Scopes, checked_scopes, scopes_stored, scopes_within
from inbox.access.tokens import Token
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.reach import Reach
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.feed.news import limits_changed
from inbox.storage.tables import api_tokens


class WantedToken(Struct, frozen=True, kw_only=True):
    """What a token is to be. None: it never ends, sees all channels, is for all scopes."""

    name: str
    role: str = "agent"
    expires_at: Micros | None = None
    channel_ids: Collection[str] | None = None
    scopes: Collection[str] | None = None


class TokenChange(Struct, frozen=True, kw_only=True):
    """What is to be another; what says nothing stays."""

    name: str | None = None
    scopes: Collection[str] | Unchanged | None = AS_IT_IS
    channel_ids: Collection[str] | Unchanged | None = AS_IT_IS
    expires_at: Micros | Unchanged | None = AS_IT_IS


def give_token(
    connection: Connection, giver: Principal, wanted: WantedToken, now: Micros
) -> tuple[Token, str]:
    """A token of the giver's own; of a token, one of its owner's. Raises ``Invalid``."""
    by_token = giver.kind == "token"
    owner = tokens.owner_of(connection, giver.id) if by_token else giver.id
    made, plain = tokens.add(
        connection,
        wanted.name,
        wanted.role,
        now,
        owner,
        wanted.expires_at,
        wanted.channel_ids,
        wanted.scopes,
    )
    if by_token:
        _refuse_more(giver, made.scopes, made.expires_at)
    return made, plain


def _refuse_more(giver: Principal, scopes: Scopes, ends_at: Micros | None) -> None:
    """Whoever has a token of little use cannot make one of more use with it, nor a longer one."""
    if not scopes_within(scopes, giver.scopes):
        raise Invalid("scopes", _("A token cannot give a scope that it does not have itself."))
    if giver.ends_at is not None and (ends_at is None or ends_at > giver.ends_at):
        raise Invalid("expires_at", _("A token cannot make one that lasts longer than itself."))


def change_token(
    connection: Connection, giver: Principal, token_id: str, wanted: TokenChange, now: Micros
) -> Token:
    """All of it, or nothing; who listens with it goes on with what it may then.

    Raises ``Invalid``, and ``Missing`` for a token that does not work.
    """
    was = tokens.working_token(connection, token_id, now)
    values: dict[str, str | int | bool | None] = {}
    if wanted.name is not None:
        values["name"] = tokens.checked_token_name(wanted.name)
    if not isinstance(wanted.scopes, Unchanged):
        values["scopes"] = scopes_stored(checked_scopes(wanted.scopes))
    if not isinstance(wanted.expires_at, Unchanged):
        values["expires_at"] = tokens.checked_token_end(wanted.expires_at, now)
    if not isinstance(wanted.channel_ids, Unchanged):
        values["own_channels_only"] = wanted.channel_ids is not None
        limits.keep_token_channels(connection, was.id, was.role, wanted.channel_ids)
    if values:
        connection.execute(update(api_tokens).where(api_tokens.c.id == was.id).values(values))
    changed = tokens.working_token(connection, token_id, now)
    if _may(was) != _may(changed):
        if giver.kind == "token":
            _refuse_more(giver, changed.scopes, changed.expires_at)
        append(connection, [limits_changed(token_id=was.id)], now)
    return changed


def _may(token: Token) -> tuple[Scopes, Reach, Micros | None]:
    return token.scopes, token.reach, token.expires_at
