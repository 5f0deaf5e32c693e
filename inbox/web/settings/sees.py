"""What a form says of which channels somebody sees; ``settings/_sees.html`` asks for it."""

from typing import Any, TypedDict

from inbox.access.changing import AS_IT_IS, Unchanged
from inbox.domain.text import scrub
from inbox.web.context import AppContext


class NamedChannel(TypedDict):
    id: str
    name: str


def named_channels(at: AppContext) -> list[NamedChannel]:
    """Those from which one may choose."""
    known = at.channel_cache.all()
    return [{"id": one.id, "name": one.name} for one in known if one.state != "removed"]


def chosen_channels(form: Any) -> list[str] | Unchanged | None:
    """None: all. A form that does not ask leaves it as it is."""
    match form.get("sees"):
        case "some":
            return [scrub(str(one)) for one in form.getall("channel", [])]
        case "all":
            return None
    return AS_IT_IS
