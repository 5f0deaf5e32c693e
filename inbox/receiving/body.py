"""A webhook body as JSON, read strictly (wire-formats 0, step 4).

``json`` itself would take UTF-16, a byte order mark, surrogates as bytes and NaN. A parser that is
twice as fast comes first; but it refuses the lone surrogate of one cut-off emoji, and with it
the whole batch. So what it refuses ``json`` decides, which also says what is wrong.
"""

import json
from typing import Any, NoReturn

import msgspec

from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject


class NotJson(ValueError):
    """The sentence says why, and quotes nothing of the body: it may be logged."""


def _refuse(constant: str) -> NoReturn:
    raise NotJson(_("%(constant)s is not JSON.", constant=constant))


_decode_most = msgspec.json.Decoder().decode
# One decoder for all: ``json.loads`` with an option would make one for each body.
_decode = json.JSONDecoder(parse_constant=_refuse).decode

DEEPEST = 500
"""Levels of objects and arrays. Left to the parser it would depend on who calls it from where:
what the door took, a replay from a deeper stack could not read."""

_TOO_DEEP = N_("The body is nested more than %(deepest)s levels deep.")
_WORDS = {
    list: N_("an array"),
    str: N_("a string"),
    bool: N_("a truth value"),
    type(None): N_("null"),
}
_NUMBER = N_("a number")


def parse(body: bytes) -> JsonObject:
    """The object in a body; raises ``NotJson``."""
    try:
        value = _decode_most(body)
    except (ValueError, RecursionError):
        value = _read(body)
    if not isinstance(value, dict):
        raise NotJson(
            _(
                "The body must be a JSON object, not %(kind)s.",
                kind=_(_WORDS.get(type(value), _NUMBER)),
            )
        )
    if body.count(b"{") + body.count(b"[") > DEEPEST and _deeper(value, DEEPEST):
        raise NotJson(_(_TOO_DEEP, deepest=DEEPEST))
    return value


def _read(body: bytes) -> Any:
    """Any value, or why it is none."""
    try:
        return _decode(body.decode("utf-8"))
    except NotJson:
        raise
    except UnicodeDecodeError as error:
        raise NotJson(_("The body is not UTF-8 (at byte %(start)s).", start=error.start)) from None
    except json.JSONDecodeError as error:
        raise NotJson(
            _(
                "The body is not JSON: %(fault)s at line %(line)s, column %(column)s.",
                fault=error.msg,
                line=error.lineno,
                column=error.colno,
            )
        ) from None
    except RecursionError:
        raise NotJson(_(_TOO_DEEP, deepest=DEEPEST)) from None
    except ValueError:
        # Python reads no integer of more than 4300 digits.
        raise NotJson(_("The body holds a number that is too long.")) from None


def _deeper(value: Any, levels: int) -> bool:
    """Whether it has more levels than these; level by level, as recursion has an end."""
    level = [value]
    for _level in range(levels):
        level = [
            item
            for part in level
            for item in (part.values() if isinstance(part, dict) else part)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True
