"""Bodies that Litestar cannot tell of, as their handlers read them as they come."""

from typing import Any

from inbox.web.api.contract.schemas import Schema


def takes(content: Schema) -> dict[str, Any]:
    """For a handler's ``opt``: what its request brings, by media type."""
    return {"takes": {"required": True, "content": content}}
