"""OpenAPI 3.1: Litestar knows the operations and their parameters; the rest is put to it here.

That is: the schemas (``schemas``), every error (``problems``), who may ask, and what Litestar has
no handler for (``outside``).
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final, get_args, is_typeddict

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Reference, SecurityScheme, Tag
from litestar.routes import HTTPRoute

from inbox import __version__
from inbox.web.api.contract.examples import with_examples
from inbox.web.api.contract.frames import EVENTS, frame_schemas
from inbox.web.api.contract.outside import OUTSIDE
from inbox.web.api.contract.problems import Operation, error_answers, failures_of
from inbox.web.api.contract.schemas import Schema, schemas_of
from inbox.web.http import session_cookie
from inbox.web.http.routes import Route
from inbox.web.http.scopes import scope_of

_ABOUT: Final = """\
What programs can ask of this inbox. What happens in it is heard on the feed: `/asyncapi.json`.

Times are ISO 8601 in UTC with milliseconds, ids are UUIDs. Fields, types and operations may be
added at any time: ignore what you do not know. Errors are `application/problem+json` (RFC 9457).
A token has so many requests a minute; `RateLimit` and `RateLimit-Policy` say how many are left.
Lists are read page by page: `next` is what to ask with for more.
"""
_LITESTARS: Final = {HTTPStatus(status).description for status in (200, 201)}
_MOVED: Final = {
    "description": "It became part of another conversation, and is to be found there.",
    "headers": {
        "Location": {
            "description": "The same address with the id of that one.",
            "schema": {"type": "string"},
        }
    },
}
_TAGS: Final = {
    "Conversations": "What is said with one contact on one channel, as a whole.",
    "Views": "Views of the list that are kept under a name.",
    "Messages": "What was said, and answering.",
    "Labels": "Words that conversations are sorted by.",
    "Teams": "Those who share work, and the channels that are theirs.",
    "Canned responses": "What is said again and again, under a short code.",
    "Notes": "What agents leave for each other; no customer ever sees it.",
    "Templates": "What may be sent at any time, once WhatsApp has approved it.",
    "Drafts": "What somebody has begun to write: nobody else sees it.",
    "Notices": "What you are told beside the page, and in which browsers with no page open.",
    "Contacts": "The people who write.",
    "Channels": "The connected numbers, and what each can send.",
    "Rehearsals": "Sandboxes that follow a script, for tests of programs that use Inbox.",
    "Feed": "What happens, as it happens.",
    "Files": "What came with messages, and what is to be sent.",
    "Costs": "What messages cost, and the rate card that says so.",
    "Alerts": "What admins are told of their channels.",
    "Webhook log": "Every webhook that came. For admins.",
    "Webhooks": "What providers call.",
    "Outgoing webhooks": "Where what happens is posted, signed by Standard Webhooks. For admins.",
    "Users": "Who may sign in, as what, and what they see.",
    "Access": "Who is signed in, and where; and the tokens of programs.",
    "Server": "How the server is, and what it can do.",
}
_SCHEMES: Final[dict[str, SecurityScheme | Reference]] = {
    "token": SecurityScheme(
        type="http",
        scheme="bearer",
        description="An API token: *Settings → API tokens*, or `inbox token add`. One that is "
        "limited to scopes may be used for these alone: each operation says which it needs.",
    ),
    "session": SecurityScheme(
        type="apiKey",
        security_scheme_in="cookie",
        name=session_cookie.NAME,
        description=f"A person in the inbox's own pages; by https `{session_cookie.BY_HTTPS}`.",
    ),
    "feedToken": SecurityScheme(
        type="apiKey",
        security_scheme_in="query",
        name="token",
        description="For the socket only: from `POST /api/v1/feed-tokens`.",
    ),
}


def openapi_config() -> OpenAPIConfig:
    """What Litestar is told; it has no viewer, as they load from other sites."""
    return OpenAPIConfig(
        title="Inbox",
        version=__version__,
        description=_ABOUT,
        tags=[Tag(name=name, description=words) for name, words in _TAGS.items()],
        components=Components(security_schemes=_SCHEMES),
        use_handler_docstrings=True,
        path="/openapi",
        render_plugins=[],
    )


def openapi(app: Litestar) -> Schema:
    """The whole contract of a running application."""
    for route in app.routes:
        if isinstance(route, Route):
            route.read(app)
    document: Schema = app.openapi_schema.to_schema()
    operations = [*_operations(app, document["paths"])]
    shapes = {shape for one in operations for shape in _shapes(one)}
    schemas = with_examples(schemas_of(shapes) | frame_schemas(EVENTS))
    errors: dict[str, Schema] = {}
    for operation in operations:
        _complete(operation, schemas, errors)
    document["paths"] |= OUTSIDE
    document["components"] |= {"schemas": schemas, "responses": errors}
    return document


def _operations(app: Litestar, paths: Schema) -> Iterator[Operation]:
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            for method, described in paths.get(route.path_format, {}).items():
                if method.upper() in handler.http_methods:
                    yield Operation(route.path_format, method, handler, described)


def _complete(operation: Operation, schemas: dict[str, Schema], errors: dict[str, Schema]) -> None:
    """What it answers, and who may ask."""
    described = operation.described
    answers = described["responses"]
    if body := operation.handler.opt.get("takes"):
        described["requestBody"] = body
    if more := operation.handler.opt.get("also_gives"):
        answers["200"]["content"] |= more
    answers.pop("400", None)  # Litestar's own guess at our errors
    for answer in answers.values():
        _finish(answer, schemas, operation.method)
    for status, (name, answer) in error_answers(operation).items():
        errors[name] = answer
        answers[status] = {"$ref": f"#/components/responses/{name}"}
    if "{conversation_id}" in operation.path and operation.method == "get":
        answers["301"] = _MOVED
    described["security"] = [] if operation.access == "public" else [{"token": []}, {"session": []}]
    if operation.access != "public":
        _say_scope(operation)


def _say_scope(operation: Operation) -> None:
    """In words, and where machines find it: OpenAPI 3.1 lets roles stand beside a bearer token."""
    scope = scope_of(operation.handler, operation.method.upper())
    described = operation.described
    told = f"A token needs the scope `{scope}`." if scope else "Only a token of all scopes."
    described["description"] = f"{described.get('description', '')}\n\n{told}".strip()
    described["security"] = [{"token": [scope] if scope else []}, {"session": []}]
    described["x-scope"] = scope


def _finish(answer: Schema, schemas: dict[str, Schema], method: str) -> None:
    """It is what its schema says; an answer to HEAD has no body."""
    for content in answer.get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        if name and answer["description"] in _LITESTARS:
            answer["description"] = schemas[name]["description"]
    if method == "head":
        answer.pop("content", None)


def _shapes(operation: Operation) -> Iterator[Any]:
    """The types of ours that it takes and gives."""
    handler = operation.handler
    yield from (one.shape for one in failures_of(operation))
    yield from _ours(handler.parsed_return_field.annotation)
    for spec in (handler.responses or {}).values():
        yield from _ours(spec.data_container)
    if handler.parsed_data_field is not None:
        yield from _ours(handler.parsed_data_field.annotation)


def _ours(kind: Any) -> Iterator[Any]:
    if is_typeddict(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        yield kind
    for one in get_args(kind):
        yield from _ours(one)
