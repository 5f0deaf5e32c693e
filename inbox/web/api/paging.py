"""Lists of the API: ``{"data": […], "next": "cursor" | null}``."""

from dataclasses import dataclass

from litestar.exceptions import ClientException

from inbox.domain.shapes import Shape


@dataclass(slots=True)
class Listing:
    """``next`` is what to ask with for the page after this one; null at the end."""

    data: list[Shape]
    next: str | None


def limited(limit: int, most: int) -> int:
    if 1 <= limit <= most:
        return limit
    raise ClientException(f"limit is from 1 to {most}.")
