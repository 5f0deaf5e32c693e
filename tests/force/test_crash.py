"""Laws 1, 2, 4, 12 and 17: what was acknowledged survives any death of the process, once.

``make crash`` does the same over many more rounds.
"""

from pathlib import Path

from tests.force.crash import Crash

STAGES = {
    "sqlite": ("load", "start", "SIGTERM"),
    "postgresql": ("first answers", "drain", "load"),
}


async def test_no_death_of_the_server_loses_or_doubles_anything(
    database_url: str, tmp_path: Path
) -> None:
    crash = Crash(database_url, tmp_path, seed=20)
    await crash.run(STAGES[database_url.partition("+")[0]])
    assert crash.findings == []
    # A server that is killed while it has nothing to do proves nothing.
    assert sum(each.acknowledged for each in crash.rounds) > 20
    assert any(each.pending or each.unsent for each in crash.rounds)
    assert crash.events > 20


def test_a_loss_would_be_found(tmp_path: Path) -> None:
    crash = Crash("sqlite://", tmp_path, seed=20)
    webhook = crash.traffic.next()
    crash.ledger.post(webhook)
    crash.ledger.acknowledged[webhook.body] += 1
    assert [found[:4] for found in crash.ledger.check_journal([])] == ["lost"]
    assert crash.ledger.check_journal([webhook.body]) == []
    assert [found[:3] for found in crash.ledger.check_journal([webhook.body] * 2)] == ["not"]
