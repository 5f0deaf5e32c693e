"""What must not be shown, not even to an admin: tokens, passwords, signed addresses.

A webhook may carry an address that is a key by itself, as that of a file at the provider.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

HIDDEN = "[hidden]"

_SECRET_NAME = re.compile(
    r"(?:^|[_-])(?:token|secret|password|passwd|authorization|signature|credential|apikey|bearer)s?$"
    r"|(?:api|access|private|secret)[_-]?key$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARAMETER = re.compile(
    r"([?&;](?:access_token|token|sig|signature|key|secret|password|auth|ext|hash|oh|oe|"
    r"x-amz-[\w-]+|x-goog-[\w-]+)=)[^&#\s\"'<>\\]+",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"(\"[^\"]*(?:token|secret|password|authorization|signature)\"\s*:\s*\")(?:[^\"\\]|\\.)+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)


def redacted(value: Any, name: str = "", own: Collection[str] = ()) -> Any:
    """JSON with nothing secret in it; everything else as it was.

    ``own``: secrets of ours, hidden wherever they stand and whatever they are called there.
    """
    # Level by level would lose the order; bodies are at most 500 levels deep (receiving/body).
    if isinstance(value, Mapping):
        return {without(key, own): redacted(inner, str(key), own) for key, inner in value.items()}
    if isinstance(value, list):
        return [redacted(inner, name, own) for inner in value]
    if isinstance(value, str):
        return _text(without(value, own), name)
    return HIDDEN if _is_secret(name) and isinstance(value, int | float) else value


def redacted_text(text: str, own: Collection[str] = ()) -> str:
    """The same for a text that is no JSON."""
    return _LOOSE.sub(rf"\1{HIDDEN}", _loose(without(text, own)))


def without(text: str, own: Collection[str]) -> str:
    for secret in own:
        text = text.replace(secret, HIDDEN)
    return text


def _text(value: str, name: str) -> str:
    if not value:
        return value
    if _is_secret(name):
        return HIDDEN
    return _address(value) or _loose(value)


def _is_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(_CAMEL.sub("_", name)))


def _address(value: str) -> str | None:
    """An address alone is told without its query, which may sign it."""
    if not value.startswith(("http://", "https://")) or any(each.isspace() for each in value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if "@" in parts.netloc:
        parts = parts._replace(netloc=f"{HIDDEN}@{parts.netloc.rpartition('@')[2]}")
    if parts.query:
        parts = parts._replace(query=HIDDEN)
    return parts.geturl()


def _loose(text: str) -> str:
    return _BEARER.sub(rf"\1 {HIDDEN}", _PARAMETER.sub(rf"\1{HIDDEN}", text))
