"""How somebody likes their pages: the same in every browser of theirs.

Kept as JSON with the user, what is usual not at all, and known with whoever asks, so that no page
asks once more.
"""

from functools import lru_cache
from typing import Final, cast, get_args

from sqlalchemy import Connection, select, update

from inbox.config import languages
from inbox.domain.errors import Invalid
from inbox.domain.formatting import TimeFormat
from inbox.domain.language import _
from inbox.domain.preferences import USUAL, Density, Preferences, SendKey
from inbox.domain.shapes import decoded, encoded
from inbox.storage.tables import users

_WORDS: Final = {
    "send_key": get_args(SendKey),
    "density": get_args(Density),
    "time_format": get_args(TimeFormat),
    "language": ("auto", *languages()),
}


@lru_cache(maxsize=256)
def preferences(kept: str | None) -> Preferences:
    """Of what the user's row keeps; what is not known any more is as usual."""
    found: dict[str, str] = decoded(kept) or {}
    chosen = {name: found[name] for name, words in _WORDS.items() if found.get(name) in words}
    return cast("Preferences", {**USUAL, **chosen})


def language_of(connection: Connection, user_id: str) -> str:
    """The code of the one they chose, or ``auto``."""
    query = select(users.c.preferences).where(users.c.id == user_id)
    return preferences(connection.scalar(query))["language"]


def choose(connection: Connection, user_id: str, chosen: dict[str, str]) -> Preferences:
    """What is given changes; raises ``Invalid``."""
    for name, word in chosen.items():
        if word not in _WORDS[name]:
            known = ", ".join(_WORDS[name])
            raise Invalid(name, _("It is one of %(known)s.", known=known))
    this = users.c.id == user_id
    # Locked: two tabs may choose at once, each another thing.
    query = select(users.c.preferences).where(this).with_for_update(key_share=True)
    now = {**preferences(connection.scalar(query)), **chosen}
    kept = {name: word for name, word in now.items() if word != dict(USUAL)[name]}
    values = {"preferences": encoded(kept) if kept else None}
    connection.execute(update(users).where(this).values(values))
    return cast("Preferences", now)
