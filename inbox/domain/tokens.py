"""A token for a program, as its admins are told of it: never with its secret but once."""

from typing import Annotated, TypedDict

from inbox.domain.fields import Id, Moment, says


class TokenShape(TypedDict):
    """A token for a program. The token itself is told only by the answer that makes it."""

    id: Annotated[Id, says("Its id, which is no secret.")]
    name: Annotated[str, says("Of the program that uses it.")]
    role: Annotated[
        str,
        says(
            "`agent`, `supervisor` or `admin`: what it may do at most, never more than its owner."
        ),
    ]
    scopes: Annotated[
        list[str] | None,
        says(
            "What it may be used for, of `read send desk settings webhooks drafts`;"
            " null: all that its role allows."
        ),
    ]
    channel_ids: Annotated[list[Id] | None, says("The channels that it sees; null: all.")]
    owner_id: Annotated[Id | None, says("Whose it is; null: nobody's, as of the command line.")]
    owner: Annotated[str | None, says("What its owner is called.")]
    created_at: Annotated[Moment, says("When it was made.")]
    expires_at: Annotated[Moment | None, says("When it ends; null: never.")]
    last_used_at: Annotated[
        Moment | None, says("When it was used last, to about a minute; null: never.")
    ]


class NewTokenShape(TokenShape):
    """A token that was just made."""

    token: Annotated[str, says("The token itself, only this once.")]
