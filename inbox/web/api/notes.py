"""``/api/v1``: notes, which agents leave for each other in a conversation."""

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, patch, post
from litestar.params import JSONBody

from inbox.conversations import listing
from inbox.desk import mentions, notes
from inbox.desk.notes import Note
from inbox.desk.writer import Writer
from inbox.domain.errors import Missing
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.public import ListedConversation, Message
from inbox.domain.text import scrub
from inbox.web.api.contract.problems import OTHERS_NOTE, UNFIT_NOTE, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.parameters import ConversationId, MessageId
from inbox.web.http.scopes import DESK

_MENTIONS = "Ids of the users whom it names: each is told. Without: nobody."


class ChangedNote(msgspec.Struct):
    """What a note is to say from now on."""

    text: Annotated[
        str,
        msgspec.Meta(
            description="Up to 10,000 characters; none only beside files.",
            examples=["@Ben, can you ask the courier?"],
        ),
    ]
    mentions: Annotated[list[str], says(_MENTIONS)] = []


class NewNote(ChangedNote):
    """A note to leave."""

    attachments: Annotated[
        list[str],
        says("Ids of files from `POST /api/v1/media`, at most 10. They go to nobody outside."),
    ] = []
    client_id: Annotated[
        str, says("Yours to make, best a UUID: posted again, it is the same note. Up to 128.")
    ] = ""


@post(
    "/api/v1/conversations/{conversation_id:str}/notes",
    opt=AGENT | DESK | can_fail(UNFIT_NOTE),
    status_code=201,
    tags=["Notes"],
    operation_id="addNote",
    summary="Leave a note",
)
async def add(
    request: Request[Any, Any, Any], conversation_id: ConversationId, data: JSONBody[NewNote]
) -> Message:
    """A note stands in the thread for all agents. It is never sent to anybody.

    It moves nothing: not the list, not the window, not what is unread or needs a reply.
    """
    at = app_of(request)
    note = Note(
        conversation_id=conversation_id,
        text=scrub(data.text),
        mentioned=[scrub(one) for one in data.mentions],
        attachments=[scrub(one) for one in data.attachments],
        client_id=scrub(data.client_id),
        author=Writer.of(me(request)),
    )
    return await at.database.write(notes.add_note, note, at.now())


@patch(
    "/api/v1/notes/{message_id:str}",
    opt=AGENT | DESK | can_fail(OTHERS_NOTE, UNFIT_NOTE),
    tags=["Notes"],
    operation_id="editNote",
    summary="Write a note anew",
)
async def edit(
    request: Request[Any, Any, Any], message_id: MessageId, data: JSONBody[ChangedNote]
) -> Message:
    """Only by who wrote it. What it said before stays in `previous`, and its files stay."""
    at = app_of(request)
    changed = Note(
        conversation_id="",
        text=scrub(data.text),
        mentioned=[scrub(one) for one in data.mentions],
        author=Writer.of(me(request)),
    )
    return await at.database.write(
        notes.edit_note, message_id, Writer.of(me(request)), changed, at.now()
    )


@delete(
    "/api/v1/notes/{message_id:str}",
    opt=AGENT | DESK | can_fail(OTHERS_NOTE),
    status_code=200,
    tags=["Notes"],
    operation_id="deleteNote",
    summary="Delete a note",
)
async def remove(request: Request[Any, Any, Any], message_id: MessageId) -> Message:
    """Only by who wrote it. What it was is the answer; it is nowhere any more."""
    at = app_of(request)
    return await at.database.write(notes.delete_note, message_id, Writer.of(me(request)), at.now())


@post(
    "/api/v1/conversations/{conversation_id:str}/mentions/seen",
    opt=AGENT | DESK,
    status_code=200,
    tags=["Notes"],
    operation_id="seeMentions",
    summary="Say that you have seen where you are named",
)
async def see_mentions(
    request: Request[Any, Any, Any], conversation_id: ConversationId
) -> ListedConversation:
    """The notes of this conversation that name you are news no longer; of a program none are."""
    at, principal = app_of(request), me(request)
    reader = principal.id if principal.kind == "user" else None
    found = await at.database.read(listing.conversation_by_id, reader, conversation_id)
    if found is None:
        raise Missing(_("There is no such conversation."))
    if reader:
        await at.database.write(mentions.look_at_mentions, reader, conversation_id, at.now())
    return {**found, "mention_count": 0}


HANDLERS = [add, edit, remove, see_mentions]
