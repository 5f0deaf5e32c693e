"""``/static``: the assets, immutable, compressed for who takes it."""

import asyncio
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.language import _
from inbox.web.context import AnyRequest, app_of
from inbox.web.http.compression import AS_IT_IS
from inbox.web.http.guard import PUBLIC
from inbox.web.process.assets import ENCODINGS, Encoding

_FOR_EVER: Final = "public, max-age=31536000, immutable"


@get("/static/{digest:str}/{name:path}", opt=PUBLIC | AS_IT_IS, include_in_schema=False)
async def static_file(
    request: AnyRequest, digest: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    asset = app_of(request).assets.get(digest, name.lstrip("/"))
    if asset is None:
        raise NotFoundException(_("There is no such file."))
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    body = asset.content
    if asset.compressed:
        for encoding in _taken(request.headers.get("accept-encoding", "")):
            body = await asyncio.to_thread(asset.compressed, encoding)
            headers["Content-Encoding"] = encoding
            break
    return Response(body, media_type=asset.media_type, headers=headers)


def _taken(header: str) -> list[Encoding]:
    """The best that the other side takes comes first; one that it refuses is not taken."""
    asked = dict(_asked(part) for part in header.split(","))
    return [encoding for encoding in ENCODINGS if asked.get(encoding, 0.0) > 0]


def _asked(part: str) -> tuple[str, float]:
    name, _separator, weight = part.strip().lower().partition(";q=")
    try:
        return name.strip(), float(weight or 1)
    except ValueError:
        return name.strip(), 0.0


HANDLERS = [static_file]
