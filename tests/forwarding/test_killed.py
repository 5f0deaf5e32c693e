"""Law 21 by force: who is killed while telling loses nothing, and each id is of one event."""

import asyncio
from typing import Any

from inbox.domain.times import now
from inbox.forwarding import endpoints
from inbox.storage.database import connect
from inbox.storage.secrets import Sealer, secret_key
from tests.support.server import Server, said, webhook
from tests.support.webhook_receiver import Answering, WebhookReceiver

NUMBER = 12


async def _endpoint(server: Server, receiver: WebhookReceiver) -> None:
    wishes: Any = {"url": f"{receiver.url}/crm", "events": ["message:new"]}
    database = connect(server.environment["INBOX_DATABASE_URL"])
    sealer = Sealer(secret_key("", server._data_dir))
    _, receiver.secrets["/crm"] = await database.write(
        endpoints.add, sealer, wishes, now(), private=True
    )
    await database.close()


def test_who_is_killed_while_telling_loses_none(
    lone_server: Server, receiver: WebhookReceiver
) -> None:
    server, line = lone_server, lone_server.add_channel()
    server.stop()
    asyncio.run(_endpoint(server, receiver))
    server.environment["INBOX_WEBHOOKS_PRIVATE"] = "allow"
    server.start()
    receiver.answers["/crm"] = [Answering(), Answering(), Answering(hang=True)]
    told = [said(f"wamid.killed{number}", str(number)) for number in range(NUMBER)]
    server.post_signed(line, webhook(line.account, messages=told))
    receiver.wait_for(lambda: len(receiver.got) == 3)
    server.kill()
    server.start()
    receiver.wait_for(lambda: len({one.webhook_id for one in receiver.got}) == NUMBER, 60)
    texts = {one.webhook_id: one.said["data"]["content"]["text"] for one in receiver.got}
    assert sorted(texts.values(), key=int) == [str(number) for number in range(NUMBER)]
    assert all(texts[one.webhook_id] == one.said["data"]["content"]["text"] for one in receiver.got)
    assert receiver.refused == []
