"""What rows of ``messages`` keep as JSON, besides ``content``: never shown as it is."""

from typing import Literal, NotRequired, TypedDict

from inbox.domain.content import Content
from inbox.domain.times import Micros

Direction = Literal["incoming", "outgoing"]

FileState = Literal["waiting", "ready", "gone", "failed"]


class StoredFile(TypedDict):
    """``messages.media``: what became of the file that ``content["media"]`` announces.

    ``digest`` names it on the disk if it is ``ready``, or was there and has been lost.
    ``thumbnail``: there is one beside it. ``verified`` is False where it is not the file that was
    announced. ``width`` and ``height`` are a picture's, upright. ``duration`` in seconds.
    """

    state: FileState
    digest: NotRequired[str]
    mime_type: NotRequired[str]
    bytes: NotRequired[int | None]
    filename: NotRequired[str]
    thumbnail: NotRequired[bool]
    width: NotRequired[int]
    height: NotRequired[int]
    duration: NotRequired[float]
    reason: NotRequired[str]
    verified: NotRequired[bool]


class StoredReaction(TypedDict):
    """One of ``messages.reactions``. ``author`` tells the members of a group apart."""

    emoji: str
    direction: Direction
    author: str | None
    at: Micros


class StoredVersion(TypedDict):
    """One of ``messages.previous``: what the message said until it was edited.

    ``media``: the file it had then, where that is another than after it.
    """

    content: Content
    at: Micros
    media: NotRequired[StoredFile]
