"""Labels: made, called and coloured otherwise, and deleted.

A conversation keeps their ids: what is called otherwise is so on all of them at once.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, func, select, update

from inbox.desk.arranging import AT_ONCE
from inbox.desk.clearing import clear
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import LabelsUpdated
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.names import label_ids
from inbox.domain.rows import ConversationRow
from inbox.domain.shapes import encoded
from inbox.domain.standing import label_key
from inbox.domain.teams import COLORS, LabelColor, LabelShape
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.tables import conversation_labels, labels

NAME_LIMIT: Final = 40
MOST: Final = 200
"""More than people can tell apart; all of them are read at once."""

NOT_THERE: Final = N_("There is no such label.")


def all_labels(connection: Connection) -> list[LabelShape]:
    """By name."""
    rows = connection.execute(select(labels).order_by(labels.c.folded, labels.c.id))
    return [
        {
            "id": row.id,
            "name": row.name,
            "color": row.color,
            "created_at": iso(row.created_at),
        }
        for row in rows
    ]


def label_by_id(connection: Connection, label_id: str) -> LabelShape:
    """Raises ``Missing``."""
    for label in all_labels(connection):
        if label["id"] == label_id:
            return label
    raise Missing(_(NOT_THERE))


def add_label(connection: Connection, name: str, color: str, now: Micros) -> LabelShape:
    """Raises ``Invalid``. ``color``: empty for the next that few have."""
    said = _checked_label_name(name)
    chosen = _checked_color(color) if color else _rarest(connection)
    if (connection.scalar(select(func.count()).select_from(labels)) or 0) >= MOST:
        raise Invalid("name", _("There are %(most)s labels already: delete one first.", most=MOST))
    label_id = new_id(now)
    row = {"id": label_id, "color": chosen, "created_at": now, **said}
    made = insert(connection, labels).values(row).on_conflict_do_nothing()
    if connection.execute(made.returning(labels.c.id)).first() is None:
        raise _taken(said["name"])
    _tell(connection, [], now)
    return label_by_id(connection, label_id)


def change_label(
    connection: Connection, label_id: str, name: str, color: str, now: Micros
) -> LabelShape:
    """Raises ``Invalid`` and ``Missing``."""
    was = label_by_id(connection, label_id)
    said = _checked_label_name(name)
    others = labels.c.folded == said["folded"], labels.c.id != label_id
    if connection.execute(select(labels.c.id).where(*others)).first():
        raise _taken(said["name"])
    new = {**said, "color": _checked_color(color)}
    connection.execute(update(labels).where(labels.c.id == label_id).values(new))
    _tell(connection, [was["name"]], now)
    return label_by_id(connection, label_id)


def remove_label(connection: Connection, label_id: str, by: Writer, now: Micros) -> bool:
    """Whether it is gone now: else some hundred conversations have it no more, and it goes on.

    Raises ``Missing``.
    """
    label_by_id(connection, label_id)
    having = select(conversation_labels.c.conversation_id)
    having = having.where(conversation_labels.c.label_id == label_id).limit(AT_ONCE + 1)
    ids = list(connection.execute(having).scalars())

    def without(row: ConversationRow) -> dict[str, object]:
        return {"labels": encoded([one for one in label_ids(row) if one != label_id])}

    if not clear(connection, ids, without, by, now):
        return False
    connection.execute(delete(labels).where(labels.c.id == label_id))
    _tell(connection, [], now)
    return True


def _tell(connection: Connection, changed: Sequence[str], now: Micros) -> None:
    event = LabelsUpdated({"labels": all_labels(connection), "changed": [*changed]})
    append(connection, [event], now)


def _checked_label_name(text: str) -> dict[str, str]:
    """The columns that say it."""
    name = " ".join(scrub(text).split())
    if not 0 < len(name) <= NAME_LIMIT:
        raise Invalid(
            "name", _("A label is called something, in up to %(most)s characters.", most=NAME_LIMIT)
        )
    return {"name": name, "folded": label_key(name)}


def _checked_color(text: str) -> LabelColor:
    for color in COLORS:
        if color == text:
            return color
    raise Invalid("color", _("A colour is one of %(known)s.", known=", ".join(COLORS)))


def _rarest(connection: Connection) -> LabelColor:
    used = [label["color"] for label in all_labels(connection)]
    return min(COLORS[1:], key=used.count)


def _taken(name: str) -> Invalid:
    return Invalid("name", _("There is a label %(name)s already.", name=name))
