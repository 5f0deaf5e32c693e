"""Lists of the API: ``{"data": […], "next": "cursor" | null}``."""

from typing import Annotated, TypedDict

from inbox.domain.fields import says
from inbox.domain.public import Message


class Paged(TypedDict):
    """A page of a list."""

    next: Annotated[
        str | None, says("What to ask with for the page after this one; null at the end.")
    ]


class MessageList(Paged):
    """Messages of a conversation, or that were found."""

    data: Annotated[list[Message], says("The messages, oldest first.")]
