"""Labels and teams, as the API and the feed have them."""

from typing import Annotated, Final, Literal, TypedDict, get_args

from inbox.domain.fields import Id, Moment, says

LabelColor = Literal["grey", "red", "orange", "amber", "green", "teal", "blue", "violet", "pink"]
COLORS: Final[tuple[LabelColor, ...]] = get_args(LabelColor)


class LabelShape(TypedDict):
    """A word that conversations are sorted by."""

    id: Annotated[Id, says("The label's id.")]
    name: Annotated[str, says("What it says: by this a conversation has it.")]
    color: Annotated[LabelColor, says("One of a few that can be read in the light and the dark.")]
    created_at: Annotated[Moment, says("When it was made.")]


class Labels(TypedDict):
    """All labels there are now."""

    labels: Annotated[list[LabelShape], says("Every label, by name.")]
    changed: Annotated[
        list[str], says("Names that pages may show and that look or read otherwise now.")
    ]


class TeamShape(TypedDict):
    """Those who share work, and the channels whose new conversations are theirs."""

    id: Annotated[Id, says("The team's id.")]
    name: Annotated[str, says("The team's name.")]
    member_ids: Annotated[list[Id], says("The ids of its users.")]
    channel_ids: Annotated[
        list[Id], says("Channels whose new conversations are with it. A channel is of one team.")
    ]
    in_turn: Annotated[
        bool, says("Whether who is there is given its new conversations, one after another.")
    ]
    capacity: Annotated[
        int | None,
        says("Up to how many open conversations each is given in turn; null: any number."),
    ]
    created_at: Annotated[Moment, says("When it was made.")]


class ChannelTurns(TypedDict):
    """How a channel gives its new conversations."""

    in_turn: Annotated[
        bool, says("Whether who is there is given its new conversations, one after another.")
    ]
    capacity: Annotated[
        int | None,
        says("Up to how many open conversations each is given in turn; null: any number."),
    ]


class Teams(TypedDict):
    """All teams there are now."""

    teams: Annotated[list[TeamShape], says("Every team, by name.")]
    changed: Annotated[list[str], says("Names that pages may show and that are others now.")]
