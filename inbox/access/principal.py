"""Who asks: a person who signed in, or a program with a token."""

from typing import Literal

from msgspec import Struct

from inbox.access.scopes import Scope, Scopes
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.reach import EVERYTHING, Reach
from inbox.domain.times import Micros

Role = Literal["agent", "supervisor", "admin"]
Kind = Literal["user", "token"]

ROLES: tuple[Role, ...] = ("agent", "supervisor", "admin")
"""Each may do what those before it may."""


class Principal(Struct, frozen=True, kw_only=True):
    """``session`` is the digest of the session that a browser came with, so that its open
    pages can be closed when it ends. ``ends_at``: until when the session or the token is good;
    None is for ever."""

    kind: Kind
    id: str
    name: str
    role: Role
    email: str | None = None
    session: str | None = None
    ends_at: Micros | None = None
    own_keys: str | None = None
    """Of a person: the keys that they have chosen, as their pages are told."""
    preferences: str | None = None
    """Of a person: how they like their pages, where that is not as usual."""
    reach: Reach = EVERYTHING
    """How far it sees; nothing outside is there for it."""
    scopes: Scopes = None
    """Of a token: what it may be used for, where that is not all that its role allows."""

    def allows(self, role: Role) -> bool:
        """Whether this may do what ``role`` may: an admin may do all that an agent may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def has(self, scope: Scope | None) -> bool:
        """Whether it may be used for this; None is what nobody thought of, and is for no scope."""
        return self.scopes is None or scope in self.scopes

    @property
    def subject(self) -> str:
        """``user:<id>`` or ``token:<id>``: one name for both, as feed tokens carry it."""
        return f"{self.kind}:{self.id}"


def lower_role(one: Role, other: Role) -> Role:
    """What may be done by who is both."""
    return min(one, other, key=ROLES.index)


def checked_role(text: str) -> Role:
    """Raises ``Invalid`` for what is none."""
    for role in ROLES:
        if role == text:
            return role
    raise Invalid("role", _("A role is one of %(known)s.", known=", ".join(ROLES)))
