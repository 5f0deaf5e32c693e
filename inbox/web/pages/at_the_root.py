"""What browsers ask for by themselves, at addresses that they choose."""

from litestar import Response, get
from litestar_htmx import HTMXRequest

from inbox.web.context import app_of
from inbox.web.http.guard import PUBLIC


@get("/service-worker.js", opt=PUBLIC, include_in_schema=False)
async def service_worker(request: HTMXRequest) -> Response[bytes]:
    """At the root, as it may see only what is below its address."""
    return _at_the_root(request, "js/service_worker.js")


@get("/apple-touch-icon.png", opt=PUBLIC, include_in_schema=False)
async def app_icon(request: HTMXRequest) -> Response[bytes]:
    """Where systems look for the icon of a page that is put on the home screen."""
    return _at_the_root(request, "icons/app-180.png")


def _at_the_root(request: HTMXRequest, name: str) -> Response[bytes]:
    """Asked for anew each time, as this address never changes."""
    assets = app_of(request).assets
    asset = assets.get(assets.digest, name)
    assert asset is not None, "it is one of ours"
    headers = {"Cache-Control": "no-cache"}
    return Response(asset.content, media_type=asset.media_type, headers=headers)


HANDLERS = [service_worker, app_icon]
