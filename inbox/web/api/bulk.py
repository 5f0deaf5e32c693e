"""``/api/v1``: many conversations are changed at once: those that are named, or all that match."""

import asyncio
import re
from collections import Counter
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Request, get, post
from litestar.params import JSONBody

from inbox.conversations.matched import labels_on, matched_ids
from inbox.desk import undoing
from inbox.desk.arranging import AT_ONCE, arrange
from inbox.desk.notes import in_sight, leave_notes
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.arranging import UNSET, Arrangement, Marking, Unset
from inbox.web.api.contract.problems import UNFIT_STANDING, can_fail
from inbox.web.api.conversations import reader
from inbox.web.api.listing import whole_query
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.narrowing import known_filters, search_asked
from inbox.web.http.parameters import EXAMPLE_ID, in_query
from inbox.web.http.scopes import DESK

MOST_NAMED = 1_000
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOLD = 50
"""Of so many it is said why they were left out."""

Ids = Annotated[list[str] | Unset, says("Which: up to 1,000. One that is not there is left out.")]
Where = Annotated[
    dict[str, str] | Unset,
    says(
        "Instead of `ids`: all that answer to these filters of the list now, by their names, as"
        ' `{"view": "unassigned", "label": "Delivery"}`. Not by words.'
    ),
]
But = Annotated[list[str], says("Of those: all but these, up to 1,000.")]


class Bulk(msgspec.Struct, kw_only=True):
    """Many conversations."""

    ids: Ids = UNSET
    where: Where = UNSET
    but: But = []


class BulkChange(Bulk, kw_only=True):
    """Many conversations, and what is to be another of each."""

    set: Annotated[Arrangement, says("What becomes so of all of them.")]
    undo_id: Annotated[
        str,
        says(
            "Yours to make if you like, a new UUID: by it you see how far it is, and undo it also"
            " if no answer came."
        ),
    ] = ""


class LeftOut(msgspec.Struct):
    """One that stays as it is."""

    id: Annotated[str, says("The conversation's id.")]
    why: Annotated[str, says("Why it cannot be changed so, in a sentence.")]


class BulkChanged(msgspec.Struct):
    """What came of it."""

    changed: Annotated[int, says("How many are others now.")]
    undo_id: Annotated[
        str | None, says("By which it is undone within a minute; null: nothing changed.")
    ]
    left_out: Annotated[
        list[LeftOut], says("Those that could not be changed so: the first 50 of them.")
    ]
    left_out_count: Annotated[int, says("How many those are in all.")]


class BulkPreview(msgspec.Struct):
    """What would be changed."""

    count: Annotated[int, says("How many conversations it is about.")]
    labels: Annotated[dict[str, int], says("By the name of a label: how many of them have it.")]


@post(
    "/api/v1/conversations/bulk",
    opt=AGENT | DESK | can_fail(UNFIT_STANDING),
    status_code=200,
    tags=["Conversations"],
    operation_id="changeConversations",
    summary="Change many conversations",
)
async def change_many(request: Request[Any, Any, Any], data: JSONBody[BulkChange]) -> BulkChanged:
    """Each as one is, some hundreds at a time; whoever writes meanwhile is not kept waiting.

    One that cannot be changed so stays as it is, and the answer says why.
    """
    by = Writer.of(me(request))
    what = data.set.wish(), data.set.mark(by), data.set.note
    if data.undo_id and not _UUID.fullmatch(data.undo_id):
        raise Invalid("undo_id", _("An undo_id is a UUID in lower case, made anew each time."))
    undo_id = data.undo_id or str(uuid4())
    return await _change_all(request, await _named(request, data), what, undo_id)


@post(
    "/api/v1/conversations/bulk/preview",
    opt=AGENT | DESK | can_fail(UNFIT_STANDING),
    status_code=200,
    tags=["Conversations"],
    operation_id="previewBulk",
    summary="Count what a bulk change is about",
)
async def preview(request: Request[Any, Any, Any], data: JSONBody[Bulk]) -> BulkPreview:
    """How many conversations it would be, and which labels they have; nothing is changed."""
    at, ids = app_of(request), await _named(request, data)
    count, found = 0, Counter[str]()
    for start in range(0, len(ids), MOST_NAMED):
        some = ids[start : start + MOST_NAMED]
        there, labelled = await at.database.read(labels_on, some, me(request).reach)
        count += there
        found.update(labelled)
    return BulkPreview(count=count, labels=dict(found))


async def _named(request: AnyRequest, data: Bulk) -> list[str]:
    """Which they are; of a filter those that are matched now, and no others later."""
    if (data.ids is UNSET) == (data.where is UNSET):
        raise Invalid("ids", _("Say which conversations: by `ids`, or by `where`."))
    for field, named in (("ids", data.ids), ("but", data.but)):
        if isinstance(named, list) and len(named) > MOST_NAMED:
            raise Invalid(field, _("Name at most %(most)s conversations at once.", most=MOST_NAMED))
    if isinstance(data.where, dict):
        found = await _matching(request, data.where)
    else:
        found = list(dict.fromkeys(scrub(one) for one in data.ids or ()))
    but = set(data.but)
    return [one for one in found if one not in but]


async def _matching(request: AnyRequest, where: dict[str, str]) -> list[str]:
    """Those that were matched, and not the filters run again for each part."""
    at = app_of(request)
    told = await whole_query(request, known_filters(where, "where"))
    asked = search_asked(told, at.now(), me(request).reach)
    if asked.asks:
        raise Invalid("where", _("What was said cannot be asked for here: name the `ids`."))
    return await at.database.read(matched_ids, reader(request), asked)


_What = tuple[Wish, Marking | None, str]


async def _change_all(
    request: AnyRequest, ids: list[str], what: _What, undo_id: str
) -> BulkChanged:
    """Whichever were chosen, however many; undone together.

    What can be of none of them is told before any was changed. If it comes to that later, as who
    was to have them was disabled meanwhile, the rest is left out, so that the answer says what can
    be undone.
    """
    at, by, changed = app_of(request), Writer.of(me(request)), 0
    left_out: dict[str, str] = {}
    for part, start in enumerate(range(0, len(ids), AT_ONCE)):
        some = ids[start : start + AT_ONCE]
        undo = undo_id, part, by
        try:
            done = await at.database.write(_arrange_some, some, what, undo, at.now())
        except Invalid as error:
            if not changed:
                raise
            left_out |= dict.fromkeys(ids[start:], str(error))
            break
        changed += done[0]
        left_out |= done[1]
        await asyncio.sleep(0)
    return BulkChanged(
        changed=changed,
        undo_id=undo_id if changed else None,
        left_out=[LeftOut(id=one, why=why) for one, why in list(left_out.items())[:TOLD]],
        left_out_count=len(left_out),
    )


def _arrange_some(
    connection: Connection,
    ids: list[str],
    what: _What,
    undo: tuple[str, int, Writer],
    now: Micros,
) -> tuple[int, dict[str, str]]:
    (wish, marking, note), (undo_id, part, by) = what, undo
    left_out: dict[str, str] = {}
    seen = in_sight(connection, ids, note, by)
    done = arrange(connection, ids, wish, by, now, left_out)
    seen = [one for one in seen if one not in left_out]
    left = leave_notes(connection, seen, note, by, now)
    marks = marking.put(connection, ids, now) if marking else []
    if done or marks:
        undoing.remember(connection, undo_id, part, done, by, now, left, marks)
    changed = {one.now["id"] for one in done} | {one.conversation_id for one in marks}
    return len(changed), left_out


class BulkProgress(msgspec.Struct):
    """How far a bulk change is that is still being made."""

    reached: Annotated[int, says("To how many conversations it has come at least; 0: none yet.")]


@get(
    "/api/v1/conversations/bulk/progress",
    opt=AGENT,
    tags=["Conversations"],
    operation_id="getBulkProgress",
    summary="See how far a bulk change is",
)
async def bulk_progress(
    request: Request[Any, Any, Any],
    undo_id: Annotated[str, in_query("The `undo_id` that the change was given.", EXAMPLE_ID)],
) -> BulkProgress:
    """By who makes it, while its answer is still awaited."""
    by = Writer.of(me(request))
    return BulkProgress(
        reached=await app_of(request).database.read(undoing.reached, scrub(undo_id), by)
    )


HANDLERS = [change_many, preview, bulk_progress]
