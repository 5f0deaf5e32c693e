"""Lists of the API: ``{"data": […], "next": "cursor" | null}``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar.exceptions import ClientException


@dataclass(slots=True)
class Listing:
    """``next`` is what to ask with for the page after this one; null at the end."""

    data: Sequence[Mapping[str, object]]
    next: str | None


def limited(limit: int, most: int) -> int:
    if 1 <= limit <= most:
        return limit
    raise ClientException(f"limit is from 1 to {most}.")
