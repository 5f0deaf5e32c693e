"""The keys that somebody presses in place of the usual ones: the same in every browser of theirs.

Which actions there are only pages know; what is kept here is a name and a key of each.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, TypedDict

import msgspec
from sqlalchemy import Connection, select, update

from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.shapes import encoded
from inbox.storage.tables import users

MOST: Final = 200
_ACTION = re.compile(r"[a-z][a-z-]{0,39}")
_KEY = re.compile(r"(Mod\+)?\S")


class OwnKeys(TypedDict):
    """What differs from the usual keys."""

    off: Annotated[bool, says("Whether keys without Ctrl or ⌘ do nothing.")]
    own: Annotated[
        dict[str, str],
        says(
            "By the name of an action its key: a letter, digit or sign, a capital with Shift, and"
            " `Mod+` before it for Ctrl or ⌘; empty is none. What is not here has its usual one."
        ),
    ]


USUAL: Final[OwnKeys] = {"off": False, "own": {}}


def keys_of(connection: Connection, user_id: str) -> OwnKeys:
    kept = connection.scalar(select(users.c.own_keys).where(users.c.id == user_id))
    return msgspec.json.decode(kept, type=OwnKeys) if kept else USUAL


def keep_keys(connection: Connection, user_id: str, keys: OwnKeys) -> OwnKeys:
    """Raises ``Invalid`` for what no keyboard has, or one key for two actions."""
    _check(keys["own"])
    kept = encoded(keys) if keys["off"] or keys["own"] else None
    connection.execute(update(users).where(users.c.id == user_id).values(own_keys=kept))
    return keys


def read_keys(text: str) -> OwnKeys:
    """As a page sends them. Raises ``Invalid``."""
    try:
        return msgspec.json.decode(text, type=OwnKeys)
    except (msgspec.DecodeError, UnicodeEncodeError) as wrong:
        raise Invalid("keys", _("These are no keys.")) from wrong


def _check(own: Mapping[str, str]) -> None:
    used = [key for key in own.values() if key]
    if len(own) > MOST or not all(map(_ACTION.fullmatch, own)):
        raise Invalid("own", _("There are no such actions."))
    if not all(map(_KEY.fullmatch, used)):
        raise Invalid("own", _("A key is a letter, a digit or a sign, alone or after Mod+."))
    for key in used:
        if used.count(key) > 1:
            raise Invalid("own", _("%(key)s is the key of two actions.", key=key))
