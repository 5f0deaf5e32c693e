"""What a message does to where its conversation stands at the desk: who waits, and what reopens.

Pure functions of a row: whoever reads it under its lock writes it back.
"""

from typing import Final

from inbox.domain.names import label_ids
from inbox.domain.rows import ConversationRow
from inbox.domain.shapes import encoded
from inbox.domain.standing import ActivityChange, ConversationStatus
from inbox.domain.times import Micros

STANDING: Final = (
    "status",
    "assignee_id",
    "team_id",
    "snoozed_until",
    "priority",
    "labels",
    "waiting_since",
    "answered_at",
    "closing",
)
"""The columns that say it."""


def hear_customer(row: ConversationRow, at: Micros) -> list[ActivityChange]:
    """The customer has said something: they wait for an answer from then on.

    What was put aside is open again, as if nobody had answered yet; what became another.
    """
    row["closing"] = False
    if row["waiting_since"] is None:
        row["waiting_since"] = at
    if row["status"] == "open":
        return []
    was = row["status"]
    if was != "pending":
        row["answered_at"] = None
    row["status"], row["snoozed_until"] = "open", None
    return [{"field": "status", "was": was, "now": "open"}]


def hear_answer(row: ConversationRow, at: Micros) -> None:
    """One of us has said something: nobody waits."""
    row["waiting_since"], row["closing"] = None, False
    if row["answered_at"] is None:
        row["answered_at"] = at


_FIRST: Final[tuple[ConversationStatus, ...]] = ("open", "pending", "snoozed", "resolved")
_URGENCY: Final = ("urgent", "high", "normal", "low")


def joined_standing(one: ConversationRow, other: ConversationRow) -> ConversationRow:
    """``one`` as both are together: what is to be done in either is to be done."""
    both = (one, other)
    waiting = [at for row in both if (at := row["waiting_since"])]
    answered = [at for row in both if (at := row["answered_at"])]
    nearer = min(both, key=lambda row: _FIRST.index(row["status"]))
    return {
        **one,
        "status": nearer["status"],
        "snoozed_until": nearer["snoozed_until"],
        "assignee_id": one["assignee_id"] or other["assignee_id"],
        "team_id": one["team_id"] or other["team_id"],
        "priority": min((row["priority"] for row in both), key=_URGENCY.index),
        "labels": encoded(sorted({*label_ids(one), *label_ids(other)})),
        "waiting_since": min(waiting, default=None),
        "answered_at": min(answered, default=None),
        "closing": False,
    }
