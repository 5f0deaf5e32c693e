"""What is wrong with a body, in Meta's codes, and the shapes that many rules ask for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass  # not frozen: whoever raises it again notes its traceback
class Wrong(Exception):
    """``code`` and ``subcode`` are Meta's; the status is that of nearly all of them."""

    code: int
    details: str
    status: int = 400
    subcode: int | None = None


def only(given: object, names: Collection[str], where: str) -> Mapping[str, Any]:
    """An object with no other keys than these."""
    if not isinstance(given, dict):
        raise Wrong(100, f"{where} must be an object")
    if odd := given.keys() - names:
        raise Wrong(100, f"Unexpected key {min(odd)!r} in {where}")
    return given


def words(given: object, where: str, most: int, least: int = 1) -> str:
    if not isinstance(given, str):
        raise Wrong(131008, f"Required parameter is missing: {where}")
    if not least <= len(given) <= most:
        raise Wrong(131009, f"{where} must have {least} to {most} characters, not {len(given)}")
    return given


def list_of(given: object, where: str, most: int) -> Sequence[Any]:
    if not isinstance(given, list) or not 1 <= len(given) <= most:
        raise Wrong(131009, f"{where} must be a list of 1 to {most}")
    return given
