"""All that is published: a closed union, each event with its payload.

A type or a field is only ever added. What is appended to the feed is one of these, so whoever
makes a new kind of event writes it down here, and docs/feed.md with it.
"""

from typing import Annotated, ClassVar, Final, Generic, Literal, TypedDict, TypeVar, get_args

from msgspec import Struct

from inbox.domain.contacts import AttributeValue, Contact
from inbox.domain.content import SendProblem
from inbox.domain.fields import Id, Moment, says
from inbox.domain.notices import NoticeSettings
from inbox.domain.public import (
    Alert,
    ChannelShape,
    Conversation,
    Cost,
    Draft,
    Message,
    Reaction,
    Sender,
    SendTry,
    Timeline,
    WhyWaiting,
)
from inbox.domain.saved_views import RemovedView, SavedListView
from inbox.domain.standing import StandingField
from inbox.domain.status import Step
from inbox.domain.teams import Labels, Teams
from inbox.domain.users import ChangedUser
from inbox.domain.webhooks import ChangedEndpoint, EndpointAlert

EVERYBODY = ""
ADMINS = "admin"
LIMITED = "limited"
"""For who does not see everything."""
SERVER = "server"
"""For the server's own processes; never sent to a subscriber."""


def only(user_id: str) -> str:
    """The audience of one user: what happened in another of their own tabs."""
    return f"user:{user_id}"


# Payloads ----------------------------------------------------------------------------------


class MessageWithContact(Message):
    """A new message, and who it is from or for."""

    contact: Annotated[Contact, says("The customer.")]


class StatusChange(TypedDict):
    """An outgoing message has another status."""

    id: Annotated[Id, says("The message's id.")]
    contact_id: Annotated[Id, says("The id of the customer.")]
    conversation_id: Annotated[Id, says("The id of its conversation.")]
    provider_message_id: Annotated[str | None, says("The provider's id of it.")]
    status: Annotated[Step, says("What it is now.")]
    previous_status: Annotated[Step, says("What it was before.")]
    timestamp: Annotated[Moment, says("When it became so.")]
    error: Annotated[SendProblem | None, says("Why it failed.")]
    past_error: Annotated[
        SendProblem | None, says("Why it failed at first, where it arrived all the same.")
    ]
    receipts: Annotated[Timeline, says("When each step was reached.")]
    waiting: Annotated[WhyWaiting | None, says("Why it is `queued`, if it waits for something.")]
    cost: Annotated[Cost | None, says("What it costs; null while nobody has said so.")]
    tries: Annotated[
        list[SendTry], says("Of one that failed: tries that came to nothing, oldest first.")
    ]


Changed = Literal["reactions", "content", "previous", "edited_at", "deleted_at", "media"]
Rescheduled = Literal["timestamp", "scheduled_at", "stop_on_reply", "held", "waiting"]


class ChangedMessage(Message):
    """A message that was edited, deleted or put off, or whose file came: all of it."""

    changed: Annotated[
        list[Changed | Rescheduled], says("The names of the fields that are others now.")
    ]


class ChangedReactions(TypedDict):
    """Only the reactions of a message are others now."""

    id: Annotated[Id, says("The message's id.")]
    conversation_id: Annotated[Id, says("The id of its conversation.")]
    contact_id: Annotated[Id, says("The id of the customer.")]
    provider_message_id: Annotated[str | None, says("The provider's id of it.")]
    reactions: Annotated[list[Reaction], says("Those that stand now, oldest first.")]
    changed: Annotated[list[Changed], says("Always `reactions`.")]


class MoreReceipts(TypedDict):
    """A fact about a message came that does not change its status, or why it waits."""

    id: Annotated[Id, says("The message's id.")]
    conversation_id: Annotated[Id, says("The id of its conversation.")]
    status: Annotated[Step, says("What it is, as before.")]
    error: Annotated[SendProblem | None, says("Why it failed, if it did.")]
    past_error: Annotated[
        SendProblem | None, says("Why it failed at first, where it arrived all the same.")
    ]
    receipts: Annotated[Timeline, says("When each step was reached.")]
    waiting: Annotated[WhyWaiting | None, says("Why it is `queued`, if it waits for something.")]
    cost: Annotated[Cost | None, says("What it costs; null while nobody has said so.")]
    tries: Annotated[
        list[SendTry], says("Of one that failed: tries that came to nothing, oldest first.")
    ]


class RemovedMessage(TypedDict):
    """A reply that was taken back before it was sent, or a note that was deleted."""

    id: Annotated[Id, says("The message's id.")]
    conversation_id: Annotated[Id, says("The id of its conversation.")]
    contact_id: Annotated[Id, says("The id of the customer.")]


class TeamWords(TypedDict, total=False):
    """What the team notes about a contact, as far as it is another now."""

    attributes: Annotated[
        dict[str, AttributeValue], says("Where it is among `changed`: all that is known now.")
    ]
    note: Annotated[str, says("Where it is among `changed`: what it says now.")]


class ChangedContact(Contact, TeamWords):
    """A contact with the names of what is new about it."""

    changed: Annotated[list[str], says("The names of the fields that are others now.")]


class ArrangedConversation(Conversation):
    """A conversation of which the list shows something else."""

    changed: Annotated[
        list[StandingField],
        says("What was done with it at the desk; empty: it is here for another reason."),
    ]
    by: Annotated[
        Sender | None, says("Who did that; null: nobody, as by the clock or their own message.")
    ]


class MergedConversation(TypedDict):
    """Two contacts are one person: what was in ``id`` is in ``into`` now."""

    id: Annotated[Id, says("The id of the conversation that is gone.")]
    into: Annotated[Id, says("The id of the one that it is in now.")]
    contact_id: Annotated[Id, says("The id of its contact, who is gone, too.")]
    into_contact_id: Annotated[Id, says("The id of the contact who stays.")]


class RemovedConversation(TypedDict):
    """A conversation that is no longer among those that you see."""

    id: Annotated[Id, says("The conversation's id.")]
    channel_id: Annotated[Id, says("The channel on which it was.")]
    team_id: Annotated[Id | None, says("The team whose it was until now.")]


SeenBecause = Literal["seen", "unread", "given"]


class SeenCount(TypedDict):
    """How far the user has read a conversation."""

    id: Annotated[Id, says("The conversation's id.")]
    seen_count: Annotated[int, says("How many of its `inbound_count` the user has seen.")]
    why: Annotated[
        SeenBecause,
        says(
            "`seen`: they have seen so many, or say so, or a colleague has answered. `unread`: they"
            " say that they have seen no more. `given`: it is theirs now, and new to them."
        ),
    ]


class MentionCount(TypedDict):
    """In how many notes the user is named that they have not seen."""

    id: Annotated[Id, says("The conversation's id.")]
    count: Annotated[int, says("How many such notes it has.")]
    conversations: Annotated[int, says("How many conversations have some.")]


class AccessLost(TypedDict):
    """Who may no longer listen: a user (with ``session``: in that browser alone) or a token."""

    user_id: str | None
    session: str | None
    token_id: str | None


class ChannelNamed(TypedDict):
    id: Id


# Events ------------------------------------------------------------------------------------

T = TypeVar("T")


class _Event(Struct, Generic[T], frozen=True):
    """``conversation_id`` and ``contact_id``: for whom subscribes to these alone."""

    type: ClassVar[str]
    payload: T
    conversation_id: str | None = None
    contact_id: str | None = None

    @property
    def audience(self) -> str:
        return EVERYBODY


class _ForAdmins(_Event[T], frozen=True):
    @property
    def audience(self) -> str:
        return ADMINS


class _ForServer(_Event[T], frozen=True):
    """For our own processes."""

    @property
    def audience(self) -> str:
        return SERVER


class MessageNew(_Event[MessageWithContact], frozen=True):
    """A message came in or was written."""

    type = "message:new"


class MessageStatus(_Event[StatusChange], frozen=True):
    """A message of ours went a step further, or failed."""

    type = "message:status"


class MessageUpdated(_Event[ChangedMessage | ChangedReactions | MoreReceipts], frozen=True):
    """A message shows something else."""

    type = "message:updated"


class MessageRemoved(_Event[RemovedMessage], frozen=True):
    """A reply of ours was taken back before it was sent, or a note was deleted: it is nowhere any
    more.
    """

    type = "message:removed"


class NoteNew(_Event[MessageWithContact], frozen=True):
    """Somebody noted something for their colleagues. No customer ever sees it."""

    type = "note:new"


class ActivityNew(_Event[Message], frozen=True):
    """Something was done with a conversation, as its thread tells. No customer ever sees it."""

    type = "activity:new"


class NoteUpdated(_Event[ChangedMessage], frozen=True):
    """A note says something else."""

    type = "note:updated"


class MentionUpdated(_Event[MentionCount], frozen=True, kw_only=True):
    """Only to the user who is named in a note, or no longer, or who has looked there."""

    type = "mention:updated"
    user_id: str

    @property
    def audience(self) -> str:
        return only(self.user_id)


class ViewUpdated(_Event[SavedListView], frozen=True, kw_only=True):
    """A view of the list was saved or changed: to its owner, or where it is shared to everybody."""

    type = "view:updated"
    audience_of: str

    @property
    def audience(self) -> str:
        return self.audience_of


class ViewRemoved(_Event[RemovedView], frozen=True, kw_only=True):
    """A saved view was deleted, or is no longer shared."""

    type = "view:removed"
    audience_of: str

    @property
    def audience(self) -> str:
        return self.audience_of


class ContactNew(_Event[Contact], frozen=True):
    """Somebody writes, or is written to, for the first time."""

    type = "contact:new"


class ContactUpdated(_Event[ChangedContact], frozen=True):
    """Something else is known of a contact."""

    type = "contact:updated"


class ConversationUpdated(_Event[ArrangedConversation], frozen=True):
    """The list shows something else, or a conversation in another place."""

    type = "conversation:updated"


class ConversationRemoved(_Event[RemovedConversation], frozen=True):
    """Only to who is limited and saw it until now: it went to others."""

    type = "conversation:removed"

    @property
    def audience(self) -> str:
        return LIMITED


class ConversationMerged(_Event[MergedConversation], frozen=True):
    """A conversation became part of another."""

    type = "conversation:merged"


class ConversationRead(_Event[SeenCount], frozen=True, kw_only=True):
    """Only to the user who read, in their other windows."""

    type = "conversation:read"
    user_id: str

    @property
    def audience(self) -> str:
        return only(self.user_id)


class LabelsUpdated(_Event[Labels], frozen=True):
    """Labels were made, changed or deleted: all there are now."""

    type = "labels:updated"


class TeamsUpdated(_Event[Teams], frozen=True):
    """Teams were made, changed or deleted: all there are now."""

    type = "teams:updated"


class UserUpdated(_Event[ChangedUser], frozen=True):
    """A user is called otherwise, is disabled, enabled or deleted."""

    type = "user:updated"


class DraftUpdated(_Event[Draft], frozen=True, kw_only=True):
    """Only to the user who writes, in their other windows; empty: sent, or thrown away."""

    type = "draft:updated"
    user_id: str

    @property
    def audience(self) -> str:
        return only(self.user_id)


class NoteDrafted(_Event[Draft], frozen=True, kw_only=True):
    """The same of a note. It is no ``draft:updated``, which programs may take for a reply's."""

    type = "note:drafted"
    user_id: str

    @property
    def audience(self) -> str:
        return only(self.user_id)


class NoticesUpdated(_Event[NoticeSettings], frozen=True, kw_only=True):
    """Only to the user who chose what they are told of, in their other windows."""

    type = "notices:updated"
    user_id: str

    @property
    def audience(self) -> str:
        return only(self.user_id)


class ChannelUpdated(_Event[ChannelShape], frozen=True):
    """A channel is new, has another name, or another health."""

    type = "channel:updated"


class AlertNew(_ForAdmins[Alert], frozen=True):
    """Only to admins."""

    type = "alert:new"


class AlertUpdated(_ForAdmins[Alert], frozen=True):
    """Muted, or not any more. Only to admins."""

    type = "alert:updated"


class AlertEnded(_ForAdmins[Alert], frozen=True):
    """Only to admins."""

    type = "alert:ended"


class WebhookUpdated(_ForAdmins[ChangedEndpoint], frozen=True):
    """An endpoint was made, changed, paused, switched off or on, or removed. Only to admins."""

    type = "webhook:updated"


class WebhookAlert(_ForAdmins[EndpointAlert], frozen=True):
    """An endpoint was switched off by itself; again when that is muted, and when it is over.

    It is no ``alert:new``: who hears that may count on the channel it names. Only to admins.
    """

    type = "webhook:alert"


class AccessChanged(_ForServer[AccessLost], frozen=True):
    """For our own processes: close the sockets of who may no longer listen."""

    type = "server:access"


class LimitsChanged(_ForServer[AccessLost], frozen=True):
    """For our own processes: a user or a token may see something else now."""

    type = "server:limits"


class ChannelChanged(_ForServer[ChannelNamed], frozen=True):
    """For our own processes: a channel was added or has other secrets."""

    type = "server:channel"


PublicEvent = (
    MessageNew
    | MessageStatus
    | MessageUpdated
    | MessageRemoved
    | NoteNew
    | NoteUpdated
    | ActivityNew
    | MentionUpdated
    | ContactNew
    | ContactUpdated
    | ConversationUpdated
    | LabelsUpdated
    | TeamsUpdated
    | UserUpdated
    | ViewUpdated
    | ViewRemoved
    | ConversationMerged
    | ConversationRemoved
    | ConversationRead
    | DraftUpdated
    | NoteDrafted
    | NoticesUpdated
    | ChannelUpdated
    | AlertNew
    | AlertUpdated
    | AlertEnded
    | WebhookUpdated
    | WebhookAlert
)
FOR_EVERYBODY: Final = tuple(
    event.type for event in get_args(PublicEvent) if event.audience is _Event.audience
)
"""The types of what is nobody's own: of all that happens, this is told to other programs."""
OwnEvent = AccessChanged | LimitsChanged | ChannelChanged
NewEvent = PublicEvent | OwnEvent
