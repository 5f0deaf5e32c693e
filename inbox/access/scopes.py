"""What a token may be used for, beside what its role allows: one made to read cannot send."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.text import scrub

Scope = Literal["read", "send", "desk", "settings", "webhooks", "drafts"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

Scopes = frozenset[Scope] | None
"""None: all there are, those that come later as well."""

MEANINGS: Final[dict[Scope, str]] = {
    "read": N_("Read conversations, contacts, files and settings, and hear the feed"),
    "send": N_("Send messages to customers, and take them back"),
    "desk": N_("Assign, label, resolve and note; keep contacts"),
    "settings": N_("Change what the inbox is set to: users, teams, labels, templates, tokens"),
    "webhooks": N_("See and change where events are sent to"),
    "drafts": N_("Write drafts that somebody else sends"),
}
"""One line for whoever chooses."""

NONE_CHOSEN: Final = N_("Choose what the token may be used for.")


def checked_scopes(names: Iterable[str] | None) -> Scopes:
    """Raises ``Invalid`` for what is none, and where there is none at all."""
    if names is None:
        return None
    asked = list(names)
    wrong = [name for name in asked if name not in SCOPES]
    if wrong:
        raise Invalid(
            "scopes",
            _(
                "%(name)s is no scope: there are %(known)s.",
                name=scrub(wrong[0])[:40],
                known=", ".join(SCOPES),
            ),
        )
    if not asked:
        raise Invalid("scopes", _(NONE_CHOSEN))
    return frozenset(scope for scope in SCOPES if scope in asked)


def scopes_in_order(scopes: Scopes) -> list[str] | None:
    """As they are told."""
    return None if scopes is None else [scope for scope in SCOPES if scope in scopes]


def scopes_stored(scopes: Scopes) -> str | None:
    """As they stand in a row."""
    told = scopes_in_order(scopes)
    return None if told is None else " ".join(told)


def scopes_read(row: str | None) -> Scopes:
    """Of what ``scopes_stored`` made; a word of a newer version is none that we know."""
    if row is None:
        return None
    words = row.split()
    return frozenset(scope for scope in SCOPES if scope in words)


def scopes_within(scopes: Scopes, others: Scopes) -> bool:
    """Whether who has ``others`` has all of ``scopes``."""
    return others is None or (scopes is not None and scopes <= others)
