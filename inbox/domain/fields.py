"""What fields of public types have in common: read by mypy, by people, and at run time.

``Annotated[int, says("In bytes.")]`` is an ``int`` to mypy, and tells the API's description what
the field means. A class says by its docstring what the whole is.
"""

from typing import Annotated

from msgspec import Meta


def says(words: str) -> Meta:
    """What a field means, in whole sentences and for people outside."""
    return Meta(description=words)


Moment = Annotated[
    str, Meta(extra_json_schema={"format": "date-time", "examples": ["2026-01-01T12:00:00.123Z"]})
]
"""A time as the API tells it: ISO 8601 in UTC, with milliseconds."""

Id = Annotated[
    str,
    Meta(
        extra_json_schema={"format": "uuid", "examples": ["019b2d3c-1f2e-7a4b-8c5d-6e7f80912a3b"]}
    ),
]
"""An id of ours."""

Anything = Annotated[object, Meta(extra_json_schema={"description": "Any JSON."})]
"""What somebody else made up, scrubbed."""
