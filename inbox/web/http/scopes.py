"""What a token must be for at each address of the API.

A route says so by its ``opt``: ``AGENT | SEND``. Whatever only reads needs ``read``. What changes
something and says nothing is for no scope: a token that is limited to some is refused there, so
that what is new is shut until somebody has thought of it (``tests/web/test_scopes.py``).
"""

from typing import Final

from litestar.exceptions import PermissionDeniedException
from litestar.handlers.base import BaseRouteHandler

from inbox.access.principal import Principal
from inbox.access.scopes import Scope
from inbox.domain.language import _

READ: Final[dict[str, Scope]] = {"scope": "read"}
SEND: Final[dict[str, Scope]] = {"scope": "send"}
DESK: Final[dict[str, Scope]] = {"scope": "desk"}
SETTINGS: Final[dict[str, Scope]] = {"scope": "settings"}
WEBHOOKS: Final[dict[str, Scope]] = {"scope": "webhooks"}
DRAFTS: Final[dict[str, Scope]] = {"scope": "drafts"}

_READING: Final = frozenset({"GET", "HEAD"})


class MissingScope(PermissionDeniedException):
    """The token is not for this. ``scope``: what it would have to be for; None: nothing allows it
    but a token without limits."""

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope
        super().__init__(
            _("This token may not be used for that: it lacks the scope %(scope)s.", scope=scope)
            if scope
            else _("Only a token of all scopes may do this.")
        )


def scope_of(handler: BaseRouteHandler, method: str) -> Scope | None:
    """What a token needs here; None: to be limited to no scopes."""
    told: Scope | None = handler.opt.get("scope")
    return told or ("read" if method in _READING else None)


def keep_to_scopes(who: Principal, handler: BaseRouteHandler, method: str) -> None:
    """Raises ``MissingScope``."""
    if who.scopes is not None and not who.has(needed := scope_of(handler, method)):
        raise MissingScope(needed)
