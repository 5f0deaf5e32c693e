"""The file of a reply that was taken back: in the draft again of who took it back."""

from sqlalchemy import Connection

from inbox.conversations.draft_files import FILES_LIMIT, WrittenFile
from inbox.conversations.drafts import Written, draft_of, save_draft
from inbox.conversations.uploads import announce_upload, arrived
from inbox.domain.outgoing.brought import kind_said
from inbox.domain.outgoing.files import FileKind
from inbox.domain.outgoing.said import Said
from inbox.domain.public import FileShape, Message
from inbox.domain.stored import StoredFile
from inbox.domain.text import present
from inbox.domain.times import Micros


def give_file_back(connection: Connection, user_id: str, message: Message, now: Micros) -> bool:
    """Whether it had one. It is an upload anew, as the message has let it go."""
    content, file = message["content"], message["media"]
    kind = kind_said(Said(message["type"], content)) if "media" in content else None
    digest = content["media"].get("sha256") if kind else None
    if kind is None or digest is None or file is None:
        return False
    conversation_id = message["conversation_id"]
    media_id = _brought_again(connection, user_id, kind, _stored(file, digest), now)
    draft = draft_of(connection, user_id, conversation_id)
    files = [WrittenFile(one["media"]["id"], one["kind"], one["caption"]) for one in draft["files"]]
    files = [*files[1 - FILES_LIMIT :], WrittenFile(media_id, kind, content.get("caption", ""))]
    quoted_id = draft["quoted"]["id"] if draft["quoted"] else ""
    written = Written(draft["text"], quoted_id, files)
    save_draft(connection, user_id, conversation_id, written, now)
    return True


def _brought_again(
    connection: Connection, user_id: str, kind: FileKind, file: StoredFile, now: Micros
) -> str:
    row = announce_upload(
        connection,
        kind=kind,
        mime_type=file.get("mime_type", ""),
        count=file.get("bytes") or 0,
        filename=file.get("filename", ""),
        user_id=user_id,
        now=now,
    )
    return arrived(connection, row["id"], file)["id"]


def _stored(file: FileShape, digest: str) -> StoredFile:
    return present(
        StoredFile,
        state="ready",
        digest=digest,
        mime_type=file["mime_type"],
        bytes=file["bytes"],
        filename=file["filename"],
        thumbnail=file["thumbnail_url"] is not None or None,
        width=file.get("width"),
        height=file.get("height"),
        duration=file.get("duration"),
        waveform=file.get("waveform"),
    )
