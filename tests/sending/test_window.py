"""Law 19: free text outside the 24-hour window is refused by the server."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from inbox.domain.times import DAY, HOUR
from inbox.providers.base import Refused
from inbox.providers.registry import PROVIDERS
from inbox.sending.replies import ClientIdTaken
from inbox.sending.results import record_result
from inbox.sending.retrying import retry
from inbox.sending.window import WindowClosed
from inbox.storage.database import Connection, Database
from inbox.storage.tables import messages, outbox
from tests.sending.conftest import NOW, Begin, taken, written


def _replies(connection: Connection) -> tuple[int, int]:
    """How many there are, and how many of them wait to be sent."""
    ours = select(func.count()).where(messages.c.client_id.is_not(None))
    waiting = select(func.count()).select_from(outbox)
    return connection.execute(ours).scalar_one(), connection.execute(waiting).scalar_one()


async def test_a_reply_is_taken_until_the_last_moment_and_not_after(
    database: Database, conversation: str
) -> None:
    await written(database, conversation, "in time", NOW + DAY - 1, client_id="one")
    for late in (NOW + DAY, NOW + 9 * DAY):
        with pytest.raises(WindowClosed) as closed:
            await written(database, conversation, "too late", late, client_id="two")
        assert closed.value.ended_at == NOW + DAY
    assert await database.read(_replies) == (1, 1)


async def test_what_was_accepted_in_time_is_the_same_reply_when_asked_again_later(
    database: Database, conversation: str
) -> None:
    first = await written(database, conversation, "hello", client_id="one")
    assert await written(database, conversation, "hello", NOW + 2 * DAY, client_id="one") == first
    assert await database.read(_replies) == (1, 1)


async def test_a_client_id_is_one_text_and_with_another_one_nothing_is_sent(
    database: Database, begin: Begin, conversation: str
) -> None:
    """Also late, also where it names a message of another conversation."""
    uuid, other = str(uuid4()), await begin()
    first = await written(database, conversation, "hello", client_id="one")
    await written(database, conversation, "hello", client_id=uuid)
    for there, client_id, at in (
        (conversation, "one", NOW),
        (conversation, "one", NOW + 2 * DAY),
        (conversation, uuid, NOW),
        (other, uuid, NOW),
    ):
        with pytest.raises(ClientIdTaken) as taken_:
            await written(database, there, "good-bye", at, client_id=client_id)
        assert taken_.value.message_id == (uuid if client_id == uuid else first)
    assert await database.read(_replies) == (2, 2)


async def test_what_was_accepted_in_time_leaves_also_later(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello", NOW + DAY - 1)
    [send] = await taken(database, NOW + 2 * DAY)
    assert (send.claim.key, send.tried) == ((reply,), False)


async def test_what_failed_is_sent_again_only_inside_the_window(
    database: Database, conversation: str
) -> None:
    reply = await written(database, conversation, "hello", client_id="one")
    [send] = await taken(database)
    await database.write(record_result, send.claim, Refused("no"), NOW)
    with pytest.raises(WindowClosed):
        await database.write(retry, reply, NOW + DAY)
    assert await database.read(_replies) == (1, 0)
    again = await database.write(retry, reply, NOW + HOUR)
    assert again["status"] == "queued" and await database.read(_replies) == (1, 1)


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
async def test_who_never_wrote_opened_no_window(
    database: Database, begin: Begin, provider: str
) -> None:
    conversation = await begin(provider, "out")
    with pytest.raises(WindowClosed) as closed:
        await written(database, conversation, "hello")
    assert closed.value.ended_at is None


async def test_a_provider_without_a_window_takes_replies_at_any_time(
    database: Database, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PROVIDERS["cloud-api"], "can", frozenset({"statuses"}))
    assert await written(database, conversation, "hello", NOW + 9 * DAY)
