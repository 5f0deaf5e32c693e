"""Canned responses: what is known of one, as a row and as everybody may see it."""

from typing import Annotated, Literal, NotRequired, TypedDict

from inbox.domain.fields import Id, Moment, says
from inbox.domain.public import Upload
from inbox.domain.standing import TeamRef

Scope = Literal["personal", "team", "everybody"]


class CannedRow(TypedDict):
    id: str
    owner_id: str | None
    team_id: str | None
    short_code: str
    content: str
    attachments: str
    created_at: int
    updated_at: int


class FilledResponse(TypedDict):
    """What a canned response says in one conversation."""

    text: Annotated[str, says("The text with its variables filled.")]
    missing: Annotated[
        list[str], says("Variables of which nothing is known here and that have no fallback.")
    ]


class CannedResponse(TypedDict):
    """A text that is kept under a short code, to be said again, perhaps with files."""

    id: Annotated[Id, says("Its id.")]
    short_code: Annotated[str, says("By what it is called: `/short_code` in the composer.")]
    content: Annotated[
        str, says("What it says; variables as `{{contact.first_name|there}}` are filled.")
    ]
    attachments: Annotated[list[Id], says("Ids of the files that go with it, in their order.")]
    files: Annotated[list[Upload], says("What these files are.")]
    scope: Annotated[
        Scope,
        says(
            "Whose it is: `personal`, `everybody`, or of a `team`: of its members and of who leads."
        ),
    ]
    team_id: Annotated[Id | None, says("Which team's it is; null: no team's.")]
    team: Annotated[TeamRef | None, says("That team, and what it is called.")]
    created_at: Annotated[Moment, says("When it was made.")]
    updated_at: Annotated[Moment, says("When it was last changed.")]
    filled: NotRequired[
        Annotated[FilledResponse, says("Where a conversation was named: what it says there.")]
    ]
