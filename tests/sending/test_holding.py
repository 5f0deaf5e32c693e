"""What waits for a channel that is paused is held: nobody takes it, and it says why."""

from sqlalchemy import select

from inbox.conversations import read_marks, threads
from inbox.domain.times import MINUTE
from inbox.receiving.backlog import backlog
from inbox.sending import claims
from inbox.sending.holding import PAUSED, pause_channel, resume_channel
from inbox.storage.database import Connection, Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels
from tests.sending.conftest import NOW, written

SEALER = Sealer(b"k" * 40)


def _channel(connection: Connection) -> str:
    return str(connection.execute(select(channels.c.id)).scalar_one())


async def standing(database: Database, reply: str) -> tuple[set[int], int | None, str | None]:
    """In how many channels each queue finds something, since when a reply is due, why it waits."""
    queues = (claims.QUEUE, read_marks.QUEUE)
    found = {len((await database.read(one.look, NOW + MINUTE)).lanes) for one in queues}
    message = await database.read(threads.message_by_id, reply)
    assert message
    waits = message["waiting"]
    return found, (await database.read(backlog)).sends_due_at, waits and waits["reason"]


async def test_nobody_takes_what_a_paused_channel_holds_and_nothing_of_it_is_late(
    database: Database, conversation: str
) -> None:
    reply, channel = await written(database, conversation, "hello"), await database.read(_channel)
    await database.write(read_marks.want_told, conversation, channel, NOW)
    assert await standing(database, reply) == ({1}, NOW, None)
    await database.write(pause_channel, SEALER, channel, NOW)
    assert await standing(database, reply) == ({0}, None, PAUSED)
    await database.write(resume_channel, SEALER, channel, NOW)
    assert await standing(database, reply) == ({1}, NOW, None)
