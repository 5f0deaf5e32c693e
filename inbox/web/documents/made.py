"""The pages that are made of the contracts, as Markdown: at the first request, and kept."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from litestar import Litestar

from inbox.web.api import contracts
from inbox.web.api.contract.asyncapi import asyncapi
from inbox.web.api.contract.openapi import openapi
from inbox.web.api.contract.schemas import Schema
from inbox.web.documents.frames import frames_text
from inbox.web.documents.operations import operations_text


class _Source(NamedTuple):
    contract: Callable[[Litestar], Any]
    told: Callable[[Schema], str]


_SOURCES: Final = {
    "api": _Source(openapi, operations_text),
    "events": _Source(asyncapi, frames_text),
}


async def made_text(app: Litestar, name: str) -> str:
    kept: dict[str, str] = app.state.setdefault("made_documents", {})
    if name not in kept:
        source = _SOURCES[name]
        contract = await contracts.document(app, source.contract)
        kept[name] = await asyncio.to_thread(source.told, contract)
    return kept[name]
