"""``make fuzz``: bodies by the thousand against a real server on each engine.

A minute on each, unless told otherwise::

    make fuzz SECONDS=600 SEED=7    longer, and the same bodies again
    make fuzz REPLAY=file           one body: a saved case, or any file
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from tests.fuzz.campaign import Campaign, keep
from tests.fuzz.cases import Case, saved
from tests.fuzz.engines import ENGINES, started
from tests.fuzz.mutations import cases

OUTPUT = Path(__file__).parents[1] / "output" / "fuzz"
BLOCK = 100


def fire(engine: str, bodies: Iterator[Case], seconds: float) -> int:
    """How many oddities were found."""
    found = 0
    with started(engine) as server, closing(Campaign(server)) as campaign:
        tally, began = campaign.tally, time.monotonic()
        while (spent := time.monotonic() - began) < seconds:
            block = list(islice(bodies, BLOCK))
            if not block:
                break
            for line in (odds := keep(campaign.block(block), OUTPUT)):
                print(f"  ODD {line}", flush=True)
            found += len(odds)
            print(
                f"{engine} {spent:5.0f} s: {tally.posted} bodies, {tally.siblings} siblings found, "
                f"{tally.pages} pages, {tally.memory >> 20} MiB, {found} odd",
                flush=True,
            )
            if odds and any("complained" in odd or "/health" in odd for odd in odds):
                break  # what was logged once would be told after every block
        print("\n".join(tally.lines()), flush=True)
    return found


def arguments() -> Namespace:
    parser = ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="on each engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--engine", choices=ENGINES)
    return parser.parse_args()


def main() -> int:
    asked, found = arguments(), 0
    for engine in [asked.engine] if asked.engine else ENGINES:
        bodies = iter([saved(asked.replay)]) if asked.replay else cases(asked.seed)
        found += fire(engine, bodies, asked.seconds)
    print(f"{found} odd" if found else "nothing odd")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
