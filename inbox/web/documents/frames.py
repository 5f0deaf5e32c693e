"""``/asyncapi.json`` as a page to read: every frame of the feed, with an example."""

from collections.abc import Iterator
from typing import Final

from inbox.web.api.contract.schemas import Schema
from inbox.web.documents.shapes import cell, shapes, told_in_json, worded

_ABOUT: Final = """\
# Every frame

Made of `/asyncapi.json` of this server, which says the same to machines.
[The feed](feed.md) tells how to come in, how to go on where you were, and has clients.

{description}
"""
_SIDES: Final = {"hear": "What is heard", "say": "What may be said"}


def frames_text(contract: Schema) -> str:
    return "\n".join(_lines(contract))


def _lines(contract: Schema) -> Iterator[str]:
    yield _ABOUT.format(description=contract["info"]["description"])
    yield from _channel(contract["channels"]["feed"])
    for name, title in _SIDES.items():
        yield f"## {title}\n"
        for ref in contract["operations"][name]["messages"]:
            yield from _message(contract["components"]["messages"][ref["$ref"].rpartition("/")[2]])
    yield from shapes(contract["components"]["schemas"])


def _channel(channel: Schema) -> Iterator[str]:
    yield "## The socket\n"
    yield f"`GET {channel['address']}`, upgraded.\n"
    yield "| asked | type | what |"
    yield "|---|---|---|"
    for name, part in channel["bindings"]["ws"]["query"]["properties"].items():
        yield f"| `{name}` | {cell(worded(part))} | {cell(part.get('description', ''))} |"
    yield f"\n{channel['description']}\n"


def _message(message: Schema) -> Iterator[str]:
    yield f"### {message['title']}\n"
    yield f"{message.get('summary', '')}\n"
    yield f"Its shape: {worded(message['payload'])}.\n"
    for example in message.get("examples", [])[:1]:
        yield told_in_json(example["payload"])
