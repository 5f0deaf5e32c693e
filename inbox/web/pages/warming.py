"""What the first page after a start would otherwise wait for, done soon after it: its templates
are loaded, its statements compiled, what CLDR says of times is read."""

import asyncio
from contextlib import suppress
from typing import Final, cast

from inbox.access import sessions
from inbox.conversations.listing import Search
from inbox.storage.database import FAULTS, Connection
from inbox.web.context import AppContext
from inbox.web.pages.inbox import Place, WholePage, whole_page
from inbox.web.present.kept_parts import KeptParts

REST_SECONDS: Final = 0.3
"""Who waits for the start to be over asks first."""

_NOBODY: Final = ""


def warm_later(at: AppContext) -> None:
    async def rested() -> None:
        await asyncio.sleep(REST_SECONDS)
        await warm(at)

    at.later(rested())


async def warm(at: AppContext) -> None:
    """A piece at a time, each beside the loop."""
    for name in at.pages.list_templates(filter_func=_is_of_the_inbox):
        await asyncio.to_thread(at.pages.get_template, name)
    with suppress(*FAULTS):  # whoever asks is told of it
        page = await at.database.read(_newest)
        await asyncio.to_thread(_draw, at, page)


def _is_of_the_inbox(template: str) -> bool:
    """Or of every page."""
    return template.startswith("inbox/") or "/" not in template


def _newest(connection: Connection) -> WholePage:
    """As somebody sees it who is not there."""
    sessions.find(connection, _NOBODY, 0)
    search = Search(view="open")
    page, _ = whole_page(connection, _NOBODY, search, None, _NOBODY, Place())
    for newest in page["conversations"][:1]:
        page, _ = whole_page(connection, _NOBODY, search, None, newest["id"], Place())
    return page


def _draw(at: AppContext, page: WholePage) -> None:
    kept_parts = cast("KeptParts", at.pages.globals["kept_parts"])
    for message in page["messages"]:
        kept_parts.message(message)
    for conversation in page["conversations"]:
        kept_parts.row(conversation)
