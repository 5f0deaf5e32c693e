"""The payloads under ``tests/payloads`` and how their expected events are compared."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

PAYLOADS = Path(__file__).parents[1] / "payloads"

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

_NOTHING: tuple[Any, ...] = (None, "", [], {})


@cache
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / "manifest.json").read_text())
    return found


def payloads(provider: str) -> list[dict[str, Any]]:
    return [each for each in manifest()["payloads"] if each["provider"] == provider]


def expectation(payload: dict[str, Any]) -> dict[str, Any]:
    """``{count, unique_keys, head, tail, by_kind?}``; only large batches leave out the middle."""
    if "expect" in payload:
        return {"tail": [], **payload["expect"]}
    events, keys = payload["events"], payload["unique_keys"]
    return {"head": events, "tail": [], "count": len(events), "unique_keys": keys}


def body(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / file).read_text())
    return found


def same(wanted: Any, found: Any) -> bool:
    """The manifest's rule: what is listed is equal, listed as empty is absent or empty."""
    if wanted in _NOTHING:
        return found in _NOTHING
    match wanted:
        case dict():
            return isinstance(found, dict) and all(
                same(value, found.get(name)) for name, value in wanted.items()
            )
        case list():
            return (
                isinstance(found, list)
                and len(found) == len(wanted)
                and all(map(same, wanted, found))
            )
    return type(wanted) is type(found) and bool(wanted == found)
