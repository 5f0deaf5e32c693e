"""``/static``: the assets, immutable, compressed for who takes it."""

import asyncio
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.language import _
from inbox.web.context import AnyRequest, app_of
from inbox.web.http.compression import AS_IT_IS, encodings_taken
from inbox.web.http.guard import PUBLIC

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
        for encoding in encodings_taken(request.headers.get("accept-encoding", "")):
            body = await asyncio.to_thread(asset.compressed, encoding)
            headers["Content-Encoding"] = encoding
            break
    return Response(body, media_type=asset.media_type, headers=headers)


HANDLERS = [static_file]
