"""A webhook body as JSON, read strictly (wire-formats 0, step 4).

``json`` itself would take UTF-16, a byte order mark, surrogates as bytes and NaN; a faster
parser would refuse the lone surrogate of one cut-off emoji and with it the whole batch.
"""

import json
from typing import Any, NoReturn

from inbox.domain.text import JsonObject


class NotJson(ValueError):
    """The sentence says why, and quotes nothing of the body: it may be logged."""


def _refuse(constant: str) -> NoReturn:
    raise NotJson(f"{constant} is not JSON.")


# One decoder for all: ``json.loads`` with an option would make one for each body.
_decode = json.JSONDecoder(parse_constant=_refuse).decode

DEEPEST = 500
"""Levels of objects and arrays. Left to the parser it would depend on who calls it from where:
what the door took, a replay from a deeper stack could not read."""

_TOO_DEEP = f"The body is nested more than {DEEPEST} levels deep."
_WORDS = {list: "an array", str: "a string", bool: "a truth value", type(None): "null"}


def parse(body: bytes) -> JsonObject:
    """The object in a body; raises ``NotJson``."""
    try:
        value = _decode(body.decode("utf-8"))
    except NotJson:
        raise
    except UnicodeDecodeError as error:
        raise NotJson(f"The body is not UTF-8 (at byte {error.start}).") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"The body is not JSON: {error.msg} at {where}.") from None
    except RecursionError:
        raise NotJson(_TOO_DEEP) from None
    except ValueError:
        # Python reads no integer of more than 4300 digits.
        raise NotJson("The body holds a number that is too long.") from None
    if not isinstance(value, dict):
        raise NotJson(f"The body must be a JSON object, not {_WORDS.get(type(value), 'a number')}.")
    if body.count(b"{") + body.count(b"[") > DEEPEST and _deeper(value, DEEPEST):
        raise NotJson(_TOO_DEEP)
    return value


def _deeper(value: Any, levels: int) -> bool:
    """Whether it has more levels than these; level by level, as recursion has an end."""
    level = [value]
    for _ in range(levels):
        level = [
            item
            for part in level
            for item in (part.values() if isinstance(part, dict) else part)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True
