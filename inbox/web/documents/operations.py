"""``/openapi.json`` as a page to read: operations by their tags, each with a call to paste."""

import shlex
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from inbox.web.api.contract.schemas import Schema
from inbox.web.documents.shapes import cell, fields, shapes, worded

_METHODS: Final = ("get", "head", "post", "put", "patch", "delete")
_BASE: Final = "$INBOX"
_SWITCHING: Final = "101"
"""What a socket answers, for which curl has no call."""
_ABOUT: Final = """\
# The API

Made of `/openapi.json` of this server, which says the same to machines.

{description}
The calls below are for a shell in which `INBOX` is the address of this server, and `INBOX_TOKEN` an
API token (*Settings → API tokens*).
"""


def operations_text(contract: Schema) -> str:
    return "\n".join(_lines(contract))


def _lines(contract: Schema) -> Iterator[str]:
    yield _ABOUT.format(description=contract["info"]["description"])
    for tag in contract["tags"]:
        found = [*_tagged(contract["paths"], tag["name"])]
        if found:
            yield f"## {tag['name']}\n"
            yield f"{tag.get('description', '')}\n"
        for path, method, operation in found:
            yield from _operation(contract, path, method, operation)
    yield from shapes(contract["components"]["schemas"])


def _tagged(paths: Schema, tag: str) -> Iterator[tuple[str, str, Schema]]:
    for path, item in paths.items():
        for method in _METHODS:
            if method in item and tag in item[method].get("tags", ()):
                shared = item.get("parameters", [])
                operation = item[method]
                own = operation.get("parameters", [])
                yield path, method, operation | {"parameters": [*shared, *own]}


def _operation(contract: Schema, path: str, method: str, operation: Schema) -> Iterator[str]:
    yield f"### {operation['summary']}\n"
    yield f"`{method.upper()} {path}`\n"
    yield f"{operation.get('description', '')}\n"
    yield from _parameters(operation["parameters"])
    yield from _body(operation)
    if _SWITCHING not in operation["responses"]:
        yield _call(contract, path, method, operation)
    yield "Answers:\n"
    for status, answer in sorted(operation["responses"].items()):
        yield _answer(status, _found(contract, answer))
    yield ""


def _parameters(parameters: list[Schema]) -> Iterator[str]:
    if parameters:
        yield "| parameter | in | type | what |"
        yield "|---|---|---|---|"
    for one in parameters:
        must = " Needed." if one.get("required") and one["in"] != "path" else ""
        kind = cell(worded(one["schema"]))
        what = cell(one.get("description", "") + must)
        yield f"| `{one['name']}` | {one['in']} | {kind} | {what} |"
    yield ""


def _body(operation: Schema) -> Iterator[str]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content.get("schema", {})
        named = worded(schema) if "$ref" in schema else ""
        yield f"Takes `{kind}`{': ' if named else ''}{named}\n"
        yield from fields(schema)


def _answer(status: str, answer: Schema) -> str:
    """A line; of errors the ``type`` of each problem, by which programs tell them apart."""
    told = f"- **{status}** {cell(answer.get('description', ''))}"
    for kind, content in answer.get("content", {}).items():
        examples = content.get("examples", {}).values()
        problems = {str(one.get("value", {}).get("type")) for one in examples} - {"about:blank"}
        if kind == "application/problem+json":
            told += "".join(f" `{one}`" for one in sorted(problems) if one.startswith("urn:"))
        elif content.get("schema"):
            told += f" → {worded(content['schema'])}"
    return told


def _call(contract: Schema, path: str, method: str, operation: Schema) -> str:
    asked = {one["name"]: _example(one["schema"]) for one in operation["parameters"]}
    needed = [one for one in operation["parameters"] if one.get("required")]
    query = urlencode({one["name"]: asked[one["name"]] for one in needed if one["in"] == "query"})
    for name, value in asked.items():
        path = path.replace(f"{{{name}}}", str(value))
    words = [f'curl "{_BASE}{path}{"?" + query if query else ""}"']
    if method != "get":
        words.append("--head" if method == "head" else f"-X {method.upper()}")
    if operation.get("security"):
        words.append('-H "Authorization: Bearer $INBOX_TOKEN"')
    words += _sent(contract, operation)
    return "```bash\n" + " \\\n  ".join(words) + "\n```\n"


def _sent(contract: Schema, operation: Schema) -> Iterator[str]:
    content = operation.get("requestBody", {}).get("content", {})
    for kind, body in [*content.items()][:1]:
        example = _body_example(contract, body)
        if kind == "multipart/form-data" and isinstance(example, dict):
            for name, value in example.items():
                yield f"-F {name}={'@picture.jpg' if name == 'file' else shlex.quote(str(value))}"
        elif kind == "application/json":
            yield f"-H 'Content-Type: {kind}'"
            yield f"-d {shlex.quote(msgspec.json.encode(example).decode())}"
        else:
            yield f"-H 'Content-Type: {kind}'"
            yield "--data-binary @file"


def _body_example(contract: Schema, body: Schema) -> Any:
    if "example" in body:
        return body["example"]
    for one in body.get("examples", {}).values():
        return one.get("value")
    schema = _found(contract, body.get("schema", {}))
    return next(iter(schema.get("examples", [])), {})


def _example(schema: Schema) -> Any:
    values = [*schema.get("examples", []), *schema.get("enum", [])]
    return values[0] if values else schema.get("default") or "1"


def _found(contract: Schema, one: Schema) -> Schema:
    """What a reference means."""
    if "$ref" not in one:
        return one
    found: Any = contract
    for part in one["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, dict)
    return found
