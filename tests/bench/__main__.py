"""``python -m tests.bench``: measure, with progress on stderr and the table on stdout."""

import json
import signal
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from tests.bench import (
    answering,
    carrying,
    fanout,
    features,
    forwarding,
    ingest,
    latency,
    machine,
    memory,
    million,
    page,
    pages,
    start,
    statements,
)
from tests.bench.bench import Bench
from tests.bench.report import CROWDED, Row, table

MEASUREMENTS: dict[str, Callable[[Bench], list[Row]]] = {
    "ingest": ingest.measure,
    "latency": latency.measure,
    "answering": answering.measure,
    "carrying": carrying.measure,
    "fanout": fanout.measure,
    "forwarding": forwarding.measure,
    "memory": memory.measure,
    "statements": statements.measure,
    "start": start.measure,
    "features": features.measure,
    "page": page.measure,
    "pages": pages.measure,
    "million": million.measure,
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
    began = time.monotonic()
    with (
        machine.pinned(machine.LOAD_CORE),
        tempfile.TemporaryDirectory(prefix="inbox-bench-", dir=options.data) as scratch,
        ExitStack() as made,
    ):
        bench = Bench(scratch=Path(scratch).resolve(), quick=options.quick, made=made)
        facts = machine.facts(bench.scratch)
        rows, faults = _measure(bench, options.only or list(MEASUREMENTS))
    facts |= {"quick": options.quick, "seconds": round(time.monotonic() - began)}
    notes = list(dict.fromkeys([*bench.notes, *faults]))
    _print(rows, notes, facts)
    if options.json:
        found = {"machine": facts, "rows": [row.as_json() for row in rows], "notes": notes}
        options.json.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 1 if faults else 0


def _measure(bench: Bench, names: list[str]) -> tuple[list[Row], list[str]]:
    """The rows, and what could not be measured: the others are worth having all the same."""
    rows: list[Row] = []
    faults = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        others = machine.Others(bench.postgres_seconds)
        try:
            found = MEASUREMENTS[name](bench)
        except Exception as fault:
            faults.append(f"{name} was not measured: {type(fault).__name__}: {fault}")
            bench.say(faults[-1])
            continue
        share = others.share
        rows += [replace(row, others=share) for row in found]
        if share > CROWDED:
            bench.notes.append(f"{name}: other programs took {share:.0%} of the machine")
        bench.notes += [f"{row.name}: {row.refused}" for row in found if row.refused]
    return rows, faults


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
    parser.add_argument(
        "--quick", action="store_true", help="few and short rounds, in some eight minutes"
    )
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="where the databases are made: measures that disk"
    )
    return parser.parse_args()


def _one_of() -> str:
    return f"one of {', '.join(MEASUREMENTS)}; may be given more than once"


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Unwinds, so that what was started is ended."""
    raise SystemExit(143)


def _print(rows: list[Row], notes: list[str], facts: dict[str, Any]) -> None:
    print(table(rows))
    print()
    print(
        f"{facts['processor']}, {facts['memory_gb']} GB; "
        f"Python {facts['python']}, {facts['system']}, {facts['cores']} cores; server on core "
        f"{facts['server_core']}, load on {facts['load_core']}; {facts['file_system']}, fsync "
        f"{facts['fsync_ms']} ms; load average before {facts['load_average'][0]}; "
        f"{facts['seconds']} s"
    )
    if facts["quick"]:
        print("Quick: few and short rounds, so the figures are rough.")
    if any(row.doubtful for row in rows):
        print("What ends in ? was measured while others computed: measure again in quiet.")
    for note in notes:
        print(f"! {note}")


if __name__ == "__main__":
    sys.exit(main())
