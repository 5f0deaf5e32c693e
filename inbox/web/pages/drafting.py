"""What an agent writes is saved while they write it."""

from typing import Any, TypedDict

import msgspec
from litestar import Request, post
from litestar.params import FromPath

from inbox.conversations.draft_files import WrittenFile
from inbox.conversations.drafts import DraftKind, Written, save_draft
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import moment_of
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT


class DraftSaved(TypedDict):
    """``seq``: of the event that tells of it, which a page knows by that; None: nothing changed."""

    seq: int | None


@post(
    "/conversations/{conversation_id:str}/draft",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
)
async def keep_draft(request: Request[Any, Any, Any], conversation_id: FromPath[str]) -> DraftSaved:
    """What stands in the composer by now; nothing of it ends the draft."""
    return await _keep(request, conversation_id, "reply")


@post(
    "/conversations/{conversation_id:str}/note-draft",
    opt=AGENT,
    status_code=200,
    include_in_schema=False,
)
async def keep_note_draft(
    request: Request[Any, Any, Any], conversation_id: FromPath[str]
) -> DraftSaved:
    """What stands in the field for notes by now."""
    return await _keep(request, conversation_id, "note")


async def _keep(
    request: Request[Any, Any, Any], conversation_id: str, kind: DraftKind
) -> DraftSaved:
    at, form = app_of(request), await request.form()
    written = Written(
        str(form.get("text") or ""),
        scrub(str(form.get("quoted_id") or "")),
        _files(str(form.get("files") or "[]")),
        moment_of(str(form.get("written_at") or "")),
    )
    who = me(request).id
    saved = await at.database.write(save_draft, who, conversation_id, written, at.now(), kind)
    return {"seq": saved.seq}


def _files(said: str) -> list[WrittenFile]:
    """``[[media_id, kind, caption], …]``. Raises ``Invalid``."""
    try:
        found = msgspec.json.decode(said, type=list[tuple[str, str, str]])
    except msgspec.DecodeError as damaged:
        raise Invalid("files", _("The draft came damaged. Save it again.")) from damaged
    return [WrittenFile(scrub(media_id), kind, caption) for media_id, kind, caption in found]


HANDLERS = [keep_draft, keep_note_draft]
