"""Who writes to us, and what a team knows of them: shapes that everybody may see.

A contact is somebody on one channel, as WhatsApp knows them. A *person* is contacts that somebody
joined by hand: each keeps its conversation, as a number has its own window and is answered at it,
and what the team notes of one of them is noted of all.
"""

from typing import Annotated, Literal, TypedDict

from inbox.domain.channels import ChannelState
from inbox.domain.fields import Id, Moment, says

AttributeKind = Literal["text", "number", "date", "choice", "link", "yes_no"]
AttributeValue = str | int | float | bool


class Contact(TypedDict):
    """Who writes to us on one channel."""

    id: Annotated[Id, says("The contact's id.")]
    channel_id: Annotated[Id, says("The id of the channel on which they write.")]
    name: Annotated[
        str | None, says("What they are called: your own name for them, else `profile_name`.")
    ]
    profile_name: Annotated[str | None, says("What they call themselves on WhatsApp.")]
    own_name: Annotated[str | None, says("What your team calls them; null: nothing of its own.")]
    phone_number: Annotated[str | None, says("As people write it, with `+`.")]
    wa_id: Annotated[str | None, says("Their number in digits, as WhatsApp calls them.")]
    username: Annotated[str | None, says("Without `@`.")]
    blocked: Annotated[bool, says("Whether you have blocked them: nothing comes or goes.")]
    person_id: Annotated[
        Id | None, says("The same for contacts that were merged into one person; null: alone.")
    ]


class ContactAttribute(TypedDict):
    """Something that your team wants to know of its customers."""

    id: Annotated[Id, says("The attribute's id.")]
    key: Annotated[str, says("By which programs call it; it never changes.")]
    label: Annotated[str, says("What people call it.")]
    kind: Annotated[AttributeKind, says("What its values are; it never changes.")]
    choices: Annotated[list[str], says("Of a `choice`: what can be chosen; else empty.")]


class FormerName(TypedDict):
    """Something else by which a contact is or was known."""

    kind: Annotated[
        Literal["phone_number", "user_id", "username"], says("Whether it is a number, or a name.")
    ]
    value: Annotated[str, says("The number with `+`, WhatsApp's user id, or the name without `@`.")]


class SamePerson(TypedDict):
    """A conversation with the same person elsewhere."""

    conversation_id: Annotated[Id, says("The conversation's id.")]
    contact_id: Annotated[Id, says("The id of their contact there.")]
    channel_id: Annotated[Id, says("The id of the channel.")]
    channel_name: Annotated[str, says("What your team calls the channel.")]
    channel_state: Annotated[ChannelState, says("Whether the channel is in use.")]
    name: Annotated[str | None, says("What they are called there.")]
    phone_number: Annotated[str | None, says("Their number there.")]
    why: Annotated[
        Literal["merged", "same_number"], says("Merged by hand, or they have or had this number.")
    ]
    arrived_at: Annotated[Moment, says("When its newest message arrived.")]


class ContactDetails(Contact):
    """A contact with what your team noted, and where else the same person is."""

    attributes: Annotated[
        dict[str, AttributeValue], says("What is known, by the `key` of its attribute.")
    ]
    note: Annotated[str, says("What your team notes about them; empty: nothing.")]
    aliases: Annotated[
        list[FormerName], says("Numbers, ids and usernames that they had before, or have as well.")
    ]
    conversations: Annotated[
        list[SamePerson], says("The same person's other conversations, the newest first.")
    ]
