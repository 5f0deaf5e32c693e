"""What Graph refuses of a read mark, with which goes the sign that somebody types."""

from collections.abc import Mapping
from typing import Any, Final

from tests.support.graph.wrong import Wrong, only, words

_PARTS: Final = {"messaging_product", "status", "message_id", "typing_indicator"}


def check_mark(body: Mapping[str, Any]) -> None:
    """Raises ``Wrong``. There is no such sign without the read mark."""
    if only(body, _PARTS, "the mark").get("messaging_product") != "whatsapp":
        raise Wrong(100, "messaging_product must be whatsapp")
    words(body.get("message_id"), "message_id", 1_000)
    if "typing_indicator" in body and body["typing_indicator"] != {"type": "text"}:
        raise Wrong(100, "typing_indicator must be {type: text}")
