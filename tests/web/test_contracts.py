"""Both contracts as documents: whole, true to the official schemas, and with examples that fit."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from litestar.handlers import ASGIRouteHandler, HTTPRouteHandler, WebsocketRouteHandler
from openapi_spec_validator import OpenAPIV31SpecValidator

from inbox.app import assembled, lead, routed
from inbox.config import Settings
from inbox.storage.database import connect
from inbox.web.api import contracts as served
from inbox.web.api.contract.asyncapi import asyncapi
from inbox.web.api.contract.openapi import openapi
from inbox.web.urls import HANDLERS
from tests.support.contract import Contract
from tests.support.inside import Inside
from tests.support.server import Server

NO_CONTRACT = {"/internal/commands", "/static/{digest}/{name}", "/media/{message_id}/retry"}
"""For our own pages and our own command line."""
PROGRAMS = ("/api/", "/webhooks", "/media/", "/ws", "/health", "/metrics", "/openapi", "/asyncapi")

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    with TemporaryDirectory() as folder:
        database = connect(f"sqlite+aiosqlite:///{folder}/none.db")
        settings = Settings(data_dir=Path(folder))
        context = assembled(
            settings, database, lambda _command, _arguments: None, lambda _proof: False
        )  # type: ignore[arg-type,return-value]  # nobody asks it anything
        app = routed(settings)
        lead(app, app.asgi_handler, context)
        return {"openapi": Contract(openapi(app)), "asyncapi": Contract(asyncapi(app))}


@pytest.fixture
def api(contracts: dict[str, Contract]) -> Contract:
    return contracts["openapi"]


@pytest.fixture
def feed(contracts: dict[str, Contract]) -> Contract:
    return contracts["asyncapi"]


def operations(contract: Contract) -> Iterator[Operation]:
    for path, item in contract.document["paths"].items():
        for method in item.keys() - {"parameters"}:
            yield method, path, item[method]


def parameters(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    for _, path, operation in operations(contract):
        shared = contract.document["paths"][path].get("parameters", [])
        for one in (*shared, *operation.get("parameters", [])):
            yield f"{operation['operationId']}.{one['name']}", one


# What is in it -----------------------------------------------------------------------------


def _handled() -> set[tuple[str, str]]:
    """What programs can ask, as the handlers have it."""
    found: set[tuple[str, str]] = set()
    for handler in HANDLERS:
        for path in {re.sub(r"\{(\w+):\w+\}", r"{\1}", one) for one in handler.paths}:  # type: ignore[union-attr]  # there are no routers in it
            match handler:
                case HTTPRouteHandler():
                    found |= {(method.lower(), path) for method in handler.http_methods}
                case ASGIRouteHandler():
                    whole = path + ("/{key}" if handler.is_mount else "")
                    found |= {("get", whole), ("post", whole)}
                case WebsocketRouteHandler():
                    found.add(("get", path))
    return {(method, path) for method, path in found if path.startswith(PROGRAMS)}


def test_it_has_every_operation_of_programs_and_no_other(api: Contract) -> None:
    described = {(method, path) for method, path, _ in operations(api)}
    assert len(described) > 25
    assert described == {one for one in _handled() if one[1] not in NO_CONTRACT}


def test_every_operation_says_what_it_does(api: Contract) -> None:
    found = [operation for _, _, operation in operations(api)]
    names = [one["operationId"] for one in found]
    assert len({*names}) == len(names)
    assert [one for one in names if not re.fullmatch("[a-z]+([A-Z][a-z]+)*", one)] == []
    known = {tag["name"] for tag in api.document["tags"] if tag["description"]}
    for one in found:
        assert one["summary"] and one["description"] and {*one["tags"]} <= known, one
        assert "security" in one, one["operationId"]


def test_every_parameter_says_what_it_means(api: Contract) -> None:
    for name, one in parameters(api):
        assert one["description"], name
        schema = one["schema"]
        assert schema.get("examples") or schema.get("enum") or "default" in schema, name


def test_every_answer_says_what_it_means(api: Contract) -> None:
    for _, _, operation in operations(api):
        for status, answer in operation["responses"].items():
            told = api.resolved(answer)
            assert told["description"], (operation["operationId"], status)
            assert "Litestar" not in told["description"]
            assert not told["description"].startswith("Request fulfilled"), operation["operationId"]


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_field_says_what_it_means(contracts: dict[str, Contract], name: str) -> None:
    silent = [
        f"{shape}.{field}"
        for shape, schema in contracts[name].schemas.items()
        for field, told in schema.get("properties", {}).items()
        if not told.get("description")
    ]
    assert silent == [], "say it in the type, by `Annotated[…, says(…)]`"


# Whether it is true to the official schemas --------------------------------------------------


def test_it_is_openapi(api: Contract) -> None:
    assert api.document["openapi"].startswith("3.1")
    faults = OpenAPIV31SpecValidator(api.document).iter_errors()
    assert [str(fault)[:300] for fault in faults] == []


OBJECTS = {
    "info": "title version description termsOfService contact license tags externalDocs",
    "servers": "host pathname protocol protocolVersion title summary description variables security"
    " tags externalDocs bindings",
    "channels": "address messages title summary description servers parameters tags externalDocs"
    " bindings",
    "operations": "action channel title summary description security tags externalDocs bindings"
    " traits messages reply",
    "messages": "headers payload correlationId contentType name title summary description tags"
    " externalDocs bindings examples traits",
    "securitySchemes": "type description name in scheme bearerFormat flows openIdConnectUrl scopes",
}
"""What AsyncAPI 3.0 lets an object have, beside what begins with ``x-``."""


def _of(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    if kind == "info":
        return [document["info"]]
    named = document.get(kind) or document["components"][kind]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in named)
    return [*named.values()]


def test_it_is_asyncapi(feed: Contract) -> None:
    """No package of Python's carries its schema: what AsyncAPI 3.0 asks for, and what it allows."""
    document = feed.document
    assert document["asyncapi"] == "3.0.0" and {"title", "version"} <= document["info"].keys()
    for kind, allowed in OBJECTS.items():
        for one in _of(document, kind):
            assert {name for name in one if not name.startswith("x-")} <= {*allowed.split()}, kind
    assert all({"host", "protocol"} <= one.keys() for one in document["servers"].values())
    assert {one["address"] for one in _of(document, "channels")} == {"/ws", "/api/v1/events"}
    for operation in document["operations"].values():
        assert operation["action"] in ("send", "receive")
        own = operation["channel"]["$ref"] + "/messages/"
        assert operation["messages"] and {
            one["$ref"].startswith(own) for one in operation["messages"]
        } == {True}
    for message in document["components"]["messages"].values():
        assert {"name", "title", "summary", "payload", "examples"} <= message.keys()
        assert all(
            {*one} <= {"name", "summary", "headers", "payload"} for one in message["examples"]
        )
    discriminators = [one.get("discriminator", "") for one in feed.schemas.values()]
    assert [one for one in discriminators if not isinstance(one, str)] == [], "OpenAPI's is another"
    assert {"/".join(one.split("/")[:2]) for one in _references(document)} == {
        "#/channels", "#/components", "#/servers"
    }  # fmt: skip


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_reference_leads_somewhere(contracts: dict[str, Contract], name: str) -> None:
    contract = contracts[name]
    found = list(_references(contract.document))
    assert len(found) > 50
    for one in found:
        assert contract.resolved({"$ref": one}), one
    used = {one.rpartition("/")[2] for one in found if one.startswith("#/components/schemas/")}
    assert used >= contract.schemas.keys() - {"EventFrame"}, "what nobody refers to"


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for one in part.values():
            yield from _references(one)


def test_its_schemas_are_schemas(contracts: dict[str, Contract]) -> None:
    for schema in contracts["openapi"].schemas.values():
        Draft202012Validator.check_schema(schema)
    for schema in contracts["asyncapi"].schemas.values():
        Draft7Validator.check_schema(schema)


# Examples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_every_example_of_a_schema_fits_it(contracts: dict[str, Contract], name: str) -> None:
    contract = contracts[name]
    shown = {one: schema for one, schema in contract.schemas.items() if "examples" in schema}
    assert len(shown) > 15
    faults = {
        one: contract.named(example, one)
        for one, schema in shown.items()
        for example in schema["examples"]
    }
    assert {one: told for one, told in faults.items() if told} == {}


def test_every_answer_and_every_body_has_an_example(api: Contract) -> None:
    for method, path, operation in operations(api):
        parts = [api.resolved(one) for one in operation["responses"].values()]
        parts += [operation["requestBody"]] if "requestBody" in operation else []
        for part in parts:
            for media_type, content in part.get("content", {}).items():
                if media_type.endswith("json"):
                    assert _examples(api, content), (method, path, media_type)


def _examples(api: Contract, content: dict[str, Any]) -> list[Any]:
    """Those beside a schema, or of the type that it refers to; each fits."""
    schema = content["schema"]
    shown = [one["value"] for one in content.get("examples", {}).values()]
    shown += [content["example"]] if "example" in content else []
    shown += api.resolved(schema).get("examples", []) if "$ref" in schema else []
    for one in shown:
        assert api.faults(one, schema) == []
    return shown


def test_every_frame_has_an_example_that_fits(feed: Contract) -> None:
    messages = feed.document["components"]["messages"]
    assert len(messages) > 20
    for message in messages.values():
        for example in message["examples"]:
            assert feed.faults(example["payload"], message["payload"]) == [], message["name"]


# How it is served ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/openapi.json", "/asyncapi.json"])
def test_a_copy_that_is_still_good_is_not_sent_again(server: Server, path: str) -> None:
    first = server.browser().get(path)
    assert first.status_code == 200 and first.headers["content-type"] == "application/json"
    again = server.browser().get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = server.browser().get(path, headers={"If-None-Match": 'W/"another"'})
    assert other.json() == first.json()


async def test_a_contract_is_made_once_for_all_who_ask(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def openapi(app: Any) -> dict[str, str]:
        made.append(app)
        return {"info": "x" * 2_000}

    monkeypatch.setattr(served, "openapi", openapi)
    answers = await asyncio.gather(*(house.http.get("/openapi.json") for _ in range(16)))
    assert len({answer.headers["etag"] for answer in answers}) == len(made) == 1


def test_what_a_running_server_says_is_what_was_looked_at(
    server: Server, contracts: dict[str, Contract]
) -> None:
    assert server.browser().get("/openapi.json").json() == contracts["openapi"].document
    told = server.browser().get("/asyncapi.json").json()
    assert {one["host"] in server.url for one in told["servers"].values()} == {True}
    assert told | {"servers": 0} == contracts["asyncapi"].document | {"servers": 0}
