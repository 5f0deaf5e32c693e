"""Errors as webhooks and API answers carry them, in the provider's own words."""

import re

from inbox.domain.content import Problem
from inbox.domain.text import JsonObject, few, mapping, present, text

_CODE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_LARGEST = 2**31


def problems(value: object) -> list[Problem]:
    """Every error of a list that says anything."""
    return [found for found in map(read_problem, few(value)) if found]


def read_problem(error: JsonObject) -> Problem:
    """``{code?, title?, detail?}``; old senders put ``details`` at the top level."""
    detail = text(mapping(error.get("error_data")).get("details")) or text(error.get("details"))
    title = text(error.get("title")) or text(error.get("message"))
    return present(Problem, code=code(error.get("code")), title=title, detail=detail)


def code(value: object) -> int | None:
    """An error code, a number or its digits; larger than any column is no code."""
    if isinstance(value, str) and _CODE.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < _LARGEST else None
