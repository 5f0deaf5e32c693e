"""``/api/v1/me/notices``: what whoever asks is told of beside the page."""

from typing import Annotated, Any, TypedDict, cast

import msgspec
from litestar import Request, get, patch
from litestar.params import JSONBody

from inbox.access import tokens
from inbox.access.principal import Principal
from inbox.conversations import unread
from inbox.desk.telling import wishes
from inbox.domain.errors import Invalid
from inbox.domain.fields import Moment, says
from inbox.domain.language import _
from inbox.domain.notices import NoticeSettings, NoticesWanted, QuietHours
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from inbox.web.api.contract.problems import UNFIT_NOTICES, can_fail
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.scopes import SETTINGS

_PATH = "/api/v1/me/notices"


def whoever_is_told(connection: Connection, who: Principal) -> str:
    """Whom a program asks for: its owner. Raises ``Invalid``."""
    user_id = who.id if who.kind == "user" else tokens.owner_of(connection, who.id)
    if user_id is None:
        raise Invalid("notices", _("This token is nobody's, so nobody is told anything."))
    return user_id


@get(
    _PATH,
    opt=AGENT | can_fail(UNFIT_NOTICES),
    tags=["Notices"],
    operation_id="getNotices",
    summary="Get what you are told of",
)
async def own_notices(request: Request[Any, Any, Any]) -> NoticeSettings:
    """By a sound, by a notice of the browser and by a push. A token's are its owner's."""
    at = app_of(request)
    return await at.database.read(_read, me(request), at.now())


def _read(connection: Connection, who: Principal, now: Micros) -> NoticeSettings:
    return wishes.notice_settings(connection, whoever_is_told(connection, who), now)


class NoticesChange(msgspec.Struct):
    """What is to be changed of it; what is not named stays."""

    messages: Annotated[
        str | msgspec.UnsetType,
        says("Of which customers' messages: `all`, `mine_and_unassigned`, `mine` or `none`."),
    ] = msgspec.UNSET
    mentions: Annotated[bool | msgspec.UnsetType, says("Of notes that name you.")] = msgspec.UNSET
    assignments: Annotated[
        bool | msgspec.UnsetType, says("Of conversations that somebody else gives you.")
    ] = msgspec.UNSET
    preview: Annotated[
        bool | msgspec.UnsetType, says("Whether a notice says what was written.")
    ] = msgspec.UNSET
    sound: Annotated[str | msgspec.UnsetType, says("`none`, `chime`, `drop` or `knock`.")] = (
        msgspec.UNSET
    )
    muted_channels: Annotated[
        list[str] | msgspec.UnsetType, says("Ids of all channels that are to be muted.")
    ] = msgspec.UNSET
    quiet_hours: Annotated[
        QuietHours | msgspec.UnsetType | None, says("When you are told nothing; null: never.")
    ] = msgspec.UNSET
    away: Annotated[bool | msgspec.UnsetType, says("Whether you are away.")] = msgspec.UNSET
    away_until: Annotated[
        Moment | msgspec.UnsetType | None, says("Until when you are away; null: until you say so.")
    ] = msgspec.UNSET

    def wanted(self) -> NoticesWanted:
        """Those that are to be others; their texts are held to what there is, or read as a time."""
        given = {name: getattr(self, name) for name in self.__struct_fields__}
        named = {name: value for name, value in given.items() if value is not msgspec.UNSET}
        return cast("NoticesWanted", named)


@patch(
    _PATH,
    opt=AGENT | SETTINGS | can_fail(UNFIT_NOTICES),
    tags=["Notices"],
    operation_id="changeNotices",
    summary="Choose what you are told of",
)
async def change_notices(
    request: Request[Any, Any, Any], data: JSONBody[NoticesChange]
) -> NoticeSettings:
    """It holds at once, on every open page too. `away_until` alone means that you are away."""
    at = app_of(request)
    return await at.database.write(_change, me(request), data.wanted(), at.now())


def _change(
    connection: Connection, who: Principal, wanted: NoticesWanted, now: Micros
) -> NoticeSettings:
    user_id = whoever_is_told(connection, who)
    return wishes.change_notice_settings(connection, user_id, wanted, now)


class UnreadConversations(TypedDict):
    """What you have not read, at most 100 conversations of it."""

    conversations: Annotated[
        dict[str, int], says("By the conversation's id: how many of its messages came in by now.")
    ]


@get(
    "/api/v1/me/unread",
    opt=AGENT | can_fail(UNFIT_NOTICES),
    tags=["Notices"],
    operation_id="getUnread",
    summary="Get what you have not read",
)
async def own_unread(request: Request[Any, Any, Any]) -> UnreadConversations:
    """For a number at an icon. A token's is its owner's."""
    found = await app_of(request).database.read(_unread, me(request))
    return {"conversations": found}


def _unread(connection: Connection, who: Principal) -> dict[str, int]:
    return unread.some(connection, whoever_is_told(connection, who), reach=who.reach)


HANDLERS = [own_notices, change_notices, own_unread]
