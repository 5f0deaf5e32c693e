"""A sandbox follows one script, for so long and for so many sends as it was told."""

import pytest

from inbox.channels import store
from inbox.domain.errors import Invalid, Missing
from inbox.domain.times import MINUTE, SECOND
from inbox.rehearsal import rehearsals
from inbox.rehearsal.conduct import USUAL, Conduct, graph_answer
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer

NOW = 1_750_000_000 * SECOND


@pytest.fixture
async def channel(database: Database) -> str:
    facts = {"name": "Trial", "provider": "sandbox"}
    made = await database.write(store.add, Sealer(b"0" * 32), **facts, now=NOW)
    return made.id


async def test_it_is_over_by_itself_where_nobody_ends_it(database: Database, channel: str) -> None:
    begun = await database.write(rehearsals.begin_rehearsal, channel, 60, NOW)
    refusing = Conduct(answer="131047")
    await database.write(rehearsals.direct_rehearsal, channel, begun.id, refusing, NOW)
    assert await database.read(rehearsals.conduct_now, channel, NOW + 59 * SECOND) == refusing
    assert await database.read(rehearsals.conduct_now, channel, NOW + MINUTE) is None
    with pytest.raises(Missing):
        await database.write(rehearsals.direct_rehearsal, channel, begun.id, USUAL, NOW + MINUTE)


async def test_who_begins_another_takes_it_over(database: Database, channel: str) -> None:
    first = await database.write(rehearsals.begin_rehearsal, channel, 60, NOW)
    second = await database.write(rehearsals.begin_rehearsal, channel, 60, NOW)
    await database.write(rehearsals.end_rehearsal, channel, first.id)
    with pytest.raises(Missing, match="another one has begun"):
        await database.write(rehearsals.direct_rehearsal, channel, first.id, USUAL, NOW)
    await database.write(rehearsals.direct_rehearsal, channel, second.id, USUAL, NOW)


async def test_sends_are_counted_and_then_all_is_as_usual(database: Database, channel: str) -> None:
    begun = await database.write(rehearsals.begin_rehearsal, channel, 60, NOW)
    twice = Conduct(answer="429", times=2)
    await database.write(rehearsals.direct_rehearsal, channel, begun.id, twice, NOW)
    met = [await database.write(rehearsals.take_turn, channel, NOW) for _ in range(3)]
    assert [one.answer for one in met if one] == ["429", "429", "accepted"]


async def test_after_its_time_all_is_as_usual(database: Database, channel: str) -> None:
    begun = await database.write(rehearsals.begin_rehearsal, channel, 60, NOW)
    shortly = Conduct(answer="outage", seconds=1.5)
    await database.write(rehearsals.direct_rehearsal, channel, begun.id, shortly, NOW)
    for seconds, met in ((1, shortly), (2, USUAL)):
        now = NOW + seconds * SECOND
        assert await database.write(rehearsals.take_turn, channel, now) == met


async def test_what_no_provider_does_is_refused(database: Database, channel: str) -> None:
    with pytest.raises(Invalid, match="from 1 to 3600 seconds"):
        await database.write(rehearsals.begin_rehearsal, channel, 3601, NOW)
    begun = await database.write(rehearsals.begin_rehearsal, channel, 60, NOW)
    for wrong in (Conduct(answer="maybe"), Conduct(times=0), Conduct(statuses=["sent"] * 21)):
        with pytest.raises(Invalid):
            await database.write(rehearsals.direct_rehearsal, channel, begun.id, wrong, NOW)


@pytest.mark.parametrize(
    ("conduct", "status", "part"),
    [
        (Conduct(answer="429"), 429, b'"code": 130429'),
        (Conduct(answer="131047"), 400, b"Re-engagement message"),
        (Conduct(answer="190"), 401, b'"code": 190'),
        (Conduct(answer="outage"), 503, b"<html>"),
        (Conduct(answer="outage", http_status=502), 502, b"<html>"),
    ],
)
def test_a_refusal_is_worded_as_metas(conduct: Conduct, status: int, part: bytes) -> None:
    found = graph_answer(conduct)
    assert found is not None
    assert found.status == status
    assert part in found.body
    assert conduct.reports == []
