"""What one reader is told of how many conversations each view has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, String, bindparam

from inbox.conversations import unread
from inbox.conversations.view_counts import (
    BucketCounts,
    Sums,
    answering,
    read_counted,
    sums_within,
)
from inbox.desk.mentions import mention_counts
from inbox.desk.saved_views import all_saved_views
from inbox.domain.reach import Reach
from inbox.domain.saved_views import ViewRow
from inbox.domain.shapes import decoded
from inbox.domain.view_counts import UNREAD_COUNTED, ViewCounts
from inbox.feed.log import HEAD
from inbox.storage.prepared import Prepared


class Watcher(NamedTuple):
    """Who is told. ``user_id`` None: a program."""

    user_id: str | None
    reach: Reach


class Own(NamedTuple):
    """What is of one user alone. ``unread``: at most ``UNREAD_COUNTED`` of them."""

    unread: frozenset[str] = frozenset()
    mentions: int = 0
    unseen_mentions: int = 0


def read_own(connection: Connection, watcher: Watcher) -> Own:
    """Two statements; none for a program."""
    user_id, reach = watcher
    if user_id is None:
        return Own()
    left = unread.some(connection, user_id, UNREAD_COUNTED, reach)
    mentions, unseen = connection.execute(mention_counts(user_id, reach)).one()
    return Own(frozenset(left), mentions, unseen)


def read_own_and_head(
    connection: Connection, user_id: str, reach: Reach, left: Collection[str]
) -> tuple[Own, int]:
    """The same in one statement, where it is known what is ``left`` unread, and the feed's head."""
    ((mentions, unseen, seq),) = _named_and_head(reach).rows(connection, user=user_id)
    return Own(frozenset(left), mentions, unseen), int(seq)


@lru_cache(maxsize=256)
def _named_and_head(reach: Reach) -> Prepared:
    counted = mention_counts(bindparam("user", type_=String), reach)
    return Prepared(counted.add_columns(HEAD.scalar_subquery()))


def read_own_of(connection: Connection, watchers: Iterable[Watcher]) -> dict[Watcher, Own]:
    return {watcher: read_own(connection, watcher) for watcher in watchers}


def counts_now(connection: Connection, watcher: Watcher) -> ViewCounts:
    """As they are in the database: four statements."""
    counted = read_counted(connection)
    sums = sums_within(counted, watcher.reach)
    saved = all_saved_views(connection)
    return counts_of(counted, sums, saved, read_own(connection, watcher), watcher.user_id)


def counts_of(
    counted: BucketCounts, sums: Sums, saved: Sequence[ViewRow], own: Own, user_id: str | None
) -> ViewCounts:
    views = sums.views
    return {
        "open": views["open"],
        "mine": sums.assignees[user_id or ""],
        "unassigned": views["unassigned"],
        "waiting": views["waiting"],
        "closing": views["closing"],
        "all": views["all"],
        "unread": views["unread"] if user_id is None else len(own.unread),
        "needs_reply": views["needs_reply"],
        "mentions": own.mentions,
        "unseen_mentions": own.unseen_mentions,
        "snoozed": views["snoozed"],
        "resolved": views["resolved"],
        "channels": _some(sums.channels),
        "teams": _some(sums.teams),
        "labels": _some(sums.labels),
        "saved": {
            view["id"]: answering(counted, sums, decoded(view["filters"]), user_id)
            for view in saved
            if view["shared"] or view["owner_id"] == user_id
        },
    }


def _some(sums: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in sums.items() if n}
