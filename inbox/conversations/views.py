"""The views of the list and its orders, as the database is asked for them.

An order has one part or two: those that it is about, and then the rest, the longest untouched
first. A part says which rows an index has in its order, word by word as the index is defined;
whatever else is asked of them is looked at row by row.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple, get_args

from msgspec import Struct
from sqlalchemy import BindParameter, ColumnElement, literal_column, or_

from inbox.domain.shapes import WINDOW
from inbox.domain.standing import AT_WORK
from inbox.domain.times import Micros
from inbox.storage.tables import conversations

View = Literal[
    "open",
    "mine",
    "unassigned",
    "waiting",
    "closing",
    "all",
    "unread",
    "needs_reply",
    "mentions",
    "snoozed",
    "resolved",
]
VIEWS: Final[tuple[View, ...]] = get_args(View)
FORMER: Final[dict[str, View]] = {"needs-reply": "needs_reply"}
"""As programs and bookmarks may still spell them."""

Order = Literal["newest", "oldest", "longest_waiting", "window"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)

Conditions = tuple[ColumnElement[bool], ...]
Rest = Callable[[Any], Conditions]
"""Asked of conversations, whether of their table or of some rows of it."""

_AT_WORK: Final[list[ColumnElement[str]]] = [literal_column(f"'{one}'") for one in AT_WORK]


def view_named(name: str) -> View | None:
    spelled = FORMER.get(name, name)
    return next((view for view in VIEWS if view == spelled), None)


def order_named(name: str) -> Order | None:
    return next((order for order in ORDERS if order == name), None)


def of_view(
    view: View, user_id: str | BindParameter[str] | None, table: Any = conversations
) -> Conditions:
    """Of a view that one row alone decides; ``unread`` is that of a program.

    ``user_id`` None is a program: nothing is assigned to it.
    """
    kept = table.c
    at_work: ColumnElement[bool] = kept.status.in_(_AT_WORK)
    match view:
        case "open":
            return (at_work,)
        case "mine":
            return (kept.assignee_id == ("" if user_id is None else user_id), at_work)
        case "unassigned":
            return (kept.assignee_id.is_(None), at_work)
        case "waiting":
            return (at_work, kept.waiting_since.is_not(None), kept.answered_at.is_(None))
        case "closing":
            return (kept.closing,)
        case "needs_reply":
            return (at_work, kept.last_direction == literal_column("'incoming'"))
        case "snoozed" | "resolved":
            return (kept.status == literal_column(f"'{view}'"),)
        case "unread":
            return (kept.inbound_count > kept.seen_count,)
        case "all" | "mentions":
            return ()


class Stretch(NamedTuple):
    """``read``: what an index has, in the order of ``key``; ``rest``: what is asked beyond."""

    number: int
    key: ColumnElement[Any]
    read: Conditions
    rest: Rest | None = None


class Course(Struct, frozen=True):
    """How a view is read in an order: its parts, one after the other."""

    parts: tuple[Stretch, ...]
    descending: bool = False


def reading(
    view: View,
    order: Order,
    user_id: str | BindParameter[str] | None,
    since: Micros | BindParameter[Micros],
    team_id: str | None = None,
) -> Course:
    """``since``: whoever wrote after it has an open window. ``team_id``: of what is open, the index
    knows this team's."""
    kept, here = conversations.c, of_view(view, user_id)
    by_arrival = (kept.team_id == team_id, *here) if team_id and view == "open" else here
    if order in ("newest", "oldest"):
        return Course((Stretch(0, kept.arrived_at, by_arrival),), descending=order == "newest")
    key: ColumnElement[Any] = kept.waiting_since
    read: Conditions = (kept.waiting_since.is_not(None),)
    if order == "window":
        key, read = kept.last_inbound_at, (*read, kept.last_inbound_at > since)
    rest = Stretch(1, kept.arrived_at, by_arrival, _rest_of(order, since))
    if view == "resolved":  # nobody waits for what is done
        return Course((rest,))
    if view in ("mine", "unassigned", "closing", "snoozed"):
        return Course((Stretch(0, key, (*here, *read)), rest))
    beyond = (lambda table: of_view(view, user_id, table)) if here else None
    return Course((Stretch(0, key, read, beyond), rest))


def _rest_of(order: Order, since: Micros | BindParameter[Micros]) -> Rest:
    if order == "longest_waiting":
        return lambda table: (table.c.waiting_since.is_(None),)
    return lambda table: (
        or_(
            table.c.waiting_since.is_(None),
            table.c.last_inbound_at.is_(None),
            table.c.last_inbound_at <= since,
        ),
    )


def place_in(order: Order, row: Any, now: Micros) -> tuple[int, Micros]:
    """In which part a conversation stands, and by what."""
    waiting, inbound = row["waiting_since"], row["last_inbound_at"]
    if order == "longest_waiting" and waiting is not None:
        return 0, waiting
    if order == "window" and waiting is not None and (inbound or 0) > now - WINDOW:
        return 0, inbound
    return 0 if order in ("newest", "oldest") else 1, row["arrived_at"]
