"""Business hours as everybody may see them, and as the channel's row keeps them."""

from typing import Annotated, Final, Literal, NotRequired, TypedDict

from inbox.domain.fields import Moment, says

Clock = Annotated[str, says("As `09:30`, by the clocks of the time zone.")]
Day = Annotated[str, says("As `2026-12-24`.")]


class OpeningShape(TypedDict):
    """A time of a day in which somebody is there."""

    opens: Clock
    closes: Annotated[
        str, says("As `18:00`; `24:00` is midnight. Before `opens`: it is on the next day.")
    ]


Openings = Annotated[list[OpeningShape], says("What begins on that day.")]


class WeekShape(TypedDict):
    """The times of each day, in order. None: closed that day."""

    monday: Openings
    tuesday: Openings
    wednesday: Openings
    thursday: Openings
    friday: Openings
    saturday: Openings
    sunday: Openings


class HolidayShape(TypedDict):
    """Days on which nobody comes."""

    name: Annotated[str, says("What it is; may be empty.")]
    first: Annotated[Day, says("The first day of it.")]
    last: NotRequired[Annotated[Day, says("The last day of it, itself included; else the first.")]]
    yearly: NotRequired[Annotated[bool, says("It comes every year, on the same days.")]]


class AwayMessage(TypedDict):
    """What who writes while it is closed is answered, once until it opens."""

    text: Annotated[str, says("May have variables, as `{{contact.first_name|there}}`.")]


class Greeting(TypedDict):
    """What who writes first is answered, or who writes after a silence."""

    text: Annotated[str, says("May have variables, as `{{contact.first_name|there}}`.")]
    after_days: NotRequired[
        Annotated[
            int | None,
            says("Once nobody has said anything for so many days; null: only who never wrote."),
        ]
    ]


class OpenState(TypedDict):
    """Whether it is open at this moment."""

    open: Annotated[bool, says("Whether it is.")]
    since: Annotated[Moment | None, says("Since when; null: for longer than anybody looks.")]
    until: Annotated[Moment | None, says("Until when; null: for longer than anybody looks.")]


class KeptHours(TypedDict, total=False):
    """``channels.hours``: what differs from a channel that is always open and says nothing."""

    time_zone: str
    week: WeekShape
    holidays: list[HolidayShape]
    away: AwayMessage
    greeting: Greeting


class ChannelHours(TypedDict):
    """When a channel's team is there, and what it says by itself."""

    time_zone: Annotated[str, says("In which the times are meant, as `Europe/Berlin`.")]
    week: Annotated[WeekShape | None, says("Null: always open, but for holidays.")]
    holidays: Annotated[list[HolidayShape], says("By their first days.")]
    away: Annotated[AwayMessage | None, says("Null: nothing is answered.")]
    greeting: Annotated[Greeting | None, says("Null: nobody is greeted.")]
    now: Annotated[OpenState, says("How it is by these hours now.")]


AutomaticKind = Literal["away", "greeting"]
AUTOMATIC_KEY: Final = "automatic:"
"""With what the key of a message begins that a channel says by itself."""
