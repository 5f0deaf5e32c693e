"""Both contracts as a program reads them, and whether what comes is as they say.

A contract lets fields be added; here a field that it does not name is a failure.
"""

from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

PROBLEM = "application/problem+json"
ROOT = "urn:contract"


def closed(schema: Any) -> Any:
    """The same with no room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items() if name != "examples"}
    if isinstance(inner.get("properties"), dict) and inner.get("type") == "object":
        inner.setdefault("additionalProperties", False)
    return inner


class Contract:
    """``document``: OpenAPI or AsyncAPI; their schemas are in the same place."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        resource = DRAFT202012.create_resource(closed(document))
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)

    @property
    def schemas(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["components"]["schemas"]
        return found

    def faults(self, value: Any, schema: dict[str, Any]) -> list[str]:
        """What of ``value`` is not as the schema of this contract says."""
        whole = _absolute(closed(schema))
        checks = Draft202012Validator(
            whole, registry=self._registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        return [f"{one.json_path}: {one.message[:300]}" for one in checks.iter_errors(value)]

    def named(self, value: Any, name: str) -> list[str]:
        assert name in self.schemas
        return self.faults(value, {"$ref": f"#/components/schemas/{name}"})

    def operation(self, method: str, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.document["paths"][path][method.lower()]
        return found

    def check(self, answer: httpx.Response, method: str, path: str) -> None:
        """This answer is one that the operation can give: status, media type, body, headers."""
        told = self._answer(self.operation(method, path), answer)
        assert told.get("headers", {}).keys() <= {name.title() for name in answer.headers} | {
            "WWW-Authenticate"
        }, (answer.headers, told["headers"])
        content = told.get("content", {})
        if not content or method == "HEAD":
            assert answer.content == b""
            return
        media_type = answer.headers["content-type"].partition(";")[0]
        if media_type not in content:
            assert "application/octet-stream" in content, (media_type, content)
            return
        if media_type.endswith("json"):
            assert self.faults(answer.json(), content[media_type]["schema"]) == []

    def _answer(self, operation: dict[str, Any], answer: httpx.Response) -> dict[str, Any]:
        statuses = operation["responses"]
        assert str(answer.status_code) in statuses, (answer.status_code, answer.text[:300])
        return self.resolved(statuses[str(answer.status_code)])

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self.document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return dict(found)


def _absolute(schema: Any) -> Any:
    """With references into the document, wherever the schema itself stands."""
    if isinstance(schema, list):
        return [_absolute(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _absolute(value) for name, value in schema.items()}
    if isinstance(found.get("$ref"), str) and found["$ref"].startswith("#"):
        found["$ref"] = ROOT + found["$ref"]
    return found
