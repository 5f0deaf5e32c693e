"""``/api/v1/me/keys``: which keys somebody presses on their pages."""

from typing import Any

from litestar import Request, get, put
from litestar.params import JSONBody

from inbox.access import tokens
from inbox.access.own_keys import OwnKeys, keep_keys, keys_of
from inbox.access.principal import Principal
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_KEYS, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.scopes import SETTINGS

_PATH = "/api/v1/me/keys"


@get(
    _PATH,
    opt=AGENT | can_fail(UNFIT_KEYS),
    tags=["Access"],
    operation_id="getKeys",
    summary="Get your keys",
)
async def own_keys(request: Request[Any, Any, Any]) -> OwnKeys:
    """What differs from the usual keys of the pages; of a token those of its owner."""
    return await app_of(request).database.read(_read, me(request))


@put(
    _PATH,
    opt=AGENT | SETTINGS | can_fail(UNFIT_KEYS),
    tags=["Access"],
    operation_id="saveKeys",
    summary="Choose your keys",
)
async def save(request: Request[Any, Any, Any], data: JSONBody[OwnKeys]) -> OwnKeys:
    """Takes the place of what was there; a page has them when it is opened next."""
    return await app_of(request).database.write(_save, me(request), data)


def _owner(connection: Connection, who: Principal) -> str:
    user_id = who.id if who.kind == "user" else tokens.owner_of(connection, who.id)
    if user_id is None:
        raise Invalid("keys", _("This token is nobody's, so it has no keys."))
    return user_id


def _read(connection: Connection, who: Principal) -> OwnKeys:
    return keys_of(connection, _owner(connection, who))


def _save(connection: Connection, who: Principal, keys: OwnKeys) -> OwnKeys:
    return keep_keys(connection, _owner(connection, who), keys)


HANDLERS = [own_keys, save]
