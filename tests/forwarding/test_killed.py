"""Law 21 by force: who is killed while telling loses nothing, and each id is of one event."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, Update, update

from inbox.domain.times import now
from inbox.forwarding import endpoints
from inbox.forwarding.forwarder import Forwarder
from inbox.forwarding.retrier import Retrier
from inbox.storage.database import Database, connect
from inbox.storage.secrets import Sealer, secret_key
from tests.support.server import Server, said, webhook
from tests.support.until import until
from tests.support.webhook_receiver import Answering, WebhookReceiver

NUMBER = 12


@asynccontextmanager
async def _left(server: Server) -> AsyncIterator[Database]:
    """The database of a server that does not run."""
    database = connect(server.environment["INBOX_DATABASE_URL"])
    yield database
    await database.close()


async def _endpoint(server: Server, receiver: WebhookReceiver) -> None:
    wishes: Any = {"url": f"{receiver.url}/crm", "events": ["message:new"]}
    sealer = Sealer(secret_key("", server._data_dir))
    async with _left(server) as database:
        _, receiver.secrets["/crm"] = await database.write(
            endpoints.add, sealer, wishes, now(), private=True
        )


async def _run_out(server: Server) -> None:
    """Let the claims of the dead be as old as they would be when they end."""
    async with _left(server) as database:
        for part in (Forwarder, Retrier):
            table = part.queue.table
            older = update(table).values(due_at=table.c.due_at - part.claimed_for)
            await database.write(_execute, older.where(table.c.due_at > now()))


def _execute(connection: Connection, statement: Update) -> None:
    assert connection.execute(statement).rowcount == 1, "one of each is told, and one tried again"


def _delivered(server: Server) -> list[dict[str, Any]]:
    """What is written down as taken, as soon as something is."""
    http = server.api()
    [endpoint] = http.get("/api/v1/webhooks").json()["data"]
    log = f"/api/v1/webhooks/{endpoint['id']}/deliveries"
    # It was posted, and is being written down.
    found = until(lambda: http.get(log, params={"state": "delivered"}).json()["data"])
    return [one | {"own": f"{log}/{one['id']}"} for one in found]


def _told(receiver: WebhookReceiver, replayed: str) -> bool:
    """Each event once at least, and that one again after the kill."""
    ids = [one.webhook_id for one in receiver.got]
    return len(set(ids)) == NUMBER and ids.count(replayed) == 3


def test_who_is_killed_while_telling_and_trying_again_loses_none(
    lone_server: Server, receiver: WebhookReceiver
) -> None:
    server, line = lone_server, lone_server.add_channel()
    server.stop()
    asyncio.run(_endpoint(server, receiver))
    server.environment["INBOX_WEBHOOKS_PRIVATE"] = "allow"
    server.start()
    texts = [said(f"wamid.killed{number}", str(number)) for number in range(NUMBER)]
    server.post_signed(line, webhook(line.account, messages=texts[:1]))
    [first] = _delivered(server)
    receiver.answers["/crm"] = [Answering(hang=True)] * 2
    assert server.api().post(f"{first['own']}/replay").is_success
    receiver.wait_for(lambda: len(receiver.got) == 2)
    server.post_signed(line, webhook(line.account, messages=texts[1:]))
    receiver.wait_for(lambda: len(receiver.got) == 3)
    server.kill()
    asyncio.run(_run_out(server))
    server.start()
    receiver.wait_for(lambda: _told(receiver, first["id"]))
    told = {one.webhook_id: one.said["data"]["content"]["text"] for one in receiver.got}
    assert sorted(told.values(), key=int) == [str(number) for number in range(NUMBER)]
    assert all(told[one.webhook_id] == one.said["data"]["content"]["text"] for one in receiver.got)
    assert receiver.refused == []
