"""What may be kept as a canned response, and by whom: checked before anything is written."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, TypedDict

from msgspec import Struct

from inbox.domain import placeholders
from inbox.domain.errors import Invalid
from inbox.domain.folding import TEXT_LIMIT as FOLDED_LIMIT
from inbox.domain.folding import words
from inbox.domain.language import _
from inbox.domain.text import scrub

CODE_LIMIT: Final = 40
CONTENT_LIMIT: Final = 4_096
FILES_LIMIT: Final = 10

_CODE: Final = re.compile(r"[^\W_](?:[\w-]*\w)?")


class Author(Struct, frozen=True):
    """Who reads or writes: a user, or for a program the one whose it is, if anybody's."""

    user_id: str | None
    leads: bool


class Wording(Struct, frozen=True, kw_only=True):
    """What is to be kept; ``scope`` as in the API, and ``team_id`` with it if it is a team's.
    ``attachments``: ids of uploads."""

    short_code: str
    content: str
    scope: str
    team_id: str | None = None
    attachments: Sequence[str] = ()


class KeptWording(TypedDict):
    """The columns that hold it; ``folded`` is what it is found by."""

    short_code: str
    content: str
    folded: str


class Whose(NamedTuple):
    """A user's, a team's, or with neither everybody's."""

    owner_id: str | None = None
    team_id: str | None = None


def scoped_owner(author: Author, wording: Wording) -> Whose:
    """Whose it is to be; raises ``Invalid``."""
    match wording.scope:
        case "personal" if author.user_id is None:
            raise Invalid("scope", _("This token is nobody's, so it has nothing of its own."))
        case "personal":
            return Whose(owner_id=author.user_id)
        case "everybody" | "team" if not author.leads:
            raise Invalid(
                "scope",
                _("Only a supervisor or an admin may write for others; keep it for yourself."),
            )
        case "everybody":
            return Whose()
        case "team" if not wording.team_id:
            raise Invalid("team_id", _("Say which team’s it is."))
        case "team":
            return Whose(team_id=wording.team_id)
    raise Invalid("scope", _("A canned response is personal, a team’s or for everybody."))


def checked_wording(wording: Wording) -> KeptWording:
    """Raises ``Invalid``."""
    code = scrub(wording.short_code).strip().removeprefix("/").lower()
    if not _CODE.fullmatch(code) or len(code) > CODE_LIMIT:
        raise Invalid(
            "short_code",
            _(
                "A short code has up to %(limit)s letters, digits, - and _, and begins with a "
                "letter or digit.",
                limit=CODE_LIMIT,
            ),
        )
    content = scrub(wording.content).replace("\r\n", "\n").strip()
    if len(wording.attachments) > FILES_LIMIT:
        raise Invalid(
            "attachments",
            _("A canned response has at most %(limit)s files.", limit=FILES_LIMIT),
        )
    if not (content or wording.attachments) or len(content) > CONTENT_LIMIT:
        raise Invalid(
            "content",
            _(
                "Write what it says, up to %(limit)s characters, or add a file.",
                limit=CONTENT_LIMIT,
            ),
        )
    placeholders.check_placeholders(content)
    folded = " ".join(words(content))[:FOLDED_LIMIT]
    return {"short_code": code, "content": content, "folded": folded}
