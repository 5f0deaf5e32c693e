"""Law 17: whoever dies between two steps of a send loses no reply, and sends none twice.

``python -m tests.force.kills`` kills a thousand.
"""

from tests.force.kills import Kills

KILLS = 8


async def test_a_kill_between_any_two_steps_loses_and_doubles_nothing(migrated_url: str) -> None:
    kills = Kills(migrated_url)
    await kills.run(KILLS)
    assert kills.findings == []
    # Where nobody sends, nothing is doubled.
    assert (kills.done, len(kills.ledger.accepted)) == (KILLS, len(kills.ledger.replies))
    assert kills.steps > 50 and len(kills.asked) > KILLS
