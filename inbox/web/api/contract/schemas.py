"""JSON Schemas of our types, the same in both contracts.

Made by msgspec: what Litestar makes of a ``TypedDict`` leaves out what ``Annotated`` says of it.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

Schema = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"


def schemas_of(types: Iterable[Any]) -> dict[str, Schema]:
    """These types and whatever they refer to, each under its name."""
    _, found = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return dict(sorted(found.items()))


def referred(name: str) -> Schema:
    return {"$ref": _REFERENCE.format(name=name)}
