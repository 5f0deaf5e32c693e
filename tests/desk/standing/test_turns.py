"""Who is there is given new conversations in turn, up to what each can have open."""

import asyncio

import pytest
from sqlalchemy import insert, update

from inbox.desk.presence import Attendee, Presence
from inbox.desk.rota import Rota
from inbox.desk.turns import give_in_turn, to_be_given
from inbox.desk.writer import Writer
from inbox.storage.tables import channels, conversations, notice_wishes, team_members, teams, users
from tests.desk.standing.conftest import Desk


async def set_up(desk: Desk, *members: Writer, capacity: int | None = None) -> None:
    """The support team gives in turn, and new conversations of the channel are with it."""
    rows = [{"team_id": "support", "user_id": one.user_id} for one in members]
    await desk.database.write(lambda at: at.execute(insert(team_members), rows))
    how = update(teams).values(in_turn=True, capacity=capacity)
    await desk.database.write(lambda at: at.execute(how))


async def comes(desk: Desk, number: int) -> str:
    here = await desk.writes(f"1202555{number:04}")
    await desk.database.write(
        lambda at: at.execute(
            update(conversations).where(conversations.c.id == here).values(team_id="support")
        )
    )
    return here


async def give(desk: Desk, *here: Writer) -> int:
    there = {str(one.user_id) for one in here}
    found = await desk.database.read(to_be_given, there, desk.tick())
    return await desk.database.write(give_in_turn, found, there, desk.clock)


async def owner(desk: Desk, conversation: str) -> str | None:
    who = (await desk.shown(conversation))["assignee"]
    return who and who["name"]


async def test_they_go_round_and_the_thread_says_so(desk: Desk, ana: Writer, ben: Writer) -> None:
    await set_up(desk, ana, ben)
    ids = [await comes(desk, number) for number in range(4)]
    assert await give(desk, ana, ben) == 4
    names = [await owner(desk, one) for one in ids]
    assert names[:2] == names[2:] and {*names} == {"Ana", "Ben"}
    assert await desk.lines(ids[0]) == [[("assignee", None, names[0])]]
    assert (await desk.thread(ids[0]))[-1]["sender"] is None
    last = await comes(desk, 5)
    await give(desk, ana, ben)
    assert await owner(desk, last) == names[0], "whose turn is longest ago"


async def test_nobody_gets_more_than_there_is_room_for_and_the_rest_waits(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    await set_up(desk, ana, ben, capacity=1)
    ids = [await comes(desk, number) for number in range(3)]
    assert await give(desk, ana) == 1
    assert await give(desk, ana) == 0
    assert await give(desk, ana, ben) == 1, "as soon as somebody comes"
    assert await owner(desk, ids[2]) is None
    await desk.do(ids[0], ana, status="resolved")
    assert await give(desk, ana, ben) == 1, "or has room"
    assert await owner(desk, ids[2]) == "Ana"


async def test_only_who_is_there_of_the_team_and_not_away_is_given_any(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    await set_up(desk, ben)
    here = await comes(desk, 1)
    assert await give(desk, ana) == 0, "not of the team"
    away = {"user_id": ben.user_id, "messages": "all", "away": True}
    await desk.database.write(lambda at: at.execute(insert(notice_wishes), away))
    assert await give(desk, ana, ben) == 0, "away"
    back = update(notice_wishes).values(away_until=desk.clock)
    await desk.database.write(lambda at: at.execute(back))
    limited = update(users).where(users.c.id == ben.user_id).values(own_channels_only=True)
    await desk.database.write(lambda at: at.execute(limited))
    assert await give(desk, ben) == 0, "not within their reach"
    await desk.database.write(lambda at: at.execute(update(users).values(own_channels_only=False)))
    assert await give(desk, ben) == 1
    assert await owner(desk, here) == "Ben"


async def test_what_somebody_has_was_answered_or_is_put_aside_is_not_given(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    await set_up(desk, ana, ben)
    taken, answered, aside = [await comes(desk, number) for number in range(3)]
    await desk.do(taken, ben, assignee_id=ben.user_id)
    await desk.writes("12025550001", ours=True)
    await desk.do(aside, ben, status="resolved")
    assert await give(desk, ana) == 0
    await desk.writes("12025550002")
    assert await give(desk, ana) == 1, "reopened, and nobody has it"
    assert await owner(desk, aside) == "Ana"
    assert await owner(desk, answered) is None


async def test_a_channel_gives_to_everybody_who_is_there(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    assert await give(desk, ana) == 0
    await desk.database.write(lambda at: at.execute(update(channels).values(in_turn=True)))
    assert await give(desk, ana) == 1
    assert await owner(desk, here) == "Ana"


async def test_of_several_who_give_at_once_each_conversation_is_given_once(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    await set_up(desk, ana, ben, capacity=3)
    ids = [await comes(desk, number) for number in range(8)]
    given = await asyncio.gather(*(give(desk, ana, ben) for _ in range(4)))
    assert sum(given) == 6, "no more than three each"
    assert [len(await desk.lines(one)) for one in ids].count(1) == 6


async def test_the_rota_gives_as_somebody_comes(
    desk: Desk, ana: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.desk.rota.GATHER_SECONDS", 0)
    await set_up(desk, ana)
    here = await comes(desk, 1)
    presence, socket, committed = Presence(), object(), asyncio.Event()
    desk.database.on_commit = lambda _news: committed.set()
    rota = Rota(desk.database, presence, desk.tick)
    presence.on_here = rota.stir
    running = asyncio.create_task(rota.run())
    presence.stay(socket, Attendee(ana.name, str(ana.user_id)))
    async with asyncio.timeout(10):
        await committed.wait()
    running.cancel()
    assert await owner(desk, here) == "Ana" and rota.fault is None
