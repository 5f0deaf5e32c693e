"""``/api/v1``: conversations and their messages."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.exceptions import ClientException, NotFoundException, ValidationException
from litestar.params import JSONBody

from inbox.conversations import listing, matches, threads
from inbox.conversations.listing import Search
from inbox.conversations.matches import MatchPage
from inbox.conversations.question import asked_of
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.fields import Anything, Moment, says
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import N_, _
from inbox.domain.outgoing.reactions import reaction
from inbox.domain.outgoing.templates import template
from inbox.domain.public import ListedConversation, Match, Message
from inbox.domain.text import scrub
from inbox.sending import replies
from inbox.sending.reacting import Reacting, place_reaction
from inbox.sending.replies import Reply
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import (
    ANSWERED_ALREADY,
    LATE_REPLY,
    TAKEN_BACK_REPLY,
    TAKEN_CLIENT_ID,
    UNFIT_LIST,
    UNFIT_REPLY,
    can_fail,
)
from inbox.web.api.paging import MessageList, Paged
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.moments import moment_asked
from inbox.web.http.narrowing import Has, Since, Until, Wrote, search_asked
from inbox.web.http.parameters import (
    EXAMPLE_ID,
    ConversationId,
    Place,
    UpTo100,
    UpTo200,
    in_query,
)
from inbox.web.http.scopes import SEND
from inbox.web.pages.linked_files import said_with_file

NOT_THERE = N_("There is no such conversation.")


def reader(request: AnyRequest) -> str | None:
    """Whose unread counts: a user's own; a program sees what no agent has read."""
    principal = me(request)
    return principal.id if principal.kind == "user" else None


def words_of(q: str) -> str:
    words = scrub(q).strip()
    if len(words) > QUERY_LIMIT:
        raise ClientException(
            _("q has at most %(query_limit)s characters.", query_limit=QUERY_LIMIT)
        )
    return words


@get(
    "/api/v1/conversations/{conversation_id:str}",
    opt=AGENT,
    tags=["Conversations"],
    operation_id="getConversation",
    summary="Get a conversation",
)
async def conversation(
    request: Request[Any, Any, Any], conversation_id: ConversationId
) -> ListedConversation:
    """One conversation as it is now."""
    found = await app_of(request).database.read(
        listing.conversation_by_id, reader(request), conversation_id
    )
    if found is None:
        raise NotFoundException(_(NOT_THERE))
    return found


@get(
    "/api/v1/conversations/{conversation_id:str}/messages",
    opt=AGENT,
    tags=["Messages"],
    operation_id="listMessages",
    summary="List the messages of a conversation",
)
async def thread(
    request: Request[Any, Any, Any],
    conversation_id: ConversationId,
    before: Annotated[str, in_query("A message's id: what comes before it.", EXAMPLE_ID)] = "",
    after: Annotated[str, in_query("A message's id: what comes after it.", EXAMPLE_ID)] = "",
    around: Annotated[
        str, in_query("A message's id: it, and half a page on either side.", EXAMPLE_ID)
    ] = "",
    limit: UpTo200 = threads.PAGE,
) -> MessageList:
    """The latest messages, oldest first, or those next to a message.

    `next` is the message to give as `before` (or `after`) for more on that side.
    """
    at, size = app_of(request), limit
    if await at.database.read(listing.conversation_by_id, None, conversation_id) is None:
        raise NotFoundException(_(NOT_THERE))
    if before:
        found = await at.database.read(threads.before, conversation_id, before, size)
    elif after:
        found = await at.database.read(threads.after, conversation_id, after, size)
    elif around:
        found = await at.database.read(threads.around, conversation_id, around, size)
    else:
        found = await at.database.read(threads.latest, conversation_id, size)
    if after:
        newest = found.messages[-1]["id"] if found.newer else None
        return MessageList(data=found.messages, next=newest)
    return MessageList(data=found.messages, next=found.messages[0]["id"] if found.older else None)


class MatchList(Paged):
    """Messages of a conversation that a search found."""

    data: Annotated[list[Match], says("What was found, the newest first.")]
    total: Annotated[int | None, says("How many there are in all; null: ten thousand or more.")]


@get(
    "/api/v1/conversations/{conversation_id:str}/matches",
    opt=AGENT | can_fail(UNFIT_LIST),
    tags=["Messages"],
    operation_id="searchMessages",
    summary="Search a conversation",
)
async def match_list(
    request: Request[Any, Any, Any],
    conversation_id: ConversationId,
    q: Annotated[str, in_query("Words to look for.", "invoice")] = "",
    wrote: Wrote = "",
    has: Has = None,
    since: Since = "",
    until: Until = "",
    cursor: Place = "",
    limit: UpTo100 = matches.PAGE,
) -> MatchList:
    """Its messages with these words, the newest first, or those that `from` or `has` asks for."""
    told = {"q": words_of(q), "from": wrote, "has": has or "", "since": since, "until": until}
    asked = search_asked(told, app_of(request).now())
    await conversation.fn(request, conversation_id)  # or it is said that there is none
    if not asked.asks:
        raise ClientException(_("Ask for a q: words to look for."))
    place = Cursor.read(cursor) if cursor else None
    found = await app_of(request).database.read(
        _matches, reader(request), conversation_id, asked, place, limit
    )
    return MatchList(data=found.data, next=found.next, total=found.total)


def _matches(
    connection: Connection,
    user_id: str | None,
    conversation_id: str,
    search: Search,
    place: Cursor | None,
    limit: int,
) -> MatchPage:
    asked = asked_of(connection, user_id, search)
    return matches.page(connection, conversation_id, asked, place, limit)


class NewMessage(msgspec.Struct):
    """A message to send: its type, and beside it the part that this type needs."""

    type: Annotated[
        str,
        says(
            "`text`, `image`, `video`, `audio`, `voice`, `document`, `sticker`, `location`,"
            " `contacts`, `reaction`, `interactive` or `template`."
        ),
    ] = "text"
    text: Annotated[
        str,
        msgspec.Meta(
            description="Of a text: what it says, up to 4,096 characters.",
            examples=["Your parcel is on its way."],
        ),
    ] = ""
    preview_url: Annotated[
        bool, says("Of a text: WhatsApp shows what its first link leads to, where it can.")
    ] = False
    location: Annotated[
        dict[str, Anything] | None,
        says("Of a location: `{latitude, longitude, name?, address?}`, in degrees."),
    ] = None
    contacts: Annotated[
        list[dict[str, Anything]] | None,
        says(
            "Of contacts: up to 5 cards in the shape of `cards`, each with a `name` and one"
            " thing more."
        ),
    ] = None
    reaction: Annotated[
        dict[str, Anything] | None,
        says(
            "Of a reaction: `{message_id, emoji}`, our id and one emoji; an empty one takes it"
            " back. The answer is that message, with it."
        ),
    ] = None
    interactive: Annotated[
        dict[str, Anything] | None,
        says(
            "Of an interactive message: Meta's object of that name, of type `button`, `list`,"
            " `cta_url`, `location_request_message` or `request_contact_info`."
        ),
    ] = None
    media_id: Annotated[
        str, says("Of a file: its id from `POST /api/v1/media`, or from its pieces.")
    ] = ""
    link: Annotated[
        str,
        says(
            "Of a file, instead: an `https` address that it is fetched from, as files of"
            " customers are; it is here before the answer."
        ),
    ] = ""
    caption: Annotated[
        str, says("Of a picture, a film or a document: the words under it. Up to 1,024.")
    ] = ""
    filename: Annotated[
        str, says("Of a file: what it is called for the customer, if not as it was brought.")
    ] = ""
    template: Annotated[
        dict[str, Anything] | None,
        says(
            "Of a template: `{name, language, components}` as Meta spells them, or `values` in"
            " place of `components`: what is put into it by the names of its gaps, as `body.1`,"
            " `header` or `button.0`. It is sent at any time, also after the 24 hours."
        ),
    ] = None
    client_id: Annotated[
        str,
        says(
            "Yours to make, best a UUID: posted again, it is the same message; if it says"
            " something else it is refused. Up to 128."
        ),
    ] = ""
    quoted_id: Annotated[str, says("The id of the message that it answers.")] = ""
    seen: Annotated[
        str,
        says(
            "The id of the newest message that the writer has seen: if a colleague has answered"
            " since, nothing is sent. Without: nobody looks."
        ),
    ] = ""
    force: Annotated[bool, says("Send it whatever a colleague has answered.")] = False
    send_at: Annotated[
        Moment | None,
        says(
            "Not before then: it is `scheduled`. Whether WhatsApp takes it is looked at again when"
            " it is due. With its zone, and not over; up to a year ahead."
        ),
    ] = None
    stop_on_reply: Annotated[
        bool,
        says("With `send_at`: if the customer writes first, it does not go by itself any more."),
    ] = False
    hold: Annotated[
        bool,
        says(
            "If WhatsApp takes no free text now: keep it, `held`, and send it as soon as the"
            " customer writes."
        ),
    ] = False
    notify: Annotated[
        dict[str, Anything] | None,
        says(
            "With `hold`: a template in the shape of `template`, which goes out now if the reply"
            " has to wait, so that they know of it. Both are stored, or neither."
        ),
    ] = None
    direct: Annotated[
        bool,
        says(
            "If WhatsApp takes no free text now: send it at once as Direct Send, which is billed as"
            " `utility`. Of a text, reply buttons and a link button, where the channel’s `can` has"
            " `direct_send`."
        ),
    ] = False


@post(
    "/api/v1/conversations/{conversation_id:str}/messages",
    opt=AGENT
    | SEND
    | can_fail(LATE_REPLY, ANSWERED_ALREADY, TAKEN_CLIENT_ID, TAKEN_BACK_REPLY, UNFIT_REPLY),
    status_code=201,
    tags=["Messages"],
    operation_id="sendMessage",
    summary="Answer a customer",
)
async def send(
    request: Request[Any, Any, Any], conversation_id: ConversationId, data: JSONBody[NewMessage]
) -> Message:
    """The reply is stored and will be sent; what becomes of it comes as `message:status`."""
    at = app_of(request)
    if data.type == "reaction":
        if data.send_at or data.hold:
            raise Invalid("send_at" if data.send_at else "hold", _("A reaction goes at once."))
        return await _react(request, conversation_id, data)
    reply = await reply_of(request, conversation_id, data)
    message = await at.database.write(replies.enqueue, reply, at.now())
    at.outbox.wake()
    at.schedule.wake()
    return message


async def reply_of(request: AnyRequest, conversation_id: str, data: NewMessage) -> Reply:
    """What is asked to be sent, of whoever asks; raises ``Invalid``."""
    sender = me(request)
    if data.type == "text" and not data.text:
        raise ValidationException(extra=[{"key": "text", "message": "is missing"}])
    return Reply(
        conversation_id=conversation_id,
        said=await said_with_file(request, msgspec.structs.asdict(data)),
        client_id=scrub(data.client_id),
        quoted_id=scrub(data.quoted_id),
        seen=scrub(data.seen),
        force=data.force,
        sender_id=sender.id if sender.kind == "user" else None,
        sender_name=sender.name,
        send_at=moment_asked(data.send_at),
        stop_on_reply=data.stop_on_reply,
        hold=data.hold,
        notify=None if data.notify is None else template(data.notify),
        direct=data.direct,
    )


async def _react(request: AnyRequest, conversation_id: str, data: NewMessage) -> Message:
    at = app_of(request)
    message_id, emoji = reaction(data.reaction)
    asked = Reacting(conversation_id=conversation_id, message_id=message_id, emoji=emoji)
    message = await at.database.write(place_reaction, asked, at.now())
    at.reactor.wake()
    return message


HANDLERS = [conversation, thread, match_list, send]
