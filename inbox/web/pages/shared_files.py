"""``/shared/{token}/{name}``: a file on its way to a customer, for a provider that fetches it."""

from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from inbox.domain.language import _
from inbox.web.context import app_of
from inbox.web.http import ranges
from inbox.web.http.compression import AS_IT_IS
from inbox.web.http.guard import UNBROWSED
from inbox.web.http.headers import ALWAYS
from inbox.web.pages.media import OWN
from inbox.web.present.file_names import disposition, safe_name


@route(
    "/shared/{token:str}/{name:str}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=UNBROWSED | AS_IT_IS,
    include_in_schema=False,
)
async def shared_file(
    request: Request[Any, Any, Any], token: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """Only to be saved: no browser of ours ever comes here."""
    at = app_of(request)
    found = at.file_links.read(token, at.now())
    path = at.fetching.store.path(found.digest) if found else None
    size = await at.fetching.store.size(path) if path else None
    if found is None or path is None or size is None:
        raise NotFoundException(_("There is no such file."))
    mime = found.mime.partition(";")[0]
    headers = {
        "Content-Type": found.mime,
        "Content-Disposition": disposition("attachment", safe_name(name, mime)),
        "Cache-Control": "private, no-store",
    }
    whole = ALWAYS | OWN | headers
    return ranges.ranged_answer(request.headers, request.method, path, size, found.digest, whole)


HANDLERS = [shared_file]
