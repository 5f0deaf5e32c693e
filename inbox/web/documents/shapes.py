"""The schemas of a contract as Markdown: a table of fields each, in words."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from inbox.web.api.contract.schemas import Schema
from inbox.web.documents.drawn import anchor

_LIST: Final = "list of "


def shapes(schemas: Schema) -> Iterator[str]:
    """Lines: all of them, under headings of their own, in the order of their names."""
    yield "## Shapes\n"
    for name, schema in sorted(schemas.items()):
        yield f"### {name}\n"
        yield f"{schema.get('description', '')}\n"
        if not (listed := [*fields(schema)]):
            yield f"{worded(schema)}\n"
        yield from listed
        for example in schema.get("examples", [])[:1]:
            yield told_in_json(example)


def fields(schema: Schema) -> Iterator[str]:
    """Lines of a table of its fields; none if it has none."""
    wanted = schema.get("required", ())
    if properties := schema.get("properties"):
        yield "| field | type | what |"
        yield "|---|---|---|"
        for name, part in properties.items():
            what = part.get("description", "") + ("" if name in wanted else " May be left out.")
            yield f"| `{name}` | {cell(worded(part))} | {cell(what.strip())} |"
        yield ""


def worded(schema: Schema) -> str:
    """Its type in words, with a link to the shape that it names."""
    if ref := schema.get("$ref"):
        name = ref.rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(worded(one) for one in schema[several]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum") or [schema["const"]]
        return " ".join("null" if one is None else f"`{one}`" for one in values)
    if schema.get("type") == "array":
        return _LIST + worded(schema.get("items", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {worded(schema['additionalProperties'])}"
    kinds = schema.get("type", "anything")
    kind = " or ".join(kinds) if isinstance(kinds, list) else kinds
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def cell(text: str) -> str:
    """Text as a cell of a table takes it: on one line, and no cell more."""
    return " ".join(text.split()).replace("|", r"\|")


def told_in_json(value: Any) -> str:
    told = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return f"```json\n{told}\n```\n"
