"""Where a reply stands: below what it answers, whatever our clock shows."""

import pytest

from inbox.conversations import threads
from inbox.domain.times import MINUTE, SECOND
from inbox.storage.database import Database
from tests.sending.conftest import NOW, written


@pytest.mark.parametrize("behind", [0, SECOND // 2, 2 * MINUTE])
async def test_a_reply_stands_below_what_it_answers_though_our_clock_is_behind(
    database: Database, conversation: str, behind: int
) -> None:
    replies = [await written(database, conversation, words, NOW - behind) for words in "12"]
    shown = (await database.read(threads.latest, conversation)).messages
    assert [one["id"] for one in shown][1:] == replies
    assert [one["direction"] for one in shown] == ["incoming", "outgoing", "outgoing"]
    assert sorted(one["sort"] for one in shown) == [one["sort"] for one in shown]
