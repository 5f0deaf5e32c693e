"""What is asked to be done with conversations, checked once for all of them."""

from collections.abc import Sequence
from typing import Final, TypedDict

from msgspec import Struct
from sqlalchemy import Connection, select

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.standing import PRIORITIES, STATUSES, ConversationStatus, Priority, label_key
from inbox.domain.text import scrub
from inbox.domain.times import DAY, Micros
from inbox.storage.tables import labels, teams, users

FARTHEST: Final = 366 * DAY
LABELS_EACH: Final = 20
"""So many labels a conversation has at most."""


class Wish(TypedDict, total=False):
    """As it is asked for: what is not there stays as it is, and null takes away.

    ``labels``: the names it then has; ``add_labels`` and ``remove_labels`` leave the others.
    """

    assignee_id: str | None
    team_id: str | None
    status: str
    snoozed_until: Micros | None
    labels: Sequence[str]
    add_labels: Sequence[str]
    remove_labels: Sequence[str]
    priority: str


class Granted(Struct, frozen=True, kw_only=True):
    """The same, checked. ``columns``: those of the row that become so. Labels are ids."""

    columns: dict[str, object]
    status: ConversationStatus | None
    only: frozenset[str] | None
    more: frozenset[str]
    less: frozenset[str]


def checked_wish(connection: Connection, wish: Wish, now: Micros) -> Granted:
    """Raises ``Invalid``, with the field."""
    columns: dict[str, object] = {}
    if "assignee_id" in wish:
        columns["assignee_id"] = _assignee(connection, wish["assignee_id"])
    if "team_id" in wish:
        columns["team_id"] = _team(connection, wish["team_id"])
    if "priority" in wish:
        columns["priority"] = _priority(wish["priority"])
    status = _status(wish)
    if status is not None:
        columns["status"] = status
        columns["snoozed_until"] = _until(wish.get("snoozed_until"), now)
    given = _named_labels(connection, wish)
    return Granted(
        columns=columns,
        status=status,
        only=given.get("labels"),
        more=given.get("add_labels", frozenset()),
        less=given.get("remove_labels", frozenset()),
    )


def _assignee(connection: Connection, user_id: str | None) -> str | None:
    if user_id is None:
        return None
    query = select(users.c.name, users.c.disabled_at).where(users.c.id == user_id)
    row = connection.execute(query).first()
    if row is None:
        raise Invalid("assignee_id", _("There is no such user to assign it to."))
    if row.disabled_at is not None:
        raise Invalid(
            "assignee_id",
            _("%(name)s is disabled and would not see it: choose somebody else.", name=row.name),
        )
    return user_id


def _team(connection: Connection, team_id: str | None) -> str | None:
    if team_id is None:
        return None
    if connection.execute(select(teams.c.id).where(teams.c.id == team_id)).first() is None:
        raise Invalid("team_id", _("There is no such team."))
    return team_id


def _priority(text: str) -> Priority:
    for priority in PRIORITIES:
        if priority == text:
            return priority
    raise Invalid("priority", _("A priority is one of %(known)s.", known=", ".join(PRIORITIES)))


def _status(wish: Wish) -> ConversationStatus | None:
    asked = wish.get("status")
    if asked is None:
        return "snoozed" if wish.get("snoozed_until") else None
    if wish.get("snoozed_until") and asked != "snoozed":
        raise Invalid("snoozed_until", _("Only what is snoozed wakes at a time."))
    for status in STATUSES:
        if status == asked:
            return status
    raise Invalid("status", _("A status is one of %(known)s.", known=", ".join(STATUSES)))


def _until(at: Micros | None, now: Micros) -> Micros | None:
    if at is not None and not now < at <= now + FARTHEST:
        raise Invalid("snoozed_until", _("Choose a time that is to come, within a year."))
    return at


def _named_labels(connection: Connection, wish: Wish) -> dict[str, frozenset[str]]:
    asked = {
        field: [label_key(scrub(name)) for name in wish[field]]
        for field in ("labels", "add_labels", "remove_labels")
        if field in wish
    }
    named = {name for names in asked.values() for name in names}
    if not named:
        return {field: frozenset() for field in asked}
    query = select(labels.c.folded, labels.c.id).where(labels.c.folded.in_(sorted(named)))
    known = {row.folded: row.id for row in connection.execute(query)}
    for field, names in asked.items():
        for name, key in zip(wish[field], names, strict=True):
            if key not in known:
                raise Invalid(
                    field, _("There is no label %(name)s: an admin can add it.", name=name[:50])
                )
    if len(named) > LABELS_EACH:
        raise Invalid("labels", _("A conversation has at most %(most)s labels.", most=LABELS_EACH))
    return {field: frozenset(known[name] for name in names) for field, names in asked.items()}
