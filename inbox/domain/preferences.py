"""How somebody likes their pages."""

from typing import Annotated, Final, Literal, TypedDict

from inbox.domain.fields import says
from inbox.domain.formatting import TimeFormat

SendKey = Literal["enter", "mod-enter"]
Density = Literal["comfortable", "compact"]


class Preferences(TypedDict):
    """How somebody likes their pages."""

    send_key: Annotated[SendKey, says("What sends: `enter`, or `mod-enter` with Ctrl or ⌘.")]
    density: Annotated[Density, says("How close things stand.")]
    time_format: Annotated[TimeFormat, says("How times are shown; `auto`: as the browser does.")]
    language: Annotated[
        str,
        says("In which language pages and notices speak, as `en`; `auto`: as the browser asks."),
    ]


USUAL: Final[Preferences] = {
    "send_key": "enter",
    "density": "comfortable",
    "time_format": "auto",
    "language": "auto",
}
