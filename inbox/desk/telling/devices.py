"""The browsers in which a user is told with no page open, and how it went there last.

One belongs to the session in which it was added: who signs out there, or is signed out, is told
nothing there any more. Its address is its name, so that adding it again changes nothing.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypedDict

from sqlalchemy import Connection, Select, delete, func, select, update

from inbox.desk.telling.encryption import SECRET, is_point, of_base64
from inbox.desk.telling.signing_key import STATE, make_state
from inbox.domain.errors import Invalid, Missing
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.feed.log import head
from inbox.storage.dialect import insert
from inbox.storage.tables import push_devices, push_state, pushes, sessions, users
from inbox.storage.typed_rows import all_rows, first_row

ENDPOINT_LIMIT: Final = 2_000
USER_AGENT_LIMIT: Final = 256
MOST: Final = 20
"""Of one user: who has more has lost some."""
ERROR_LIMIT: Final = 200

_device = push_devices.c
LIVE: Final = (_device.ended_at.is_(None), users.c.disabled_at.is_(None))


class DeviceRow(TypedDict):
    id: str
    user_id: str
    session: str
    endpoint: str
    endpoint_digest: str
    p256dh: str
    auth: str
    user_agent: str
    created_at: Micros
    tried_at: Micros | None
    status: int | None
    error: str | None
    ended_at: Micros | None
    shut_until: Micros | None


class Subscribed(NamedTuple):
    """What a browser says of its subscription; ``replaces``: the address that it had before."""

    endpoint: str
    p256dh: str
    auth: str
    user_agent: str
    replaces: str = ""


class PushAnswer(NamedTuple):
    """What came of one push: a status of HTTP, or why there was none."""

    status: int | None
    error: str | None = None
    retry_after: Micros | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The browser has no such subscription any more."""
        return self.status in (404, 410)


def add_device(
    connection: Connection, user_id: str, session: str, asked: Subscribed, now: Micros
) -> tuple[DeviceRow, bool]:
    """The device, and whether it is new; raises ``Invalid``."""
    _check_keys(asked)
    digest = _digest(asked.endpoint)
    _begin_at_the_end(connection, now)
    if asked.replaces and asked.replaces != asked.endpoint:
        former = (_device.endpoint_digest == _digest(asked.replaces), _device.user_id == user_id)
        connection.execute(delete(push_devices).where(*former))
    known = connection.execute(
        select(_device.id).where(_device.endpoint_digest == digest, _device.user_id == user_id)
    ).scalar()
    if known is None:
        _refuse_many(connection, user_id)
        # Somebody else was told in this browser before.
        connection.execute(delete(push_devices).where(_device.endpoint_digest == digest))
    row = {
        "id": known or new_id(now),
        "user_id": user_id,
        "session": session,
        "endpoint": asked.endpoint,
        "endpoint_digest": digest,
        "p256dh": asked.p256dh,
        "auth": asked.auth,
        "user_agent": scrub(asked.user_agent)[:USER_AGENT_LIMIT],
        "created_at": now,
    }
    again = {name: row[name] for name in ("session", "p256dh", "auth", "user_agent")}
    statement = insert(connection, push_devices).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["endpoint_digest"], set_={**again, "ended_at": None}
    )
    found = first_row(DeviceRow, connection.execute(statement.returning(*_device)))
    assert found is not None, "it is there now"
    return found, known is None


def _check_keys(asked: Subscribed) -> None:
    try:
        right = is_point(of_base64(asked.p256dh)) and len(of_base64(asked.auth)) == SECRET
    except ValueError:
        right = False
    if not right:
        raise Invalid("keys", _("These are not the keys of a browser’s subscription."))


def _refuse_many(connection: Connection, user_id: str) -> None:
    mine = select(func.count()).select_from(push_devices).where(_device.user_id == user_id)
    if connection.execute(mine).scalar_one() >= MOST:
        raise Invalid(
            "endpoint",
            _("You have %(most)s devices: remove one that you do not use.", most=MOST),
        )


def _begin_at_the_end(connection: Connection, now: Micros) -> None:
    """The first that is to be told anything is told of nothing that was before it."""
    if not live_devices(connection, now):
        make_state(connection)
        state = update(push_state).where(push_state.c.id == STATE)
        connection.execute(state.values(seq=head(connection)))


def _digest(endpoint: str) -> str:
    return sha256(endpoint.encode("utf-8", "surrogatepass")).hexdigest()


def devices_of(connection: Connection, user_id: str, now: Micros) -> list[DeviceRow]:
    """The newest first; of sessions that are no more there are none."""
    query = _own(user_id, now).order_by(_device.created_at.desc(), _device.id)
    return all_rows(DeviceRow, connection.execute(query))


def _own(user_id: str, now: Micros) -> Select[Any]:
    return (
        select(push_devices)
        .join(sessions, sessions.c.digest == _device.session)
        .where(_device.user_id == user_id, sessions.c.expires_at > now)
    )


def own_device(connection: Connection, user_id: str, device_id: str, now: Micros) -> DeviceRow:
    """One of those. Raises ``Missing`` where it is not."""
    query = _own(user_id, now).where(_device.id == device_id)
    found = first_row(DeviceRow, connection.execute(query))
    if found is None:
        raise Missing(_("You have no such device."))
    return found


def remove_device(connection: Connection, user_id: str, device_id: str, now: Micros) -> DeviceRow:
    found = own_device(connection, user_id, device_id, now)
    connection.execute(delete(push_devices).where(_device.id == device_id))
    return found


def note_answer(
    connection: Connection, device_id: str, answer: PushAnswer, now: Micros
) -> DeviceRow | None:
    """How it went; one that is gone is told nothing more, and who wants a pause gets it."""
    values = {
        "tried_at": now,
        "status": answer.status,
        "error": answer.error and answer.error[:ERROR_LIMIT],
        "shut_until": None if answer.retry_after is None else now + answer.retry_after,
    }
    if answer.gone:
        values["ended_at"] = now
        connection.execute(delete(pushes).where(pushes.c.device_id == device_id))
    changed = update(push_devices).where(_device.id == device_id).values(values)
    return first_row(DeviceRow, connection.execute(changed.returning(*_device)))


def live_devices(connection: Connection, now: Micros) -> Sequence[tuple[str, str]]:
    """Pairs of user and device, of all that can be told something."""
    query = (
        select(_device.user_id, _device.id)
        .join(sessions, sessions.c.digest == _device.session)
        .join(users, users.c.id == _device.user_id)
        .where(*LIVE, sessions.c.expires_at > now)
    )
    return [(row.user_id, row.id) for row in connection.execute(query)]


def live_device(connection: Connection, device_id: str, now: Micros) -> DeviceRow | None:
    query = (
        select(push_devices)
        .join(sessions, sessions.c.digest == _device.session)
        .join(users, users.c.id == _device.user_id)
        .where(*LIVE, sessions.c.expires_at > now, _device.id == device_id)
    )
    return first_row(DeviceRow, connection.execute(query))
