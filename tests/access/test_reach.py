"""How far an agent or a program sees: a limit is a set, and an empty set is one."""

from dataclasses import dataclass

import pytest
from sqlalchemy import delete, event, func, select

from inbox.access import limits, people, reach, sessions, tokens
from inbox.access.people import User
from inbox.channels import store
from inbox.domain.errors import Invalid, Missing
from inbox.domain.reach import EVERYTHING, Reach, Whereabouts
from inbox.feed.log import events_after
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels, conversations, user_channels
from tests.access.conftest import NOW

SEALER = Sealer(bytes(32))


@dataclass(frozen=True)
class Lines:
    shop: str
    help: str


@pytest.fixture
async def lines(database: Database) -> Lines:
    made = [
        await database.write(store.add, SEALER, name=name, provider="sandbox", now=NOW)
        for name in ("Shop", "Help")
    ]
    return Lines(*(channel.id for channel in made))


def test_a_conversation_is_within_reach_by_its_channel_and_its_team() -> None:
    assert EVERYTHING.holds(None) and EVERYTHING.holds(Whereabouts("shop"))
    shop = Reach(frozenset({"shop"}))
    assert shop.holds(Whereabouts("shop", "sales")) and not shop.holds(Whereabouts("help"))
    both = Reach(frozenset({"shop"}), frozenset({"sales"}))
    assert both.holds(Whereabouts("shop", "sales"))
    assert not both.holds(Whereabouts("shop", "care")) and not both.holds(Whereabouts("shop"))
    assert not shop.holds(None) and not Reach(frozenset()).holds(Whereabouts("shop"))


def test_two_limits_together_leave_what_both_leave() -> None:
    shop, help_ = Reach(frozenset({"shop"})), Reach(frozenset({"help"}), frozenset({"care"}))
    assert shop.and_also(EVERYTHING) == EVERYTHING.and_also(shop) == shop
    assert shop.and_also(help_) == Reach(frozenset(), frozenset({"care"}))


async def test_a_session_knows_the_channels_of_its_user_by_one_statement(
    database: Database, ben: User, lines: Lines
) -> None:
    cookie = await database.write(sessions.start, ben.id, "", NOW)
    assert (who := await database.read(sessions.find, cookie, NOW)) and who.reach == EVERYTHING
    await database.write(limits.limit_user, ben.id, [lines.shop, lines.help], NOW)
    asked: list[str] = []

    def find(connection: sessions.Connection) -> Reach | None:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        found = sessions.find(connection, cookie, NOW)
        return found and found.reach

    assert await database.read(find) == Reach(frozenset({lines.shop, lines.help}))
    assert len([one for one in asked if one != "BEGIN"]) == 1
    await database.write(limits.limit_user, ben.id, None, NOW)
    assert await database.read(find) == EVERYTHING


async def test_a_channel_that_goes_leaves_its_agent_with_nothing_and_not_with_all(
    database: Database, ben: User, lines: Lines
) -> None:
    await database.write(limits.limit_user, ben.id, [lines.shop], NOW)
    gone = delete(channels).where(channels.c.id == lines.shop)
    await database.write(lambda connection: connection.execute(gone))
    assert await database.read(reach.reach_of, ben.id) == Reach(frozenset())


async def test_only_agents_are_limited(
    database: Database, ana: User, ben: User, lines: Lines
) -> None:
    for user in (ana, ben):
        await database.write(limits.limit_user, user.id, [lines.shop], NOW)
    shop = Reach(frozenset({lines.shop}))
    assert await database.read(reach.reach_of, ana.id) == EVERYTHING
    assert await database.read(reach.reach_of, ben.id) == shop
    await database.write(people.set_role, ben.id, "supervisor", NOW)
    assert await database.read(reach.reach_of, ben.id) == EVERYTHING


async def test_who_is_nobody_sees_nothing(database: Database) -> None:
    assert await database.read(reach.reach_of, "nobody") == Reach(frozenset())
    with pytest.raises(Missing):
        await database.write(limits.limit_user, "nobody", None, NOW)


async def test_a_limit_names_channels_that_there_are(
    database: Database, ben: User, lines: Lines
) -> None:
    with pytest.raises(Invalid, match="no such channel"):
        await database.write(limits.limit_user, ben.id, [lines.shop, "elsewhere"], NOW)
    assert await database.read(reach.reach_of, ben.id) == EVERYTHING


async def test_a_token_sees_no_further_than_its_owner(
    database: Database, ben: User, lines: Lines
) -> None:
    both = [lines.shop, lines.help]
    made = [
        await database.write(tokens.add, "CRM", role, NOW, owner, None, chosen)
        for role, owner, chosen in (
            ("agent", None, [lines.shop]),
            ("agent", ben.id, both),
            ("admin", ben.id, None),
            ("agent", None, []),
        )
    ]
    await database.write(limits.limit_user, ben.id, [lines.help], NOW)
    found = [await database.read(tokens.find, plain, NOW) for _, plain in made]
    shop, help_ = Reach(frozenset({lines.shop})), Reach(frozenset({lines.help}))
    seen = [who and (who.role, who.reach) for who in found]
    assert seen == [("agent", each) for each in (shop, help_, help_, Reach(frozenset()))]
    with pytest.raises(Invalid, match="role agent"):
        await database.write(tokens.add, "CRM", "admin", NOW, None, None, both)


async def test_whoever_is_limited_otherwise_is_told_with_their_tokens(
    database: Database, ben: User, lines: Lines
) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW, ben.id)
    before = await database.read(events_after, 0, 100)
    await database.write(limits.limit_user, ben.id, [lines.shop], NOW)
    told = (await database.read(events_after, 0, 100))[len(before) :]
    assert [one.type for one in told] == ["server:limits"] * 2
    assert ben.id in told[0].payload and token.id in told[1].payload


async def test_a_query_takes_its_conditions_from_a_reach(database: Database, lines: Lines) -> None:
    every = select(conversations.c.id)
    assert (
        reach.in_reach(EVERYTHING)
        == ()
        == reach.in_reach_by_id(EVERYTHING, user_channels.c.user_id)
    )
    assert "channel_id = " in str(every.where(*reach.in_reach(Reach(frozenset({lines.shop})))))
    nothing = select(func.count()).where(
        *reach.in_reach_by_id(Reach(frozenset()), conversations.c.id)
    )
    assert await database.read(lambda connection: connection.execute(nothing).scalar()) == 0
