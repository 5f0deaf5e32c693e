"""The files of a message that was edited: the one it has now, and those it had before.

What the edits say is derived anew each time one comes; what became of a file is not, and is
carried from the row as it stands to the row as it shall be.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from inbox.domain import shapes
from inbox.domain.text import present
from inbox.providers.media import fetchable

Row = Mapping[Any, Any]
Version = tuple[Mapping[str, Any], int]

REPLACED: Final = "It was replaced before it was fetched"


def expected(reference: object) -> str | None:
    """``messages.media`` of a file that is only announced; ``reference``: ``content["media"]``."""
    known = first_state(reference)
    return None if known is None else shapes.encoded(known)


def first_state(reference: object) -> dict[str, Any] | None:
    if not isinstance(reference, dict) or not reference:
        return None
    if fetchable(reference):
        return state("waiting", reference)
    return state("failed", reference, reason="The message came without its file")


def state(name: str, reference: Mapping[str, Any], **facts: Any) -> dict[str, Any]:
    """What is known of a file that is not here."""
    mime = reference.get("mime") or reference.get("mime_type")
    known = present(
        mime_type=mime.partition(";")[0].strip().lower() if isinstance(mime, str) else None,
        filename=reference.get("filename"),
        bytes=reference.get("size"),
    )
    return {"state": name} | known | present(**facts)


def reference_of(content: str) -> Any:
    """``content["media"]`` of a row's content."""
    return (shapes.decoded(content) or {}).get("media")


def follow_edit(
    row: Row, said: Sequence[Version]
) -> tuple[str | None, list[dict[str, Any] | None]]:
    """``messages.media`` as it shall be, and what became of the file of each earlier version.

    ``row`` holds the message as it stands, ``said`` all its versions, the newest last. None for
    an earlier version whose file stayed.
    """
    references = [content.get("media") for content, _ in said]
    standing, now = reference_of(row["content"]), shapes.decoded(row["media"])
    ready = [(standing, now)] if _is_ready(now) else []
    ready += [
        (version["content"].get("media"), version["media"])
        for version in shapes.decoded(row["previous"]) or ()
        if _is_ready(version.get("media"))
    ]

    def known(reference: Any) -> dict[str, Any] | None:
        return next((kept for one, kept in ready if _same(one, reference)), None)

    newest = references[-1]
    if _where(newest) == _where(standing):
        media = row["media"]
    else:
        kept = known(newest)
        media = shapes.encoded(kept) if kept else expected(newest)
    earlier = [
        (known(one) or state("gone", one, reason=REPLACED))
        if isinstance(one, dict) and one and not _same(one, after)
        else None
        for one, after in pairwise(references)
    ]
    return media, earlier


def renewed(before: Row, after: Row) -> bool:
    """Whether the message has another file than it had, or has it from elsewhere."""
    contents = before["content"], after["content"]
    if contents[0] == contents[1]:
        return False
    return bool(_where(reference_of(contents[0])) != _where(reference_of(contents[1])))


def _is_ready(known: Mapping[str, Any] | None) -> bool:
    return known is not None and known["state"] == "ready"


def _where(reference: Any) -> Any:
    """By what a file is fetched; what has no such place is only equal to itself."""
    if not isinstance(reference, dict):
        return None
    place = present(**{name: reference.get(name) for name in ("id", "url", "link")})
    return place or reference


def _same(one: Any, other: Any) -> bool:
    """Whether both are one file: by its digest, or as it is fetched from the same place."""
    if _where(one) == _where(other):
        return True
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    return one.get("sha256") is not None and one.get("sha256") == other.get("sha256")
