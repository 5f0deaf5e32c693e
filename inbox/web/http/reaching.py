"""What an address names must be within the reach of whoever asks: else it is nowhere, 404.

It is looked at before every route, by the names of what stands in the path: so a route that is
new is kept by what it calls its parameters, and ``tests/web/test_seeing.py`` wants to know every
such name. Who has no limit is asked nothing.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from litestar.exceptions import NotFoundException

from inbox.access.principal import Principal
from inbox.conversations import reaching
from inbox.domain.language import N_, _
from inbox.storage.database import Connection
from inbox.web.context import AnyConnection, AppContext, app_of, me

Look = Callable[[Connection, Principal, str], bool]


class Lookup(NamedTuple):
    """How it is found out, and what is said of what is nowhere."""

    looks: Look
    missing: str


def _conversation(connection: Connection, who: Principal, identity: str) -> bool:
    return reaching.reaches_conversation(connection, who.reach, identity)


def _message(connection: Connection, who: Principal, identity: str) -> bool:
    return reaching.reaches_message(connection, who.reach, identity)


def _contact(connection: Connection, who: Principal, identity: str) -> bool:
    return reaching.reaches_contact(connection, who.reach, identity)


def _channel(_connection: Connection, who: Principal, identity: str) -> bool:
    return who.reach.has_channel(identity)


def _upload(connection: Connection, who: Principal, identity: str) -> bool:
    user_id = who.id if who.kind == "user" else None
    return reaching.reaches_upload(connection, who.reach, user_id, identity)


KEPT: Final = {
    "conversation_id": Lookup(_conversation, N_("There is no such conversation.")),
    "message_id": Lookup(_message, N_("There is no such message.")),
    "contact_id": Lookup(_contact, N_("There is no such contact.")),
    "channel_id": Lookup(_channel, N_("There is no such channel.")),
    "media_id": Lookup(_upload, N_("There is no such file.")),
    "upload_id": Lookup(_upload, N_("There is no such file.")),
}
"""By the name of the parameter in the path."""


async def keep_within_reach(connection: AnyConnection) -> None:
    """Raises 404 for what is outside."""
    who = me(connection)
    if not who.reach.is_limited:
        return
    named = connection.scope["path_params"]
    for name in KEPT.keys() & named.keys():
        await refuse_out_of_reach(app_of(connection), who, name, str(named[name]))


async def refuse_out_of_reach(at: AppContext, who: Principal, name: str, identity: str) -> None:
    """The same for what a form or a query names. Raises 404."""
    kept = KEPT[name]
    if who.reach.is_limited and not await at.database.read(kept.looks, who, identity):
        raise NotFoundException(_(kept.missing))
