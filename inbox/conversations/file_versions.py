"""The files of a message that was edited: the one it has now, and those it had before.

What the edits say is derived anew each time one comes; what became of a file is not, and is
carried from the row as it stands to the row as it shall be.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from inbox.domain import shapes
from inbox.domain.content import Content, FileReference
from inbox.domain.language import N_
from inbox.domain.rows import MessageRow
from inbox.domain.stored import FileState, StoredFile, StoredVersion
from inbox.domain.text import present
from inbox.domain.times import Micros
from inbox.providers.media import fetchable

Version = tuple[Content, Micros]

REPLACED: Final = N_("It was replaced before it was fetched")


def expected(reference: FileReference | None) -> str | None:
    """``messages.media`` of a file that is only announced; ``reference``: ``content["media"]``."""
    known = first_state(reference)
    return None if known is None else shapes.encoded(known)


def first_state(reference: FileReference | None) -> StoredFile | None:
    if not reference:
        return None
    if fetchable(reference):
        return state("waiting", reference)
    return state("failed", reference, reason=N_("The message came without its file"))


def state(
    name: FileState,
    reference: FileReference,
    *,
    reason: str | None = None,
    digest: str | None = None,
) -> StoredFile:
    """What is known of a file that is not here."""
    mime = reference.get("mime") or reference.get("mime_type")
    return present(
        StoredFile,
        state=name,
        mime_type=mime.partition(";")[0].strip().lower() if mime else None,
        filename=reference.get("filename"),
        bytes=reference.get("size"),
        reason=reason,
        digest=digest,
    )


def reference_of(content: str) -> FileReference | None:
    """``content["media"]`` of a row's content."""
    return shapes.content_of(content).get("media")


def follow_edit(
    row: MessageRow, said: Sequence[Version]
) -> tuple[str | None, list[StoredFile | None]]:
    """``messages.media`` as it shall be, and what became of the file of each earlier version.

    ``row`` holds the message as it stands, ``said`` all its versions, the newest last. None for
    an earlier version whose file stayed.
    """
    references = [content.get("media") for content, _ in said]
    standing = reference_of(row["content"])
    now: StoredFile | None = shapes.decoded(row["media"])
    before: list[StoredVersion] = shapes.decoded(row["previous"]) or []
    files = [(standing, now), *((one["content"].get("media"), one.get("media")) for one in before)]
    ready = [(one, kept) for one, kept in files if kept is not None and kept["state"] == "ready"]

    def known(reference: FileReference | None) -> StoredFile | None:
        return next((kept for one, kept in ready if _same(one, reference)), None)

    newest = references[-1]
    if _where(newest) == _where(standing):
        media = row["media"]
    else:
        kept = known(newest)
        media = shapes.encoded(kept) if kept else expected(newest)
    earlier = [
        (known(one) or state("gone", one, reason=REPLACED))
        if one and not _same(one, after)
        else None
        for one, after in pairwise(references)
    ]
    return media, earlier


def renewed(before: MessageRow, after: MessageRow) -> bool:
    """Whether the message has another file than it had, or has it from elsewhere."""
    contents = before["content"], after["content"]
    if contents[0] == contents[1]:
        return False
    return _where(reference_of(contents[0])) != _where(reference_of(contents[1]))


def _where(reference: FileReference | None) -> FileReference | None:
    """By what a file is fetched; what has no such place is only equal to itself."""
    if reference is None:
        return None
    place = {name: reference.get(name) for name in ("id", "url", "link")}
    return present(FileReference, **place) or reference


def _same(one: FileReference | None, other: FileReference | None) -> bool:
    """Whether both are one file: by its digest, or as it is fetched from the same place."""
    if _where(one) == _where(other):
        return True
    if one is None or other is None:
        return False
    return one.get("sha256") is not None and one.get("sha256") == other.get("sha256")
