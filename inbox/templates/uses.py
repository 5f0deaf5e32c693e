"""What each of us put into a template last, so that it need not be typed again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from inbox.domain.public import MessageTemplate
from inbox.domain.rows import TemplateRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import template_uses, templates
from inbox.storage.typed_rows import all_rows
from inbox.templates.store import SENDABLE, template_shape

RECENT = 5
_use = template_uses.c


def note_use(
    connection: Connection, user_id: str, template_id: str, fields: Mapping[str, str], now: Micros
) -> None:
    """``fields``: what stood in the form, as it was typed."""
    statement = insert(connection, template_uses).values(
        user_id=user_id, template_id=template_id, used_at=now, filled=encoded(dict(fields))
    )
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "template_id"],
            set_={"used_at": new.used_at, "filled": new.filled},
        )
    )


def last_fields(connection: Connection, user_id: str, template_id: str) -> dict[str, str]:
    query = select(_use.filled).where(_use.user_id == user_id, _use.template_id == template_id)
    found: dict[str, str] | None = decoded(connection.execute(query).scalar())
    return found or {}


def recently_used(
    connection: Connection, user_id: str, channel_id: str
) -> Sequence[MessageTemplate]:
    """Of one channel, those that can be sent now; the latest first."""
    query = (
        select(templates)
        .join(template_uses, _use.template_id == templates.c.id)
        .where(
            _use.user_id == user_id,
            templates.c.channel_id == channel_id,
            templates.c.status.in_(SENDABLE),
        )
        .order_by(_use.used_at.desc())
        .limit(RECENT)
    )
    return [template_shape(row) for row in all_rows(TemplateRow, connection.execute(query))]
