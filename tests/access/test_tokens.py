import pytest
from sqlalchemy import Connection, select

from inbox.access import people, tokens
from inbox.access.people import User
from inbox.domain.errors import Invalid
from inbox.domain.times import MINUTE
from inbox.storage.database import Database
from inbox.storage.tables import api_tokens
from tests.access.conftest import NOW


def _rows(connection: Connection) -> str:
    return str(list(connection.execute(select(api_tokens)).mappings()))


async def test_a_token_names_its_program(database: Database) -> None:
    token, plain = await database.write(tokens.add, "CRM", "agent", NOW)
    assert plain.startswith("inbox_")
    principal = await database.read(tokens.find, plain, NOW)
    assert principal == token.principal
    assert principal.subject == f"token:{token.id}"
    assert await database.read(tokens.by_id, token.id, NOW) == principal
    assert await database.read(tokens.listing, NOW) == [token]


async def test_the_token_itself_is_not_kept(database: Database) -> None:
    _, plain = await database.write(tokens.add, "CRM", "agent", NOW)
    kept = await database.read(_rows)
    assert "CRM" in kept
    assert plain not in kept


async def test_a_revoked_token_is_nobody_and_revoked_once(database: Database) -> None:
    token, plain = await database.write(tokens.add, "CRM", "agent", NOW)
    assert await database.write(tokens.revoke, token.id, NOW)
    assert not await database.write(tokens.revoke, token.id, NOW)
    assert await database.read(tokens.find, plain, NOW) is None
    assert await database.read(tokens.by_id, token.id, NOW) is None
    assert await database.read(tokens.listing, NOW) == []


async def test_its_use_is_noted_at_most_once_a_minute(database: Database) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    for at in (NOW, NOW + MINUTE - 1):
        await database.write(tokens.note_uses, [token.id, "unknown"], at)
    assert (await database.read(tokens.listing, NOW))[0].last_used_at == NOW
    await database.write(tokens.note_uses, [token.id], NOW + MINUTE)
    assert (await database.read(tokens.listing, NOW))[0].last_used_at == NOW + MINUTE


async def test_a_wrong_fact_is_refused_by_its_name(database: Database) -> None:
    for name, role, field in ((" ", "agent", "name"), ("CRM", "owner", "role")):
        with pytest.raises(Invalid) as refusal:
            await database.write(tokens.add, name, role, NOW)
        assert refusal.value.field == field


async def test_a_token_ends_on_its_day(database: Database) -> None:
    end = NOW + MINUTE
    token, plain = await database.write(tokens.add, "CRM", "agent", NOW, None, end)
    who = await database.read(tokens.find, plain, end - 1)
    assert who is not None and who.ends_at == end
    assert await database.read(tokens.find, plain, end) is None
    assert await database.read(tokens.by_id, token.id, end) is None
    assert await database.read(tokens.listing, end) == []
    with pytest.raises(Invalid):
        await database.write(tokens.add, "CRM", "agent", NOW, None, NOW)


async def test_a_token_ends_with_its_owner_and_for_good(
    database: Database, ana: User, ben: User
) -> None:
    bens, plain = await database.write(tokens.add, "Ben's", "agent", NOW, ben.id)
    _, anas = await database.write(tokens.add, "Ana's", "agent", NOW, ana.id)
    _, nobodys = await database.write(tokens.add, "Backup", "agent", NOW)
    assert (bens.owner_id, bens.owner) == (ben.id, ben.name)
    for work in (people.disable, people.enable):
        await database.write(work, ben.id, NOW)
        assert await database.read(tokens.find, plain, NOW) is None
    for other in (anas, nobodys):
        assert await database.read(tokens.find, other, NOW) is not None


async def test_a_token_may_never_do_more_than_its_owner(
    database: Database, ana: User, ben: User
) -> None:
    await database.write(people.set_role, ben.id, "admin", NOW)
    _, plain = await database.write(tokens.add, "Ben's", "admin", NOW, ben.id)
    for role in ("admin", "agent", "admin"):
        await database.write(people.set_role, ben.id, role, NOW)
        who = await database.read(tokens.find, plain, NOW)
        assert who is not None and who.role == role
