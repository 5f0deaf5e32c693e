"""How commands print: JSON for programs, plain columns for people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2), flush=True)


def print_listing(
    found: Sequence[Mapping[str, Any]], as_json: bool, heads: Mapping[str, str]
) -> None:
    """All of it as JSON, or a table of the facts that have a head."""
    if as_json:
        print_json(found)
        return
    rows = ([each[name] for name in heads] for each in found)
    print_table(list(heads.values()), rows)


def print_facts(facts: Mapping[str, str]) -> None:
    """One fact a line, names padded to a column."""
    width = max(map(len, facts))
    for name, fact in facts.items():
        print(f"{name:{width}}  {fact}".rstrip())


def print_table(head: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    """Columns as wide as they need; nothing is shown as a hyphen."""
    lines = [list(head), *([cell or "-" for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (f"{cell:{width}}" for cell, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
