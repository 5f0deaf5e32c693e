"""Files that go with what is being written: how a draft keeps them, and what is told of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypedDict

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.brought import CAPTION_LIMIT
from inbox.domain.outgoing.files import FILE_KINDS, FileKind
from inbox.domain.rows import UploadRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.text import scrub

FILES_LIMIT: Final = 30


class WrittenFile(NamedTuple):
    """``kind``: as what it is to be sent, if not as what it was brought."""

    media_id: str
    kind: str = ""
    caption: str = ""


class KeptFile(TypedDict):
    """One of ``drafts.files``; the list of conversations shows its name."""

    media_id: str
    kind: FileKind
    caption: str
    filename: str


def check_files(files: Sequence[WrittenFile]) -> None:
    """Raises ``Invalid``."""
    if len(files) > FILES_LIMIT:
        raise Invalid("files", _("A draft has at most %(limit)s files.", limit=FILES_LIMIT))
    if any(len(one.caption) > CAPTION_LIMIT for one in files):
        raise Invalid(
            "files", _("A caption has at most %(limit)s characters.", limit=CAPTION_LIMIT)
        )


def kept_files(files: Iterable[WrittenFile], here: Mapping[str, UploadRow]) -> list[KeptFile]:
    """``here``: uploads by their ids; what is not there is nothing to fail for."""
    return [
        {
            "media_id": one.media_id,
            "kind": FILE_KINDS.get(one.kind, here[one.media_id]["kind"]),
            "caption": scrub(one.caption).replace("\r\n", "\n"),
            "filename": here[one.media_id]["filename"],
        }
        for one in files
        if one.media_id in here
    ]


def files_within(column: str) -> list[KeptFile]:
    found: list[KeptFile] = decoded(column)
    return found


def files_column(files: Sequence[KeptFile]) -> str:
    return encoded(files[:FILES_LIMIT])


def file_names(column: str) -> str:
    """In one line, where there are no words."""
    return ", ".join(one["filename"] or one["kind"] for one in files_within(column))
