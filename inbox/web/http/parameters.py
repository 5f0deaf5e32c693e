"""What more than one operation takes and gives: how it is read, and what it means."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

EXAMPLE_ID: Final = "019b2d3c-1f2e-7a4b-8c5d-6e7f80912a3b"


def path_id(words: str) -> PathParameter:
    return PathParameter(
        description=words, schema_extra={"format": "uuid", "examples": [EXAMPLE_ID]}
    )


def in_query(words: str, *examples: str, name: str | None = None) -> QueryParameter:
    """A word of the query; empty is as if it were not there."""
    return QueryParameter(name=name, description=words, schema_extra={"examples": [*examples]})


def page_size(most: int) -> QueryParameter:
    return QueryParameter(description="How many at most.", ge=1, le=most)


def by_method(name: str) -> Callable[[Any, Any, Any], str]:
    """The name of an operation that has one for each method: ``getFile`` and ``headFile``."""
    return lambda _handler, method, _path: f"{method.lower()}{name.capitalize()}"


def gives(
    kind: Any,
    words: str,
    media_type: str = MediaType.JSON,
    examples: list[Example] | None = None,
) -> ResponseSpec:
    """An answer that a handler's annotation does not tell; Litestar would make up an example."""
    return ResponseSpec(
        kind,
        description=words,
        media_type=media_type,
        generate_examples=False,
        examples=examples,
    )


ConversationId = Annotated[str, path_id("The conversation's id; of one that moved, too.")]
MessageId = Annotated[str, path_id("The message's id.")]
ChannelPathId = Annotated[str, path_id("The channel's id.")]
ContactId = Annotated[str, path_id("The contact's id.")]
ChannelId = Annotated[str, in_query("Only of the channel of this id.", EXAMPLE_ID)]
Place = Annotated[
    str, in_query("`next` of the page before this one.", f"1767268800123000~{EXAMPLE_ID}")
]
IdPlace = Annotated[str, in_query("`next` of the page before this one.", EXAMPLE_ID)]
UpTo100 = Annotated[int, page_size(100)]
UpTo200 = Annotated[int, page_size(200)]
UpTo1000 = Annotated[int, page_size(1000)]
