"""``make crash``: many rounds on one database of each engine, with a table at the end."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from tests.force.crash import STAGES, Crash
from tests.support.postgres import running


def main() -> int:
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    asked = parser.parse_args()
    print(f"{asked.rounds} rounds, seed {asked.seed}", flush=True)
    whole = True
    for engine in asked.engine or ["sqlite", "postgresql"]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inbox-crash-") as folder:
            crash = _crash(engine, Path(folder), asked.seed, asked.rounds)
        print(f"\n{engine}, {time.monotonic() - began:.0f} s\n{table(crash)}\n", flush=True)
        whole &= not crash.findings
    return 0 if whole else 1


def _crash(engine: str, folder: Path, seed: int, rounds: int) -> Crash:
    def run(url: str) -> Crash:
        crash = Crash(url, folder, seed, told=lambda line: print(line, flush=True))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(crash.run(crash.any_stages(rounds)))
        return crash

    if engine == "sqlite":
        return run(f"sqlite+aiosqlite:///{folder / 'inbox.db'}")
    with running() as postgres:
        return run(postgres.create_database("crash"))


def table(crash: Crash) -> str:
    """The figures that a reader asks for first."""
    ledger, rounds = crash.ledger, crash.rounds
    facts: dict[str, object] = {
        "rounds": len(rounds),
        "webhooks posted": ledger.posted.total(),
        "webhooks acknowledged": ledger.acknowledged.total(),
        "replies posted": len(ledger.replies),
        "replies acknowledged": len(ledger.accepted),
        "replies marked ambiguous": crash.ambiguous,
        "feed events followed": crash.events,
        "lost": crash.count("lost", "missing", "hole", "never"),
        "doubled": crash.count("too many", "announced", "sent "),
        "all findings": len(crash.findings),
    }
    for stage in STAGES:
        these = [each for each in rounds if each.stage == stage]
        facts[f"ended: {stage}"] = (
            f"{len(these)}, {sum(each.open > 0 for each in these)} with webhooks open, "
            f"{sum(each.pending > 0 for each in these)} with entries to apply, "
            f"{sum(each.unsent > 0 for each in these)} with replies to send"
        )
    lines = [f"  {name:26} {value}" for name, value in facts.items()]
    return "\n".join(lines + [f"  ! {finding}" for finding in crash.findings[:30]])


if __name__ == "__main__":
    sys.exit(main())
