"""``/api/v1``: what somebody has begun to write, which is theirs alone."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, put
from litestar.params import JSONBody

from inbox.access import tokens
from inbox.access.principal import Principal
from inbox.conversations import drafts
from inbox.conversations.draft_files import WrittenFile
from inbox.conversations.drafts import DraftKind, Written
from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.public import Draft
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_DRAFT, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ConversationId
from inbox.web.http.scopes import DRAFTS

_PATH = "/api/v1/conversations/{conversation_id:str}/draft"
_NOTE = "/api/v1/conversations/{conversation_id:str}/note-draft"


def _writer(connection: Connection, who: Principal) -> str:
    """Whose draft it is; a program's is its owner's. Raises ``Invalid``."""
    user_id = who.id if who.kind == "user" else tokens.owner_of(connection, who.id)
    if user_id is None:
        raise Invalid("draft", _("This token is nobody's, so it has no drafts."))
    return user_id


@get(
    _PATH,
    opt=AGENT | can_fail(UNFIT_DRAFT),
    tags=["Drafts"],
    operation_id="getDraft",
    summary="Get your draft",
)
async def draft(request: Request[Any, Any, Any], conversation_id: ConversationId) -> Draft:
    """What you have begun to write there; empty where it is nothing. A token's is its owner's."""
    return await app_of(request).database.read(_read, me(request), conversation_id, "reply")


@get(
    _NOTE,
    opt=AGENT | can_fail(UNFIT_DRAFT),
    tags=["Drafts"],
    operation_id="getNoteDraft",
    summary="Get your draft of a note",
)
async def note_draft(request: Request[Any, Any, Any], conversation_id: ConversationId) -> Draft:
    """What you have begun to note there. It is apart from your reply, and quotes nothing."""
    return await app_of(request).database.read(_read, me(request), conversation_id, "note")


def _read(connection: Connection, who: Principal, conversation_id: str, kind: DraftKind) -> Draft:
    return drafts.draft_of(connection, _writer(connection, who), conversation_id, kind)


class NewDraftFile(msgspec.Struct):
    """A file that goes with it."""

    media_id: Annotated[str, says("Its id from `POST /api/v1/media`; unknown ones are left out.")]
    kind: Annotated[str, says("As what it is to be sent; by itself as it was brought.")] = ""
    caption: Annotated[str, says("The words under it, up to 1,024 characters.")] = ""


class NewNoteDraft(msgspec.Struct):
    """What is noted by now."""

    text: Annotated[str, says("Up to 20,000 characters; empty without files ends the draft.")]
    files: Annotated[
        list[NewDraftFile], says("Its files, at most 30: they stay while it does.")
    ] = []


class NewDraft(NewNoteDraft):
    """What is written by now."""

    quoted_id: Annotated[str, says("The id of the message that it is to answer.")] = ""


def _files(files: Sequence[NewDraftFile]) -> list[WrittenFile]:
    return [WrittenFile(scrub(one.media_id), one.kind, one.caption) for one in files]


@put(
    _PATH,
    opt=AGENT | DRAFTS | can_fail(UNFIT_DRAFT),
    tags=["Drafts"],
    operation_id="saveDraft",
    summary="Save your draft",
)
async def save(
    request: Request[Any, Any, Any], conversation_id: ConversationId, data: JSONBody[NewDraft]
) -> Draft:
    """Takes the place of what was there. It ends by itself when a reply is sent by the composer.

    A file of it that is sent leaves it.
    """
    written = Written(data.text, scrub(data.quoted_id), _files(data.files))
    return await _saved(request, conversation_id, written, "reply")


@put(
    _NOTE,
    opt=AGENT | DRAFTS | can_fail(UNFIT_DRAFT),
    tags=["Drafts"],
    operation_id="saveNoteDraft",
    summary="Save your draft of a note",
)
async def save_note(
    request: Request[Any, Any, Any], conversation_id: ConversationId, data: JSONBody[NewNoteDraft]
) -> Draft:
    """Takes the place of what was there. It ends by itself when the note is left on the page."""
    written = Written(data.text, "", _files(data.files))
    return await _saved(request, conversation_id, written, "note")


async def _saved(
    request: Request[Any, Any, Any], conversation_id: str, written: Written, kind: DraftKind
) -> Draft:
    at = app_of(request)
    return await at.database.write(_save, me(request), conversation_id, written, at.now(), kind)


def _save(
    connection: Connection,
    who: Principal,
    conversation_id: str,
    written: Written,
    now: Micros,
    kind: DraftKind,
) -> Draft:
    writer = _writer(connection, who)
    return drafts.save_draft(connection, writer, conversation_id, written, now, kind).draft


@delete(
    _PATH,
    opt=AGENT | DRAFTS | can_fail(UNFIT_DRAFT),
    status_code=200,
    tags=["Drafts"],
    operation_id="deleteDraft",
    summary="Throw your draft away",
)
async def throw_away(request: Request[Any, Any, Any], conversation_id: ConversationId) -> Draft:
    """The answer is an empty draft, also where there was none."""
    return await _saved(request, conversation_id, Written(""), "reply")


@delete(
    _NOTE,
    opt=AGENT | DRAFTS | can_fail(UNFIT_DRAFT),
    status_code=200,
    tags=["Drafts"],
    operation_id="deleteNoteDraft",
    summary="Throw your draft of a note away",
)
async def throw_note_away(
    request: Request[Any, Any, Any], conversation_id: ConversationId
) -> Draft:
    """The answer is an empty draft, also where there was none."""
    return await _saved(request, conversation_id, Written(""), "note")


HANDLERS = [draft, note_draft, save, save_note, throw_away, throw_note_away]
