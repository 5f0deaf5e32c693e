"""``/static``: the assets, immutable, compressed for who takes it."""

from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.language import _
from inbox.web.context import AnyRequest, app_of
from inbox.web.http.compression import AS_IT_IS
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
    if asset.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        body = asset.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=asset.media_type, headers=headers)


HANDLERS = [static_file]
