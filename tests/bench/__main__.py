"""``python -m tests.bench``: measure, with progress on stderr and the table on stdout."""

import json
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.bench import fanout, ingest, latency, machine, memory, start, statements
from tests.bench.bench import Bench
from tests.bench.report import Row, table

MEASUREMENTS: dict[str, Callable[[Bench], list[Row]]] = {
    "ingest": ingest.measure,
    "latency": latency.measure,
    "fanout": fanout.measure,
    "memory": memory.measure,
    "statements": statements.measure,
    "start": start.measure,
}

EXAMPLES = """
examples:
  make bench
  make bench ARGS="--quick --only ingest"
  make bench ARGS="--json build/bench.json"
"""


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _stop)
    machine.allow_files()
    rows: list[Row] = []
    faults: list[str] = []
    began = time.monotonic()
    with (
        machine.pinned(machine.LOAD_CORE),
        tempfile.TemporaryDirectory(prefix="inbox-bench-", dir=options.data) as scratch,
    ):
        bench = Bench(scratch=Path(scratch), quick=options.quick)
        facts = machine.facts(bench.scratch)
        for name in options.only or MEASUREMENTS:
            print(f"{name} ...", file=sys.stderr, flush=True)
            others = machine.Others()
            try:
                rows += MEASUREMENTS[name](bench)
            except Exception as fault:
                # The others are worth having.
                faults.append(f"{name} was not measured: {type(fault).__name__}: {fault}")
                print(f"  {faults[-1]}", file=sys.stderr, flush=True)
            bench.judge_others(name, others.share)
    seconds = round(time.monotonic() - began)
    _print(rows, [*bench.notes, *faults], facts, options.quick, seconds)
    if options.json:
        found = {
            "machine": facts,
            "quick": options.quick,
            "seconds": seconds,
            "rows": [row.as_json() for row in rows],
            "notes": [*bench.notes, *faults],
        }
        options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 1 if faults else 0


def _options() -> Namespace:
    parser = ArgumentParser(
        prog="python -m tests.bench",
        description="How fast Inbox is here, beside what this machine can do at all.",
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write everything there too")
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=MEASUREMENTS, help=_one_of()
    )
    parser.add_argument("--quick", action="store_true", help="small and rough, in a minute")
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="where the databases are made: measures that disk"
    )
    return parser.parse_args()


def _one_of() -> str:
    return f"one of {', '.join(MEASUREMENTS)}; may be given more than once"


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Unwinds, so that what was started is ended."""
    raise SystemExit(143)


def _print(
    rows: list[Row], notes: list[str], facts: dict[str, Any], quick: bool, seconds: int
) -> None:
    print(table(rows))
    print()
    print(
        f"Python {facts['python']}, {facts['system']}, {facts['cores']} cores; server on core "
        f"{facts['server_core']}, load on {facts['load_core']}; {facts['file_system']}, fsync "
        f"{facts['fsync_ms']} ms; load average before {facts['load_average'][0]}; {seconds} s"
    )
    if quick:
        print("Quick: few and short rounds, so the figures are rough.")
    for note in dict.fromkeys(notes):
        print(f"! {note}")


if __name__ == "__main__":
    sys.exit(main())
