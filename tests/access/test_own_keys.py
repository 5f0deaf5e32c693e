"""Keys of one's own: kept with the user, and none that two actions have."""

import pytest
from sqlalchemy import Connection

from inbox.access import people, sessions
from inbox.access.own_keys import USUAL, OwnKeys, keep_keys, keys_of, read_keys
from inbox.domain.errors import Invalid
from inbox.storage.database import Database

NOW = 1_790_000_000_000_000


async def test_they_come_with_whoever_signs_in(database: Database) -> None:
    own: OwnKeys = {"off": True, "own": {"reply": "ф", "palette": "Mod+j", "back": ""}}
    user = await database.write(_add)
    cookie = await database.write(sessions.start, user, "a browser", NOW)
    assert await database.read(keys_of, user) == USUAL
    await database.write(keep_keys, user, own)
    assert await database.read(keys_of, user) == own
    found = await database.read(sessions.find, cookie, NOW)
    assert found is not None and read_keys(found.own_keys or "") == own
    await database.write(keep_keys, user, USUAL)
    found = await database.read(sessions.find, cookie, NOW)
    assert found is not None and found.own_keys is None


def _add(connection: Connection) -> str:
    facts = {"email": "ana@example.com", "name": "Ana", "role": "agent"}
    return people.add(connection, **facts, now=NOW).id


@pytest.mark.parametrize(
    "own", [{"reply": "a", "note": "a"}, {"reply": "ab"}, {"reply": " "}, {"Reply!": "a"}]
)
async def test_what_cannot_be_pressed_or_means_two_things_is_refused(
    database: Database, own: dict[str, str]
) -> None:
    user = await database.write(_add)
    with pytest.raises(Invalid, match=r"key|actions"):
        await database.write(keep_keys, user, {"off": False, "own": own})
    assert await database.read(keys_of, user) == USUAL


@pytest.mark.parametrize("text", ["", "[]", '{"off": 1, "own": {}}', '{"off": false}', "\ud83d"])
def test_what_are_no_keys_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no keys"):
        read_keys(text)
