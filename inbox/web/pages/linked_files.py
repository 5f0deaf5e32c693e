"""A file that a reply names by a link: fetched before the reply is stored."""

from inbox.domain.errors import Invalid, TooLarge, UnfitType
from inbox.domain.outgoing.asked import Asked, said_by
from inbox.domain.outgoing.brought import kind_said
from inbox.domain.outgoing.said import Said
from inbox.web.context import AnyRequest, app_of, me


async def said_with_file(request: AnyRequest, asked: Asked) -> Said:
    """What is asked for, its file here. Raises ``Invalid``."""
    said, link = said_by(asked), asked.get("link")
    kind = kind_said(said)
    if kind is None or not isinstance(link, str) or not link:
        return said
    who = me(request)
    user_id = who.id if who.kind == "user" else None
    try:
        row = await app_of(request).bringing.fetch(link, kind, user_id)
    except (TooLarge, UnfitType) as unfit:
        raise Invalid("link", str(unfit)) from unfit
    return said_by({**asked, "link": "", "media_id": row["id"]})
