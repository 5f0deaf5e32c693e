"""What may be kept as a canned response, and by whom: checked before anything is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

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


@dataclass(frozen=True, slots=True)
class Author:
    """Who reads or writes: a user, or for a program the one whose it is, if anybody's."""

    user_id: str | None
    leads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What is to be kept; ``scope`` as in the API. ``attachments``: ids of uploads."""

    short_code: str
    content: str
    scope: str
    attachments: Sequence[str] = ()


class KeptWording(TypedDict):
    """The columns that hold it; ``folded`` is what it is found by."""

    short_code: str
    content: str
    folded: str


def scoped_owner(author: Author, scope: str) -> str | None:
    """Whose it is to be; raises ``Invalid``."""
    match scope:
        case "personal" if author.user_id is None:
            raise Invalid("scope", _("This token is nobody's, so it has nothing of its own."))
        case "personal":
            return author.user_id
        case "everybody" if not author.leads:
            raise Invalid(
                "scope",
                _("Only a supervisor or an admin may write for everybody; keep it for yourself."),
            )
        case "everybody":
            return None
        case "team":
            raise Invalid("scope", _("There are no teams yet: keep it for yourself or everybody."))
    raise Invalid("scope", _("A canned response is personal or for everybody."))


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
