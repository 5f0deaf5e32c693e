"""``/docs`` and ``/llms.txt``: the documents, open to everybody, as pages and as Markdown."""

import asyncio
import mimetypes
from functools import cache
from hashlib import sha256
from typing import Any, Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.language import _, language
from inbox.web.context import AnyRequest
from inbox.web.documents import links
from inbox.web.documents.drawn import Drawn, drawn
from inbox.web.documents.made import made_text
from inbox.web.documents.shelf import MADE, START, Listed, found_shelf
from inbox.web.http.guard import PUBLIC

_ASKED_EACH_TIME: Final = "no-cache"
"""A copy may be kept, and is good while its ETag is."""
_MARKDOWN: Final = "text/markdown; charset=utf-8"
_PLAIN: Final = "text/plain; charset=utf-8"


@get("/docs", opt=PUBLIC, include_in_schema=False)
async def document_start(request: AnyRequest) -> Response[Any]:
    return _answer(request, await _page(request, START), "text/html; charset=utf-8")


@get("/docs/{name:path}", opt=PUBLIC, include_in_schema=False)
async def document(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    shelf, name = found_shelf(), name.strip("/")
    if name in shelf.files:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return _answer(request, shelf.files[name], kind)
    known = name.removesuffix(".md")
    if known not in {*shelf.pages, *(one.name for one in MADE)} or name == START:
        raise NotFoundException(_("There is no such document."))
    if name != known:
        return _answer(request, await _markdown(request, known), _MARKDOWN)
    return _answer(request, await _page(request, known), "text/html; charset=utf-8")


@get("/llms.txt", opt=PUBLIC, include_in_schema=False)
async def llms_txt(request: AnyRequest) -> Response[Any]:
    """What there is to read, for language models: https://llmstxt.org."""
    return _answer(request, await _markdown(request, START), _PLAIN)


async def _markdown(request: AnyRequest, name: str) -> bytes:
    shelf = found_shelf()
    if name in shelf.pages:
        return links.as_markdown(shelf, name).encode()
    return (await made_text(request.app, name)).encode()


async def _page(request: AnyRequest, name: str) -> bytes:
    """Drawn once in a process for each language, beside the loop."""
    spoken = language()
    kept: dict[tuple[str, str], bytes] = request.app.state.setdefault("documents", {})
    if (name, spoken.code) not in kept:
        text = None if name in found_shelf().pages else await made_text(request.app, name)
        body = await asyncio.to_thread(_drawn, name, text)
        kept[name, spoken.code] = _framed(request, name, body)
    return kept[name, spoken.code]


@cache
def _drawn(name: str, made: str | None) -> Drawn:
    shelf = found_shelf()
    text = shelf.pages[name] if made is None else made
    return drawn(text, lambda link: links.served(shelf, name, link))


def _framed(request: AnyRequest, name: str, body: Drawn) -> bytes:
    engine, shelf = request.app.template_engine, found_shelf()
    assert engine
    before, after = _neighbours(shelf.order(), name)
    template = engine.get_template("documents/page.html")
    html = template.render(
        me=None, name=name, body=body, groups=shelf.groups, before=before, after=after,
        markdown=links.markdown_address(name),
    )  # fmt: skip
    return str(html).encode()


def _neighbours(order: list[Listed], name: str) -> tuple[Listed | None, Listed | None]:
    at = next((at for at, one in enumerate(order) if one.name == name), -1)
    before = order[at - 1] if at > 0 else None
    return before, order[at + 1] if at + 1 < len(order) else None


def _answer(request: AnyRequest, body: bytes, media_type: str) -> Response[Any]:
    etag = f'W/"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Cache-Control": _ASKED_EACH_TIME, "Vary": "Accept-Language"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


HANDLERS = [document_start, document, llms_txt]
