"""How many conversations each view has: summed from what triggers noted, however many there are.

The database keeps how many stand how: a few hundred sums, which are read at once. What somebody is
shown is then a matter of their reach, and asks nothing more.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec import Struct, field
from sqlalchemy import Connection, delete, func, insert, select

from inbox.conversations.views import View, view_named
from inbox.domain.reach import Reach, Whereabouts
from inbox.domain.standing import AT_WORK, label_key
from inbox.storage.tables import labels, view_counts

MOST_ROWS: Final = 2_000
"""So many rows more than twice the sums are let be."""


AT_ONCE: Final = 50_000
"""Rows that are put together in one transaction: all, but after a history was brought. One fewer
and one more meet only where both are among them."""


class Bucket(NamedTuple):
    """Conversations that stand alike, as the table has it: of what is not at work, only where."""

    label_id: str | None
    channel_id: str
    team_id: str | None
    assignee_id: str | None
    status: str
    priority: str
    incoming_last: bool
    unanswered: bool
    closing: bool
    unseen: bool


_KEYS: Final = tuple(view_counts.c[name] for name in Bucket._fields)


class BucketCounts(Struct, frozen=True):
    """``label_names`` by their ids; ``rows``: how many the sums were read of."""

    buckets: Mapping[Bucket, int] = field(default_factory=dict)
    label_names: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0

    @property
    def most_rows(self) -> int:
        """Where there are more, it is time to put them together."""
        return 2 * len(self.buckets) + MOST_ROWS


def read_counted(connection: Connection) -> BucketCounts:
    """One statement, of one moment."""
    query = select(*_KEYS, labels.c.name, func.sum(view_counts.c.n), func.count())
    query = query.outerjoin_from(view_counts, labels, labels.c.id == view_counts.c.label_id)
    found = connection.execute(query.group_by(*_KEYS, labels.c.name)).all()
    buckets: dict[Bucket, int] = {}
    names: dict[str, str] = {}
    for *keys, name, n, _rows in found:
        bucket = Bucket._make(keys)
        if n and (name or bucket.label_id is None):  # of a label that is gone nothing is told
            buckets[bucket] = int(n)
        if name:
            names[str(bucket.label_id)] = name
    return BucketCounts(buckets, names, sum(row[-1] for row in found))


def put_together(connection: Connection, most: int = AT_ONCE) -> None:
    """Of the oldest rows, one for each sum. What others add meanwhile stays for the next time."""
    number = view_counts.c.number
    oldest = select(number).order_by(number).limit(most)
    gone = connection.execute(
        delete(view_counts).where(number.in_(oldest)).returning(*_KEYS, view_counts.c.n)
    )
    sums: Counter[tuple[Any, ...]] = Counter()
    for *keys, n in gone:
        sums[tuple(keys)] += n
    names = Bucket._fields
    rows = [{**dict(zip(names, keys, strict=True)), "n": n} for keys, n in sums.items() if n]
    if rows:
        connection.execute(insert(view_counts), rows)


def in_view(view: View, bucket: Bucket, user_id: str | None) -> bool:
    """``listing``'s views once more; ``unread`` is that of a program."""
    at_work = bucket.status in AT_WORK
    match view:
        case "all":
            return True
        case "open":
            return at_work
        case "mine":
            return at_work and bucket.assignee_id == (user_id or "")
        case "unassigned":
            return at_work and bucket.assignee_id is None
        case "waiting":
            return at_work and bucket.unanswered
        case "closing":
            return bucket.closing
        case "needs_reply":
            return at_work and bucket.incoming_last
        case "snoozed" | "resolved":
            return bucket.status == view
        case "unread":
            return bucket.unseen
        case "mentions":
            return False


BY_ALL: Final[tuple[View, ...]] = (
    *("unassigned", "waiting", "closing", "open", "all", "unread"),
    *("needs_reply", "snoozed", "resolved"),
)
"""Views that are the same for all who see as far."""


class Sums(Struct, frozen=True):
    """What is within one reach. All but ``views`` and ``buckets`` are of those at work.

    ``buckets`` by their labels, None: all there are.
    """

    buckets: defaultdict[str | None, list[tuple[Bucket, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    views: Counter[str] = field(default_factory=Counter)
    assignees: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    teams: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)


def sums_within(counted: BucketCounts, reach: Reach) -> Sums:
    sums = Sums()
    for bucket, n in counted.buckets.items():
        if reach.is_limited and not reach.holds(Whereabouts(bucket.channel_id, bucket.team_id)):
            continue
        sums.buckets[bucket.label_id].append((bucket, n))
        if bucket.label_id is None:
            for view in BY_ALL:
                if in_view(view, bucket, None):
                    sums.views[view] += n
        if bucket.status in AT_WORK:
            _add_to(sums, bucket, n, counted.label_names)
    return sums


def _add_to(sums: Sums, bucket: Bucket, n: int, label_names: Mapping[str, str]) -> None:
    if bucket.label_id is not None:
        sums.labels[label_names[bucket.label_id]] += n
        return
    sums.channels[bucket.channel_id] += n
    if bucket.team_id is not None:
        sums.teams[bucket.team_id] += n
    if bucket.assignee_id is not None:
        sums.assignees[bucket.assignee_id] += n


COUNTABLE: Final = frozenset(("view", "channel", "team", "status", "sort"))
COUNTABLE_AT_WORK: Final = COUNTABLE | {"label", "assignee", "priority"}
OF_WORK: Final[frozenset[View]] = frozenset(
    ("open", "mine", "unassigned", "waiting", "needs_reply")
)


def answering(
    counted: BucketCounts, sums: Sums, filters: Mapping[str, str], user_id: str | None
) -> int | None:
    """How many conversations the list's query gives; None: that cannot be said without the list.

    ``filters``: a saved view's. Words, times, and what one user has read or is named in are
    not among what is summed; nor are label, assignee and priority of what is not at work.
    """
    view = view_named(filters.get("view") or "all")
    own = view == "mentions" or (view == "unread" and user_id is not None)
    at_work = view in OF_WORK or filters.get("status") in AT_WORK
    countable = COUNTABLE_AT_WORK if at_work else COUNTABLE
    if view is None or own or not countable.issuperset(filters):
        return None
    label = filters.get("label")
    label_id = _label_id(counted, label) if label else None
    if label and label_id is None:
        return 0
    wanted = _wanted(filters, user_id)
    return sum(
        n
        for bucket, n in sums.buckets[label_id]
        if in_view(view, bucket, user_id)
        and all(getattr(bucket, name) == value for name, value in wanted.items())
    )


def _label_id(counted: BucketCounts, asked: str) -> str | None:
    known = counted.label_names
    if asked in known:
        return asked
    return next((one for one in known if label_key(known[one]) == label_key(asked)), None)


def _wanted(filters: Mapping[str, str], user_id: str | None) -> dict[str, str | None]:
    """What a bucket must have, as ``listing`` reads it."""
    wanted: dict[str, str | None] = {
        name: filters[asked]
        for name, asked in (
            ("channel_id", "channel"),
            ("status", "status"),
            ("priority", "priority"),
        )
        if filters.get(asked)
    }
    for name, asked in (("assignee_id", "assignee"), ("team_id", "team")):
        if told := filters.get(asked):
            wanted[name] = None if told == "none" else told
    if filters.get("assignee") == "me":
        wanted["assignee_id"] = user_id or ""
    return wanted
