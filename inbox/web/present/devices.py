"""A device in words: what browser it is, and how it went there last."""

from typing import Annotated, Literal, TypedDict

from inbox.desk.telling.devices import DeviceRow, PushAnswer
from inbox.domain.fields import Id, Moment, says
from inbox.domain.language import _, retold
from inbox.domain.times import iso
from inbox.web.present.browsers import browser_name

DeviceState = Literal["new", "told", "failed", "ended"]


class ToldDevice(TypedDict):
    """A browser in which you are told with no page open."""

    id: Annotated[Id, says("Its id.")]
    browser: Annotated[str | None, says("What kind of browser; null where it did not say.")]
    created_at: Annotated[Moment, says("When it was added.")]
    current: Annotated[bool, says("Whether it is the one that asks.")]
    state: Annotated[
        DeviceState,
        says(
            "`new` while nothing was sent; `told`; `failed` the last time; `ended`: its browser"
            " takes nothing any more, and has to be added again."
        ),
    ]
    tried_at: Annotated[Moment | None, says("When something was sent to it last.")]
    status: Annotated[int | None, says("What its push service answered, if it did.")]
    detail: Annotated[str | None, says("In words what went wrong; null: nothing.")]


def told_device(row: DeviceRow, session: str | None) -> ToldDevice:
    """``session``: of the browser that asks."""
    answer = PushAnswer(row["status"], row["error"])
    tried = row["tried_at"]
    return {
        "id": row["id"],
        "browser": browser_name(row["user_agent"]) or None,
        "created_at": iso(row["created_at"]),
        "current": row["session"] == session,
        "state": _state(row, answer),
        "tried_at": None if tried is None else iso(tried),
        "status": row["status"],
        "detail": None if tried is None else _detail(answer),
    }


def _state(row: DeviceRow, answer: PushAnswer) -> DeviceState:
    if row["ended_at"] is not None:
        return "ended"
    if row["tried_at"] is None:
        return "new"
    return "told" if answer.taken else "failed"


def _detail(answer: PushAnswer) -> str | None:
    if answer.taken:
        return None
    if answer.gone:
        return _("Its browser takes nothing any more. Turn it on there again.")
    if answer.status is None:
        return retold(answer.error or "")
    if answer.status == 429:
        return _("Its push service wants a pause; what is new comes after it.")
    return _("Its push service answered %(status)s.", status=answer.status)
