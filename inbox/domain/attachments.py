"""Files of a note: as everybody of us may see them."""

from typing import Annotated, NotRequired, TypedDict

from inbox.domain.fields import says


class Attachment(TypedDict):
    """A file that is attached to a note."""

    kind: Annotated[str, says("As what it was brought: `image`, `document` and so on.")]
    mime_type: Annotated[str, says("What its bytes say that it is.")]
    bytes: Annotated[int, says("Its size.")]
    sha256: Annotated[str, says("64 hex digits.")]
    filename: Annotated[str, says("Its name; empty if it has none.")]
    url: Annotated[str, says("Where it can be had, for a session or a token.")]
    thumbnail_url: NotRequired[Annotated[str, says("A small picture, where there is one.")]]
    width: NotRequired[Annotated[int, says("Of a picture or a film.")]]
    height: NotRequired[Annotated[int, says("Of a picture or a film.")]]
    duration: NotRequired[Annotated[float, says("Seconds.")]]
