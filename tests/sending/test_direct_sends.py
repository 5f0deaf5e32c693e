"""Direct Send: free text outside the 24 hours, where a channel has it and it is asked for."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, update

from inbox.conversations import threads
from inbox.domain.errors import Invalid
from inbox.domain.outgoing.asked import said_by
from inbox.domain.public import Message
from inbox.domain.times import DAY, HOUR
from inbox.providers.base import Refused
from inbox.sending import replies, retrying
from inbox.sending.replies import Reply
from inbox.sending.results import record_result
from inbox.sending.window import WindowClosed
from inbox.storage.database import Database
from inbox.storage.tables import channels
from tests.domain.test_outgoing import GOOD
from tests.sending.conftest import NOW, Begin, taken
from tests.sending.test_later import pass_until, shown, types, writes

LATE = NOW + 2 * DAY
"""When the window is closed."""
TEXT: Mapping[str, object] = {"text": "Your parcel is here."}


def _switch(connection: Connection, to: str) -> None:
    connection.execute(update(channels).values(direct_send=to))


@pytest.fixture
async def direct(database: Database, conversation: str) -> str:
    """A conversation of a channel that has it."""
    await database.write(_switch, "on")
    return conversation


async def ask(
    database: Database, conversation: str, asked: Mapping[str, object] = TEXT, **more: Any
) -> Message:
    now = more.pop("now", LATE)
    facts = {"said": said_by(asked), "sender_name": "Ana", "direct": True} | more
    reply = Reply(conversation_id=conversation, **facts)
    return await database.write(replies.enqueue, reply, now)


async def failed(database: Database, conversation: str) -> str:
    """One whose number has not got it."""
    reply = (await ask(database, conversation))["id"]
    [item] = await taken(database, LATE)
    await database.write(record_result, item.claim, Refused("Not open", code=100), LATE)
    assert (await shown(database, reply))["status"] == "failed"
    return reply


async def test_it_goes_so_only_if_that_is_asked_for_and_the_window_is_closed(
    database: Database, direct: str
) -> None:
    with pytest.raises(WindowClosed):
        await ask(database, direct, direct=False)
    inside = await ask(database, direct, now=NOW, client_id="now")
    assert "direct" not in inside["content"]
    outside = await ask(database, direct, client_id="late")
    assert (outside["status"], outside["content"].get("direct")) == ("queued", True)
    again = [await ask(database, direct, client_id=one) for one in ("now", "late")]
    assert [one["id"] for one in again] == [inside["id"], outside["id"]]


@pytest.mark.parametrize("name", ["buttons", "link"])
async def test_buttons_go_so_as_well(database: Database, direct: str, name: str) -> None:
    await ask(database, direct, GOOD[name])
    [item] = await taken(database, LATE)
    assert item.outgoing.said.content["direct"] is True


@pytest.mark.parametrize("name", ["list", "place", "card", "ask for a place"])
async def test_nothing_else_does(database: Database, direct: str, name: str) -> None:
    with pytest.raises(Invalid, match="go as Direct Send") as wrong:
        await ask(database, direct, GOOD[name])
    assert wrong.value.field == "direct"


@pytest.mark.parametrize("later", [{"hold": True}, {"send_at": LATE + HOUR}])
async def test_it_costs_so_it_never_waits_to_go_by_itself(
    database: Database, direct: str, later: dict[str, Any]
) -> None:
    with pytest.raises(Invalid, match="at once") as wrong:
        await ask(database, direct, **later)
    assert wrong.value.field == "direct"
    plain = (await ask(database, direct, direct=False, **later))["id"]
    done = await pass_until(database, LATE + DAY)
    assert done == ([] if "hold" in later else ["fail"])
    assert await taken(database, LATE + DAY) == []
    assert "direct" not in (await shown(database, plain))["content"]


@pytest.mark.parametrize("provider", ["cloud-api", "waba", "whatsable"])
async def test_a_channel_that_has_it_not_refuses_it(
    database: Database, begin: Begin, provider: str
) -> None:
    conversation = await begin(provider)
    await database.write(_switch, "off" if provider == "cloud-api" else "on")
    for now in (NOW, LATE):
        with pytest.raises(Invalid, match="not switched on") as wrong:
            await ask(database, conversation, now=now)
        assert wrong.value.field == "direct"


async def test_whoever_tries_it_again_pays_only_while_there_is_no_other_way(
    database: Database, direct: str
) -> None:
    first = await failed(database, direct)
    again = await database.write(retrying.retry, first, LATE)
    assert (again["status"], again["content"].get("direct")) == ("queued", True)
    [item] = await taken(database, LATE)
    await database.write(record_result, item.claim, Refused("Not open", code=100), LATE)
    await writes(database, direct, LATE)
    free = await database.write(retrying.retry, first, LATE)
    assert (free["status"], "direct" in free["content"]) == ("queued", False)
    assert (await types(database))[-1] == ("message:updated", "queued")


async def test_what_is_held_instead_goes_out_as_any_other_once_they_write(
    database: Database, direct: str
) -> None:
    first = await failed(database, direct)
    await database.write(_switch, "off")
    with pytest.raises(WindowClosed):
        await database.write(retrying.retry, first, LATE)
    held = await database.write(retrying.retry, first, LATE, hold=True)
    assert (held["status"], "direct" in held["content"]) == ("held", False)
    await writes(database, direct, LATE)
    assert await pass_until(database, LATE) == ["go"]
    [found] = [one for one in await taken(database, LATE) if one.claim.key[0] == first]
    assert "direct" not in found.outgoing.said.content
    assert (await database.read(threads.latest, direct)).messages[-1]["id"] == first
