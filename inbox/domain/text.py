"""Reading hostile JSON scalars: every string is scrubbed once, at the border.

Rules of wire-formats F.5 and F.8: numbers are taken where a text or an id is expected,
booleans never, and nothing is trimmed, folded or escaped at rest (keys must stay stable).
"""

from typing import Any, TypeVar, overload

T = TypeVar("T")

JsonObject = dict[str, object]
"""An object of JSON that is somebody else's to read or was theirs to write: of what is in it
nothing is known, so nothing is taken without looking."""

IDENTIFIER_LIMIT = 512
TEXT_LIMIT = 65_536
"""Characters of a text: all that WhatsApp lets a person write. The journal has the rest."""
NAME_LIMIT = 10_000
"""Characters of a name: it goes with every event about its bearer."""
LIST_LIMIT = 300
"""Parts of one message, as cards or products; WhatsApp sends at most 257."""

_EMPTY: tuple[object, ...] = ("", [], {})


def scrub(text: str) -> str:
    """Join surrogate pairs; replace lone surrogates and NUL by U+FFFD."""
    if text.isascii():
        return text.replace("\x00", "\ufffd")
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "\ufffd")


def text(value: object, limit: int = TEXT_LIMIT) -> str | None:
    """Free text, or None when absent, empty or of another JSON type; what is endless is cut."""
    if isinstance(value, str):
        return clip(scrub(value), limit) or None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return str(value)


def clip(text: str, limit: int = TEXT_LIMIT) -> str:
    """At most ``limit`` characters, with an ellipsis for what is left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def identifier(value: object) -> str | None:
    """An opaque id of at most 512 characters; integers are ids too, floats are not."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    found = scrub(value).strip()
    return found if 0 < len(found) <= IDENTIFIER_LIMIT else None


def flag(value: object) -> bool | None:
    """A JSON boolean; ``"true"`` and ``1`` are none."""
    return value if isinstance(value, bool) else None


def mapping(value: object) -> JsonObject:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[JsonObject]:
    """The objects in a list; anything else in it is skipped."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def few(value: object) -> list[JsonObject]:
    """As ``mappings``, but no more of them than one message may have parts."""
    return mappings(value[:LIST_LIMIT]) if isinstance(value, list) else []


@overload
def present(**facts: object) -> JsonObject: ...
@overload
def present(kind: type[T], /, **facts: object) -> T: ...
def present(kind: object = None, /, **facts: object) -> Any:
    """Only the facts that say something: no None, no empty text, list or object.

    ``kind``: the ``TypedDict`` that they make up.
    """
    return {name: fact for name, fact in facts.items() if fact is not None and fact not in _EMPTY}
