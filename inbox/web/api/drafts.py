"""``/api/v1``: what somebody has begun to write, which is theirs alone."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, put
from litestar.params import JSONBody

from inbox.access import tokens
from inbox.access.principal import Principal
from inbox.conversations import drafts
from inbox.conversations.drafts import Written
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

_PATH = "/api/v1/conversations/{conversation_id:str}/draft"


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
    return await app_of(request).database.read(_read, me(request), conversation_id)


def _read(connection: Connection, who: Principal, conversation_id: str) -> Draft:
    return drafts.draft_of(connection, _writer(connection, who), conversation_id)


class NewDraft(msgspec.Struct):
    """What is written by now."""

    text: Annotated[str, says("Up to 20,000 characters; empty ends the draft.")]
    quoted_id: Annotated[str, says("The id of the message that it is to answer.")] = ""


@put(
    _PATH,
    opt=AGENT | can_fail(UNFIT_DRAFT),
    tags=["Drafts"],
    operation_id="saveDraft",
    summary="Save your draft",
)
async def save(
    request: Request[Any, Any, Any], conversation_id: ConversationId, data: JSONBody[NewDraft]
) -> Draft:
    """Takes the place of what was there. It ends by itself when a reply is sent by the composer."""
    at, written = app_of(request), Written(data.text, scrub(data.quoted_id))
    return await at.database.write(_save, me(request), conversation_id, written, at.now())


def _save(
    connection: Connection, who: Principal, conversation_id: str, written: Written, now: Micros
) -> Draft:
    return drafts.save_draft(connection, _writer(connection, who), conversation_id, written, now)


@delete(
    _PATH,
    opt=AGENT | can_fail(UNFIT_DRAFT),
    status_code=200,
    tags=["Drafts"],
    operation_id="deleteDraft",
    summary="Throw your draft away",
)
async def throw_away(request: Request[Any, Any, Any], conversation_id: ConversationId) -> Draft:
    """The answer is an empty draft, also where there was none."""
    at = app_of(request)
    return await at.database.write(_save, me(request), conversation_id, Written(""), at.now())


HANDLERS = [draft, save, throw_away]
