"""``/api/v1``: whose turn a conversation is, and until when it sleeps; and how it was before."""

from typing import Annotated, Any, NamedTuple, cast

import msgspec
from litestar import Request, patch, post
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody

from inbox.conversations import listing
from inbox.conversations.marking import ReadChange, as_told, put_marks
from inbox.conversations.moved import raise_if_moved
from inbox.desk import undoing
from inbox.desk.arranging import arrange
from inbox.desk.notes import in_sight, leave_notes
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.fields import Moment, says
from inbox.domain.language import _
from inbox.domain.public import ListedConversation
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_STANDING, can_fail
from inbox.web.api.conversations import NOT_THERE, reader
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.moments import moment_asked
from inbox.web.http.parameters import ConversationId, path_id
from inbox.web.http.scopes import DESK

Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class Marking(NamedTuple):
    """What a user wants to be read, or unread."""

    user_id: str
    unread: bool
    reach: Reach

    def put(self, connection: Connection, ids: list[str], now: Micros) -> list[ReadChange]:
        marks = put_marks(connection, self.user_id, ids, unread=self.unread, reach=self.reach)
        append(connection, as_told(self.user_id, marks), now)
        return marks


class Arrangement(msgspec.Struct):
    """What is to be another: what is left out stays, and null takes away."""

    assignee_id: Annotated[str | Unset | None, says("Who looks after it from now on.")] = UNSET
    team_id: Annotated[str | Unset | None, says("Which team it is with.")] = UNSET
    status: Annotated[
        str | Unset,
        says("`open`, `pending`, `snoozed` or `resolved`. Whoever writes again reopens it."),
    ] = UNSET
    snoozed_until: Annotated[
        Moment | Unset | None,
        says("When what is `snoozed` opens again; null: once they write. Within a year."),
    ] = UNSET
    labels: Annotated[list[str] | Unset, says("The names of all labels it then has.")] = UNSET
    add_labels: Annotated[list[str] | Unset, says("Names of labels that it gets.")] = UNSET
    remove_labels: Annotated[list[str] | Unset, says("Names of labels that it loses.")] = UNSET
    priority: Annotated[str | Unset, says("`low`, `normal`, `high` or `urgent`.")] = UNSET
    unread: Annotated[
        bool | Unset,
        says(
            "Whether it is unread, to you alone: as if you had not seen the last message, or had"
            " seen all. No customer is told."
        ),
    ] = UNSET
    note: Annotated[
        str, says("A note to leave there with it, as for whom it is passed on to; `@Name` names.")
    ] = ""

    def wish(self) -> Wish:
        given = {
            name: value
            for name, value in msgspec.structs.asdict(self).items()
            if value is not UNSET and name not in ("note", "unread")
        }
        if isinstance(until := given.get("snoozed_until"), str):
            given["snoozed_until"] = moment_asked(until, "snoozed_until")
        for name in ("assignee_id", "team_id", "status", "priority"):
            if isinstance(text := given.get(name), str):
                given[name] = scrub(text)
        return cast("Wish", given)

    def mark(self, by: Writer) -> Marking | None:
        """Whether it is to be marked, and by whom; raises ``Invalid`` of a program."""
        if self.unread is UNSET:
            return None
        if by.user_id is None:
            raise Invalid("unread", _("Only to a user something is unread: sign in as one."))
        return Marking(by.user_id, bool(self.unread), by.reach)


@patch(
    "/api/v1/conversations/{conversation_id:str}",
    opt=AGENT | DESK | can_fail(UNFIT_STANDING),
    tags=["Conversations"],
    operation_id="changeConversation",
    summary="Assign, resolve, snooze or label a conversation",
)
async def change(
    request: Request[Any, Any, Any], conversation_id: ConversationId, data: JSONBody[Arrangement]
) -> ListedConversation:
    """What was done stands in its thread, and comes as `conversation:updated` with `changed`.

    Who is given it by somebody else finds it unread.
    """
    at, by = app_of(request), Writer.of(me(request))
    about = conversation_id, data.wish(), data.mark(by), data.note, by, at.now()
    await at.database.write(_arrange_one, *about)
    found = await at.database.read(listing.conversation_by_id, reader(request), conversation_id)
    if found is None:
        raise NotFoundException(_(NOT_THERE))
    return found


def _arrange_one(
    connection: Connection,
    conversation_id: str,
    wish: Wish,
    marking: Marking | None,
    note: str,
    by: Writer,
    now: Micros,
) -> None:
    seen = in_sight(connection, [conversation_id], note, by)
    if not arrange(connection, [conversation_id], wish, by, now):
        raise_if_moved(connection, conversation_id)
    leave_notes(connection, seen, note, by, now)
    if marking:
        marking.put(connection, [conversation_id], now)


class Undone(msgspec.Struct):
    """What is as it was."""

    changed: Annotated[int, says("How many conversations are as they were.")]


@post(
    "/api/v1/undo/{undo_id:str}",
    opt=AGENT | DESK,
    status_code=200,
    tags=["Conversations"],
    operation_id="undo",
    summary="Undo a change of conversations",
)
async def undo(
    request: Request[Any, Any, Any],
    undo_id: Annotated[str, path_id("The `undo_id` of what was done.")],
) -> Undone:
    """Within a minute, by who did it. What somebody has done since stays as they did it."""
    at, by = app_of(request), Writer.of(me(request))
    parts = await at.database.read(undoing.parts_of, undo_id, by, at.now())
    changed = 0
    for part in parts:
        changed += await at.database.write(undoing.undo_part, undo_id, part, by, at.now())
    return Undone(changed=changed)


HANDLERS = [change, undo]
