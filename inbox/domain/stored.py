"""What columns keep as JSON, besides the ``content`` of messages: never shown as it is."""

from typing import Literal, NotRequired, TypedDict

from inbox.domain.content import Content, SendProblem
from inbox.domain.times import Micros

Direction = Literal["incoming", "outgoing", "internal"]
"""``internal``: said among agents. It never leaves the house (law 35)."""

FileState = Literal["waiting", "ready", "gone", "failed"]


class StoredFile(TypedDict):
    """``messages.media``: what became of the file that ``content["media"]`` announces.

    ``digest`` names it on the disk if it is ``ready``, or was there and has been lost.
    ``thumbnail``: there is one beside it. ``verified`` is False where it is not the file that was
    announced. ``width`` and ``height`` are a picture's, upright. ``duration`` in seconds.
    ``waveform``: how loud a recording is from its start to its end, each 0 to 100.
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
    waveform: NotRequired[list[int]]
    reason: NotRequired[str]
    verified: NotRequired[bool]


class StoredReaction(TypedDict):
    """One of ``messages.reactions``. ``author`` tells the members of a group apart.

    ``error``: why the customer does not see it.
    """

    emoji: str
    direction: Direction
    author: str | None
    at: Micros
    error: NotRequired[SendProblem]


class StoredVersion(TypedDict):
    """One of ``messages.previous``: what the message said until it was edited.

    ``media``: the file it had then, where that is another than after it.
    """

    content: Content
    at: Micros
    media: NotRequired[StoredFile]


Quality = Literal["green", "yellow", "red"]


class NumberCheck(TypedDict):
    """``channels.number``: what the provider said of the number when it was asked last.

    ``known``: it let us in. ``refused``: the token or the number is none. ``unchecked``: nobody
    could say. Of the latter two ``reason`` says why. What is told of a number is Meta's alone.
    """

    state: Literal["known", "refused", "unchecked"]
    at: Micros
    reason: NotRequired[str]
    name: NotRequired[str]
    phone: NotRequired[str]
    quality: NotRequired[Quality]
