"""What an agent is told of beside the page: what they wish, and when they want to hear nothing.

Never of one's own messages or of automatic ones: what is told is what customers say, and what
colleagues mean for one person.
"""

from typing import Annotated, Final, Literal, TypedDict, get_args

from inbox.domain.fields import Id, Moment, says
from inbox.domain.times import Micros
from inbox.domain.zones import minute_of_day

NoticeKind = Literal["message", "mention", "assignment"]
MessageWish = Literal["all", "mine_and_unassigned", "mine", "none"]
Sound = Literal["none", "chime", "drop", "knock"]

MESSAGE_WISHES: Final[tuple[MessageWish, ...]] = get_args(MessageWish)
SOUNDS: Final[tuple[Sound, ...]] = get_args(Sound)
DAY_MINUTES: Final = 24 * 60


class QuietHours(TypedDict):
    """A part of each day in which nothing is told."""

    start: Annotated[str, says("When it begins, as `22:00`.")]
    end: Annotated[str, says("When it ends, as `07:00`: the next day, if that is earlier.")]
    time_zone: Annotated[str, says("Whose clock that is, as `Europe/Berlin`.")]


class NoticeSettings(TypedDict):
    """What you are told of beside the page: by a sound, a notice of the browser, or a push."""

    messages: Annotated[
        MessageWish,
        says(
            "Of which customers' messages: of `all` that you may see, of conversations that are"
            " `mine`, of `mine_and_unassigned`, or `none`."
        ),
    ]
    mentions: Annotated[bool, says("Of notes that name you.")]
    assignments: Annotated[bool, says("Of conversations that somebody else gives you.")]
    preview: Annotated[bool, says("Whether a notice says what was written, or only by whom.")]
    sound: Annotated[Sound, says("What is heard while a page is open.")]
    muted_channels: Annotated[
        list[Id], says("Ids of channels of whose customers' messages you are not told.")
    ]
    quiet_hours: Annotated[QuietHours | None, says("When you are told nothing; null: never.")]
    away: Annotated[bool, says("Whether you are away: then you are told nothing at all.")]
    away_until: Annotated[
        Moment | None, says("When you are back by yourself; null: when you say so.")
    ]


class NoticesWanted(TypedDict, total=False):
    """What somebody chooses anew, not looked at yet: what is not named stays."""

    messages: str
    mentions: bool
    assignments: bool
    preview: bool
    sound: str
    muted_channels: list[str]
    quiet_hours: QuietHours | None
    away: bool
    away_until: str | None


class WishesRow(TypedDict):
    """A row of ``notice_wishes``."""

    user_id: str
    messages: MessageWish
    mentions: bool
    assignments: bool
    preview: bool
    sound: Sound
    quiet_start: int | None
    quiet_end: int | None
    time_zone: str
    away: bool
    away_until: Micros | None


def usual_wishes(user_id: str) -> WishesRow:
    """Those of who never chose."""
    return {
        "user_id": user_id,
        "messages": "all",
        "mentions": True,
        "assignments": True,
        "preview": True,
        "sound": "chime",
        "quiet_start": None,
        "quiet_end": None,
        "time_zone": "UTC",
        "away": False,
        "away_until": None,
    }


def heeds(wish: MessageWish, user_id: str, assignee_id: str | None) -> bool:
    """Whether they want to be told what is said in a conversation that is this one's."""
    match wish:
        case "all":
            return True
        case "mine_and_unassigned":
            return assignee_id in (None, user_id)
        case "mine":
            return assignee_id == user_id
        case "none":
            return False


def is_away(wishes: WishesRow, now: Micros) -> bool:
    until = wishes["away_until"]
    return wishes["away"] and (until is None or now < until)


def is_silent(wishes: WishesRow, now: Micros) -> bool:
    """Whether they want to be told nothing just now."""
    return is_away(wishes, now) or _in_quiet_hours(wishes, now)


def _in_quiet_hours(wishes: WishesRow, now: Micros) -> bool:
    start, end, zone = wishes["quiet_start"], wishes["quiet_end"], wishes["time_zone"]
    if start is None or end is None or start == end:
        return False
    minute = minute_of_day(now, zone)
    return start <= minute < end if start < end else minute >= start or minute < end


def minutes_of(text: str) -> int | None:
    """``22:30`` in minutes of the day; None for what is no time."""
    hours, colon, minutes = text.strip().partition(":")
    whole = colon and hours.isascii() and hours.isdigit() and minutes.isascii()
    if not whole or not minutes.isdigit() or len(hours) > 2 or len(minutes) != 2:
        return None
    found = int(hours) * 60 + int(minutes)
    return found if int(minutes) < 60 and found < DAY_MINUTES else None


def as_clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
