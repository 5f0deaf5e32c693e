"""Users as admins and supervisors are told of them."""

from typing import Annotated, Literal, TypedDict

from inbox.domain.fields import Id, Moment, says
from inbox.domain.preferences import Preferences

UserState = Literal["active", "invited", "disabled"]


class UserShape(TypedDict):
    """A user."""

    id: Annotated[Id, says("The user's id.")]
    email: Annotated[str, says("With which they sign in.")]
    name: Annotated[str, says("As colleagues see it.")]
    role: Annotated[
        Literal["agent", "supervisor", "admin"], says("Each may do what those before it may.")
    ]
    state: Annotated[UserState, says("`invited`: they have not chosen a password yet.")]
    channel_ids: Annotated[
        list[Id] | None, says("The channels that they see as an agent; null: all.")
    ]
    own_teams_only: Annotated[
        bool, says("Whether they see, as an agent, the conversations of their teams alone.")
    ]
    team_ids: Annotated[list[Id], says("The teams that they are of.")]
    created_at: Annotated[Moment, says("When they were added.")]
    link_expires_at: Annotated[
        Moment | None, says("Until when their one-time link works; null: they have none.")
    ]


class InvitedUser(UserShape):
    """A user with a link of which only this answer knows."""

    link: Annotated[str, says("Opens a page to choose a password, once. It is shown only now.")]


UserPart = Literal["name", "state"]


class ChangedUser(TypedDict):
    """A user who is called otherwise, or may come in no more, or again."""

    id: Annotated[Id, says("The user's id.")]
    name: Annotated[str, says("As colleagues see it.")]
    state: Annotated[
        Literal["active", "disabled", "deleted"],
        says("Only who is `active` is given anything to do; who is `deleted` stays as a name."),
    ]
    changed: Annotated[list[UserPart], says("Which of these is another now.")]


class Profile(TypedDict):
    """Who asks, and what they see."""

    kind: Annotated[Literal["user", "token"], says("A person, or a program.")]
    id: Annotated[Id, says("Of the user or of the token.")]
    name: Annotated[str, says("As colleagues see it.")]
    email: Annotated[str | None, says("With which they sign in; null of a token.")]
    role: Annotated[Literal["agent", "supervisor", "admin"], says("What they may do.")]
    alias: Annotated[str | None, says("By which name customers know them, if by another.")]
    channel_ids: Annotated[list[Id] | None, says("The channels that they see; null: all.")]
    team_ids: Annotated[
        list[Id] | None, says("The teams whose conversations they see; null: those of all.")
    ]
    preferences: Annotated[Preferences | None, says("How they like their pages; null of a token.")]
