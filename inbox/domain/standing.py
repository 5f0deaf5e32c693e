"""Where a conversation stands at the desk: whose turn it is, how urgent, and until when it sleeps.

What was done with it stands in its thread as a message of type ``activity``, whose content lists
the changes.
"""

from typing import Annotated, Final, Literal, TypedDict, get_args

from inbox.domain.fields import Id, says

ConversationStatus = Literal["open", "pending", "snoozed", "resolved"]
"""``open``: ours to do. ``pending``: the customer's turn, or somebody else's. ``snoozed``: not
before a time, or not before they write. ``resolved``: done, until they write again."""
STATUSES: Final[tuple[ConversationStatus, ...]] = get_args(ConversationStatus)

AT_WORK: Final[tuple[ConversationStatus, ...]] = ("open", "pending")
"""Neither asleep nor done."""

Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)

StandingField = Literal[
    "assignee", "team", "status", "snoozed_until", "labels", "priority", "waiting_since", "closing"
]
"""Fields of a conversation that somebody changes, or that change as time goes by."""


def label_key(name: str) -> str:
    """By which no two labels are the same."""
    return " ".join(name.split()).casefold()


class Assignee(TypedDict):
    """Who looks after a conversation."""

    id: Annotated[Id, says("The user's id.")]
    name: Annotated[str, says("Their name.")]


class TeamRef(TypedDict):
    """Which team a conversation is with."""

    id: Annotated[Id, says("The team's id.")]
    name: Annotated[str, says("The team's name.")]


class ActivityChange(TypedDict):
    """One thing that became another."""

    field: Annotated[StandingField, says("What of the conversation.")]
    was: Annotated[
        str | list[str] | None,
        says("What it was: a name, a status, a time, the names of labels; null: nothing."),
    ]
    now: Annotated[str | list[str] | None, says("What it is.")]


class Activity(TypedDict):
    """What was done with a conversation, at once and by one."""

    changes: Annotated[list[ActivityChange], says("What is another now.")]
