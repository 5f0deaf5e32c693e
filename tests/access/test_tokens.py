import pytest
from sqlalchemy import Connection, select

from inbox.access import tokens
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
    principal = await database.read(tokens.find, plain)
    assert principal == token.principal
    assert principal.subject == f"token:{token.id}"
    assert await database.read(tokens.by_id, token.id) == principal
    assert await database.read(tokens.listing) == [token]


async def test_the_token_itself_is_not_kept(database: Database) -> None:
    _, plain = await database.write(tokens.add, "CRM", "agent", NOW)
    kept = await database.read(_rows)
    assert "CRM" in kept
    assert plain not in kept


async def test_a_revoked_token_is_nobody_and_revoked_once(database: Database) -> None:
    token, plain = await database.write(tokens.add, "CRM", "agent", NOW)
    assert await database.write(tokens.revoke, token.id, NOW)
    assert not await database.write(tokens.revoke, token.id, NOW)
    assert await database.read(tokens.find, plain) is None
    assert await database.read(tokens.by_id, token.id) is None
    assert await database.read(tokens.listing) == []


async def test_its_use_is_noted_at_most_once_a_minute(database: Database) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    for at in (NOW, NOW + MINUTE - 1):
        await database.write(tokens.note_uses, [token.id, "unknown"], at)
    assert (await database.read(tokens.listing))[0].last_used_at == NOW
    await database.write(tokens.note_uses, [token.id], NOW + MINUTE)
    assert (await database.read(tokens.listing))[0].last_used_at == NOW + MINUTE


async def test_a_wrong_fact_is_refused_by_its_name(database: Database) -> None:
    for name, role, field in ((" ", "agent", "name"), ("CRM", "owner", "role")):
        with pytest.raises(Invalid) as refusal:
            await database.write(tokens.add, name, role, NOW)
        assert refusal.value.field == field
