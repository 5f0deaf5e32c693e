"""``make contract``: made-up requests for every operation of the API, on each engine.

Fifty for each operation, unless told otherwise::

    make contract CASES=500 SEED=7    more, and the same again
"""

import sys
import time
from argparse import ArgumentParser, Namespace

from tests.fuzz.asking import PRIVATE, asker
from tests.fuzz.engines import ENGINES, started


def ask_all(engine: str, cases: int, seed: int) -> int:
    """How many operations answered as they should not."""
    began = time.monotonic()
    with started(engine, **PRIVATE) as server, asker(server) as asking:
        tally = asking.ask(cases, seed)
        found = len(tally.findings) + len(server.complaints)
        print(f"{engine}, {time.monotonic() - began:.0f} s", *tally.lines(), sep="\n  ")
        print(*(f"  COMPLAINED {line}" for line in server.complaints), sep="\n", flush=True)
    return found


def arguments() -> Namespace:
    parser = ArgumentParser(prog="make contract", description=__doc__)
    parser.add_argument("--cases", type=int, default=50, help="for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES)
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    engines = [asked.engine] if asked.engine else ENGINES
    return 1 if sum(ask_all(engine, asked.cases, asked.seed) for engine in engines) else 0


if __name__ == "__main__":
    sys.exit(main())
