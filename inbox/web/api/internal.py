"""Commands that come through the running server, because it holds the database."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import ClientException, NotAuthorizedException

from inbox.domain.language import _
from inbox.web.context import app_of
from inbox.web.http.guard import UNBROWSED, bearer_token


@post("/internal/commands", opt=UNBROWSED, status_code=200, include_in_schema=False)
async def run_command(request: Request[Any, Any, Any]) -> Response[Mapping[str, object]]:
    """Proof of who asks is a token signed with the secret key, which only this machine has."""
    at = app_of(request)
    if not at.command_allowed(bearer_token(request) or ""):
        raise NotAuthorizedException(_("This is for the inbox command on this machine."))
    body = await request.json()
    try:
        result = await at.run_command(str(body["command"]), dict(body["arguments"]))
    except ValueError as wrong:
        raise ClientException(str(wrong)) from wrong
    await at.channel_cache.load()
    at.ingest.look()
    return Response({"result": result})


HANDLERS = [run_command]
