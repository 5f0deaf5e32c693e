"""What everybody may see of things: the types of the API, the feed and the pages alike.

``domain.shapes`` builds most of them of rows. The API's description is made of them as well:
their names, docstrings and ``says`` are read by people outside, and what is here is only added
to. All times are ``Moment``; ids are ours if nothing else is said.
"""

from typing import Annotated, Literal, NotRequired, TypedDict

from inbox.domain.abilities import Ability
from inbox.domain.channels import AgentNames, ChannelState, DirectSend, ReadReceipts
from inbox.domain.contacts import Contact
from inbox.domain.content import About, Content, Context, SendProblem, TypeName
from inbox.domain.fields import Anything, Id, Moment, says
from inbox.domain.outgoing.files import FileKind
from inbox.domain.standing import Assignee, ConversationStatus, Priority, TeamRef
from inbox.domain.status import Status, Step
from inbox.domain.stored import Direction, FileState, Quality

Sort = Annotated[str, says("A text to order by, without a meaning of its own.")]


class Sender(TypedDict):
    """Who of us wrote a message."""

    id: Annotated[Id | None, says("The user's; null if a program wrote it.")]
    name: Annotated[str, says("Their name, or the token's.")]


class Reaction(TypedDict):
    """A reaction that stands."""

    emoji: Annotated[str, says("The emoji.")]
    direction: Annotated[Direction, says("`incoming` is a customer's.")]
    author: Annotated[str | None, says("Who of a group; null where there is only one.")]
    timestamp: Annotated[Moment, says("When they reacted.")]
    error: Annotated[
        SendProblem | None, says("Why the customer does not see ours; null: nothing is wrong.")
    ]


class FileShape(TypedDict):
    """What became of a message's file. Addresses are of this server, for a session or a token."""

    state: Annotated[
        FileState,
        says(
            "`waiting` to be fetched; `ready` at `url`; `gone` from the provider; `failed`."
            " The last two have a `reason`."
        ),
    ]
    url: Annotated[str | None, says("Null until it is ready. What it names never changes.")]
    thumbnail_url: Annotated[str | None, says("A small picture, where there is one.")]
    mime_type: Annotated[str | None, says("Its media type, if known.")]
    bytes: Annotated[int | None, says("Its size, if known.")]
    filename: Annotated[str | None, says("Its name, if its sender gave one.")]
    width: NotRequired[Annotated[int, says("Of a picture that has a thumbnail, upright.")]]
    height: NotRequired[Annotated[int, says("Of a picture that has a thumbnail, upright.")]]
    duration: NotRequired[Annotated[float, says("Seconds.")]]
    waveform: NotRequired[
        Annotated[list[int], says("How loud a recording is from start to end, each 0 to 100.")]
    ]
    reason: NotRequired[Annotated[str, says("Why it is not here.")]]
    verified: NotRequired[Annotated[bool, says("False: it is not the file that was announced.")]]


class Upload(TypedDict):
    """A file that is here to be sent."""

    id: Annotated[Id, says("Its `media_id`: what a message that brings it says.")]
    kind: Annotated[FileKind, says("As what it can be sent.")]
    mime_type: Annotated[str, says("What its bytes say that it is.")]
    bytes: Annotated[int, says("Its size.")]
    sha256: Annotated[str, says("64 hex digits.")]
    filename: Annotated[str, says("Its name; empty if it has none.")]
    duration: NotRequired[Annotated[float, says("Seconds.")]]
    width: NotRequired[Annotated[int, says("Of a picture or a film.")]]
    height: NotRequired[Annotated[int, says("Of a picture or a film.")]]
    url: Annotated[str, says("Where it can be had.")]
    thumbnail_url: NotRequired[Annotated[str, says("Where its small picture is, if it has one.")]]


class DraftFile(TypedDict):
    """A file that goes with what is being written."""

    media: Annotated[Upload, says("The file.")]
    kind: Annotated[FileKind, says("As what it is to be sent.")]
    caption: Annotated[str, says("The words under it; empty if there are none.")]


class PartialUpload(TypedDict):
    """A file that comes in pieces."""

    id: Annotated[Id, says("Its `media_id`, once it is whole.")]
    offset: Annotated[int, says("How many bytes are here: where the next piece begins.")]
    piece: Annotated[int, says("How many bytes a piece may have.")]
    media: Annotated[Upload | None, says("The file, once it is whole.")]


class Version(TypedDict):
    """What an edited message said before."""

    text: Annotated[str, says("What it said.")]
    timestamp: Annotated[Moment, says("From when on it said so.")]
    media: NotRequired[
        Annotated[FileShape, says("Where it had another file then: `ready` or `gone`.")]
    ]


class Glimpse(TypedDict):
    """One line about a message."""

    id: Annotated[Id, says("The message's id.")]
    direction: Annotated[Direction, says("`incoming` is the customer's.")]
    type: Annotated[TypeName, says("What kind of message it is.")]
    text: Annotated[str, says("The start of what it says in words.")]
    about: Annotated[About, says("What is more than text.")]
    deleted_at: Annotated[Moment | None, says("When its author took it back, if they did.")]


class LastMessage(Glimpse):
    """The row under a name in the list of conversations."""

    status: Annotated[Status, says("`received` for what comes in.")]
    timestamp: Annotated[Moment, says("When it was said.")]


class Quote(Glimpse):
    """A message within one that answers it."""

    sender: Annotated[Sender | None, says("Who of us wrote it; null for a customer's.")]
    contact: Annotated[Contact | None, says("Who wrote it, if it came from them.")]


class Draft(TypedDict):
    """What somebody has begun to write in a conversation: nobody else sees it."""

    conversation_id: Annotated[Id, says("The conversation's id.")]
    text: Annotated[str, says("As far as it is written; empty where there is none.")]
    quoted: Annotated[
        Quote | None, says("The message that it is to answer; of a note always null.")
    ]
    files: Annotated[list[DraftFile], says("The files that go with it, in their order.")]
    updated_at: Annotated[Moment | None, says("When it was saved; null where there is none.")]


class MessageContext(Context):
    """What stands around a message, with what is known of the one that it answers."""

    quoted: NotRequired[
        Annotated[
            Quote | None, says("There if `id` is; null if that message is not in the conversation.")
        ]
    ]


class WhyWaiting(TypedDict):
    """Why a reply has not been handed over yet. Until it is, it can be taken back."""

    reason: Annotated[str, says("In words.")]
    since: Annotated[Moment, says("Since when it waits.")]
    next_try_at: Annotated[
        Moment | None, says("When it is tried next; null while that hangs on something else.")
    ]


TryEnd = Literal["postponed", "failed", "ambiguous", "undone"]


class SendTry(TypedDict):
    """A try to send a message that came to nothing."""

    at: Annotated[Moment, says("When it ended.")]
    end: Annotated[
        TryEnd,
        says(
            "`postponed`: it was tried again by itself; `ambiguous`: nobody answered; `undone`: it"
            " was sent, and failed later."
        ),
    ]
    title: Annotated[str, says("What happened, in words.")]
    code: NotRequired[Annotated[int, says("The provider's number of the error.")]]


Timeline = dict[Step, Moment]
"""When each step of an outgoing message was reached, as far as anybody said."""


class Cost(TypedDict):
    """What the provider says that a message costs, and what that comes to by your rate card."""

    category: Annotated[str, says("As what it counts: `marketing`, `utility`, `service`, …")]
    billable: Annotated[bool, says("It is billed; false: it is free.")]
    amount: NotRequired[
        Annotated[str, says("A decimal, if it is billed and the rate card has a rate for it.")]
    ]
    currency: NotRequired[Annotated[str, says("Of the amount, ISO 4217.")]]


class Message(TypedDict):
    """A bubble of a conversation, of either side."""

    id: Annotated[Id, says("The message's id.")]
    conversation_id: Annotated[Id, says("The id of its conversation.")]
    contact_id: Annotated[Id, says("The id of the customer.")]
    channel_id: Annotated[Id, says("The id of the channel.")]
    direction: Annotated[
        Direction, says("`incoming` is the customer's, `internal` what no customer ever sees.")
    ]
    type: Annotated[TypeName, says("What kind of message it is; more kinds will come.")]
    content: Annotated[Content, says("What it says.")]
    context: Annotated[
        MessageContext | None, says("What it answers, and where it is from; null: nothing of that.")
    ]
    status: Annotated[Status, says("`received` for what comes in, `noted` for what is internal.")]
    error: Annotated[SendProblem | None, says("Why it failed, or why nobody can show it.")]
    past_error: Annotated[
        SendProblem | None, says("Why it failed at first, where it arrived all the same.")
    ]
    timestamp: Annotated[Moment, says("When it was said.")]
    received_at: Annotated[Moment, says("When it came to us.")]
    provider_message_id: Annotated[str | None, says("The provider's id of it.")]
    client_id: Annotated[str | None, says("What whoever posted it called it.")]
    sender: Annotated[Sender | None, says("Who of us wrote it, if it was written here.")]
    reactions: Annotated[list[Reaction], says("Those that stand, oldest first.")]
    edited_at: Annotated[Moment | None, says("When it was edited last, if it was.")]
    deleted_at: Annotated[Moment | None, says("When its author took it back, if they did.")]
    previous: Annotated[list[Version], says("What it said before, oldest first.")]
    media: Annotated[FileShape | None, says("Null without a file, and of a deleted message.")]
    sort: Sort
    receipts: Annotated[Timeline, says("When each step was reached.")]
    waiting: Annotated[
        WhyWaiting | None,
        says(
            "Why it is still `queued`, or why a `scheduled` one does not go by itself any more;"
            " null: it is on its way, or was."
        ),
    ]
    scheduled_at: Annotated[Moment | None, says("When it is to be sent, while it is `scheduled`.")]
    stop_on_reply: Annotated[
        bool, says("While it is `scheduled`: whether it stays if the customer writes first.")
    ]
    held: Annotated[bool, says("Whether it is `held`: it goes out as soon as the customer writes.")]
    automatic: Annotated[bool, says("The channel said it by itself; nobody is its sender.")]
    cost: Annotated[Cost | None, says("What it costs; null while nobody has said so.")]
    tries: Annotated[
        list[SendTry], says("Of one that failed: tries that came to nothing, oldest first.")
    ]


class ChannelRef(TypedDict):
    """Which channel a conversation is on."""

    id: Annotated[Id, says("The channel's id.")]
    name: Annotated[str, says("What your team calls it.")]
    provider: Annotated[str, says("The name of its provider, as `cloud-api`.")]
    state: Annotated[
        ChannelState, says("Nothing is sent by one that is `paused`, and never by one `removed`.")
    ]


class CostRow(TypedDict):
    """What messages came to, of one day, channel, category, … and in one currency."""

    key: Annotated[
        str,
        says(
            "The day or month; the id of a channel or user, or a program's name; a category; two"
            " letters of a country; a template's name. Empty: it is not known."
        ),
    ]
    name: Annotated[str, says("The same in words.")]
    currency: Annotated[str | None, says("ISO 4217; null where the channel's is not known.")]
    messages: Annotated[int, says("How many there are of which the provider told the price.")]
    billed: Annotated[int, says("How many of them are billed.")]
    free: Annotated[int, says("How many are free.")]
    unpriced: Annotated[int, says("How many are billed at a rate that the card does not have.")]
    amount: Annotated[str, says("What all others that are billed cost: a decimal.")]


class MonthOfService(TypedDict):
    """Messages of the category `service` in one month, of which Meta gives a number some free."""

    month: Annotated[str, says("As `2026-11`, in the channel's time zone.")]
    sent: Annotated[int, says("How many went out so far.")]
    free: Annotated[int, says("How many of a month are free.")]
    used_up_at: Annotated[Moment | None, says("When the last free one went out.")]
    expected_at: Annotated[
        Moment | None,
        says("When that will be, as the days so far were; null if not within this month."),
    ]


class Billing(TypedDict):
    """How a channel's account is billed."""

    currency: Annotated[str | None, says("ISO 4217; null: not known.")]
    time_zone: Annotated[str, says("In which its days and months begin, as `Europe/Berlin`.")]
    month: Annotated[MonthOfService, says("The month that it is there.")]


class RateShape(TypedDict):
    """A line of the rate card."""

    currency: Annotated[str, says("ISO 4217.")]
    country: Annotated[
        str, says("Two letters of the customer's country; empty: all that have no line.")
    ]
    category: Annotated[str, says("As providers call it: `marketing`, `utility`, `service`, …")]
    from_day: Annotated[str, says("The first day on which it holds, as `2026-10-01`.")]
    price: Annotated[str, says("Of one message: a decimal.")]


class Conversation(TypedDict):
    """All that is said with one contact on one channel."""

    id: Annotated[Id, says("The conversation's id.")]
    contact: Annotated[Contact, says("The customer.")]
    channel: Annotated[ChannelRef, says("Where they write.")]
    status: Annotated[ConversationStatus, says("Whether it is to be done; a reply reopens it.")]
    snoozed_until: Annotated[
        Moment | None, says("While it is `snoozed`: when it wakes; null: once they write.")
    ]
    assignee: Annotated[Assignee | None, says("Who looks after it; null: nobody.")]
    team: Annotated[TeamRef | None, says("Which team it is with; null: none.")]
    labels: Annotated[list[str], says("The names of its labels, in their order.")]
    priority: Annotated[Priority, says("How urgent it is.")]
    waiting_since: Annotated[
        Moment | None,
        says("Since when the customer waits for an answer; null: they do not."),
    ]
    answered_at: Annotated[
        Moment | None,
        says("When somebody first answered since it was opened; null: nobody has yet."),
    ]
    closing: Annotated[
        bool,
        says("They wait, and WhatsApp takes free text for two hours more at most."),
    ]
    needs_reply: Annotated[
        bool, says("The customer spoke last; a notice of WhatsApp's is nobody's word.")
    ]
    inbound_count: Annotated[int, says("How many messages the contact ever sent.")]
    unread_count: Annotated[
        int, says("On the feed: what no agent has seen. To a user, by the API: their own.")
    ]
    last_message: Annotated[
        LastMessage | None, says("The line under the name in the list; null while there is none.")
    ]
    window_expires_at: Annotated[
        Moment | None,
        says(
            "Until when WhatsApp takes free text; null for a customer who never wrote, or only in a"
            " group."
        ),
    ]
    arrived_at: Annotated[Moment, says("When its newest message arrived; orders the list.")]
    sort: Sort


class SnippetPart(TypedDict):
    """A piece of a found text, as it was written; ``match``: one of the words looked for."""

    text: Annotated[str, says("Its words.")]
    match: Annotated[bool, says("It is one of the words that were looked for.")]


class Match(TypedDict):
    """The message by which a search found a conversation."""

    message_id: Annotated[Id, says("The message's id.")]
    direction: Annotated[Direction, says("`incoming` is the customer's.")]
    type: Annotated[TypeName, says("What kind of message it is.")]
    about: Annotated[About, says("What is more than text.")]
    timestamp: Annotated[Moment, says("When it was said.")]
    snippet: Annotated[list[SnippetPart], says("Its words around those that were looked for.")]


class ListedConversation(Conversation):
    """A conversation for one reader."""

    seen_count: Annotated[int, says("How many of `inbound_count` the reader has seen.")]
    mention_count: Annotated[
        int, says("How many notes name the reader that they have not seen; 0 to a program.")
    ]
    draft: NotRequired[
        Annotated[
            str | None,
            says("The start of the reader's own draft, or what its files are called; null: none."),
        ]
    ]
    match: NotRequired[
        Annotated[Match | None, says("With a search: why it was found; null for its contact.")]
    ]
    matches: NotRequired[
        Annotated[
            list[Match],
            says("With a search: its newest messages that answer, `match` first; three at most."),
        ]
    ]
    match_count: NotRequired[
        Annotated[
            int | None,
            says(
                "With a search: how many of its messages answer; null where they were not counted,"
                " as of a frequent word."
            ),
        ]
    ]


class RefusedShape(TypedDict):
    """Webhooks that were refused for one kind of reason."""

    kind: Annotated[str, says("For what reason, as `wrong` (signature) or `pace`.")]
    number: Annotated[int, says("How many.")]
    reason: Annotated[str, says("The latest, in words.")]
    last_at: Annotated[Moment, says("When the latest came.")]


class HealthShape(TypedDict):
    """Whether a channel's webhooks come."""

    state: Annotated[
        Literal["waiting", "live", "trouble"],
        says(
            "`waiting` for its first webhook; `trouble`: the latest that is known is an error, or"
            " nothing can be sent."
        ),
    ]
    send_error: Annotated[str | None, says("Why nothing can be sent; null while sends succeed.")]
    send_error_at: Annotated[Moment | None, says("Since when that is so.")]
    news: Annotated[str | None, says("What the provider said last of the account or a template.")]
    news_at: Annotated[Moment | None, says("When they said so.")]
    last_webhook_at: Annotated[Moment | None, says("When the latest webhook came that was taken.")]
    last_error: Annotated[str | None, says("What the provider says is wrong with the account.")]
    last_error_at: Annotated[Moment | None, says("When they said so.")]
    refusals: Annotated[int, says("How many webhooks were refused, ever.")]
    last_refusal: Annotated[str | None, says("Why the latest was refused.")]
    last_refused_at: Annotated[Moment | None, says("When that was.")]
    refused: Annotated[list[RefusedShape], says("By kinds of reasons, the newest first.")]


class NumberShape(TypedDict):
    """What a provider said of a number and its token when it was asked last."""

    state: Annotated[
        Literal["known", "refused", "unchecked"],
        says("`refused`: one of them does not work; `unchecked`: the provider could not say."),
    ]
    checked_at: Annotated[Moment, says("When it was asked.")]
    reason: Annotated[str | None, says("Why it is not known.")]
    name: Annotated[str | None, says("The name that customers see, where Meta tells it.")]
    phone_number: Annotated[str | None, says("The number itself, where Meta tells it.")]
    quality: Annotated[Quality | None, says("What Meta thinks of it, where it tells that.")]


class ChannelShape(TypedDict):
    """A connected number; never with a secret."""

    id: Annotated[Id, says("The channel's id.")]
    name: Annotated[str, says("What your team calls it.")]
    provider: Annotated[str, says("The name of its provider, as `cloud-api`.")]
    provider_title: Annotated[str, says("Its provider's name for people.")]
    account: Annotated[str | None, says("The provider's id of the number.")]
    state: Annotated[ChannelState, says("Whether it is in use; it may be resumed.")]
    number: Annotated[
        NumberShape | None, says("What its provider says of the number; null: nobody was asked.")
    ]
    read_receipts: Annotated[
        ReadReceipts,
        says("When customers are told that they were read: once opened (`on`), with an answer."),
    ]
    agent_names: Annotated[
        AgentNames, says("Whether customers read who of the team writes, and where.")
    ]
    direct_send: Annotated[
        DirectSend,
        says("`on`: Meta has opened Direct Send to it, free text outside the 24 hours."),
    ]
    can: Annotated[
        list[Ability], says("What its provider can do besides text; more words will come.")
    ]
    health: Annotated[HealthShape, says("Whether its webhooks come.")]


class ChannelAddresses(ChannelShape):
    """The same for admins: with the addresses that providers call."""

    webhook_url: Annotated[str, says("Where its provider calls.")]
    shared_webhook_url: Annotated[str | None, says("Where its provider can share one address.")]


class AlertFacts(TypedDict, total=False):
    """What an alert rests on, by its ``kind``."""

    last_webhook_at: Annotated[Moment, says("When the latest webhook came that was taken.")]
    usual: Annotated[int, says("Of a silent one: how many webhooks usually come in this hour.")]
    basis: Annotated[
        Literal["weeks", "days"],
        says("Of a silent one: `weeks`, if it is usual for this hour of this weekday."),
    ]
    hour: Annotated[Moment, says("Of a silent one: when the hour began.")]
    until: Annotated[Moment, says("Of a silent one: when the hour ends.")]
    missing: Annotated[int, says("Of a silent one: about how many should have come by now.")]
    refused: Annotated[int, says("Of a failing one: how many webhooks were refused.")]
    accepted: Annotated[int, says("Of a failing one: how many were taken meanwhile.")]
    shared: Annotated[int, says("Of a failing one: how many came to a shared address.")]
    reason: Annotated[
        str, says("Of a failing one: the latest, in words. Of `sending` and `account`: what it is.")
    ]


AlertKind = Literal["silent", "failing", "sending", "account"]


class ChannelName(TypedDict):
    """Which channel an alert is about."""

    id: Annotated[Id, says("The channel's id.")]
    name: Annotated[str, says("What your team calls it.")]


class Alert(TypedDict):
    """Something that admins should look at; it ends by itself."""

    id: Annotated[Id, says("The alert's id.")]
    kind: Annotated[
        AlertKind,
        says(
            "`silent`: nothing comes; `failing`: much of it is refused; `sending`: nothing can be"
            " sent; `account`: news of the account or a template."
        ),
    ]
    channel: Annotated[ChannelName, says("Which channel it is about.")]
    text: Annotated[str, says("The whole of it in one sentence.")]
    facts: Annotated[AlertFacts, says("What it rests on, by its `kind`.")]
    since: Annotated[Moment, says("When what it tells of began, as far as anybody knows.")]
    raised_at: Annotated[Moment, says("When admins were told.")]
    ended_at: Annotated[Moment | None, says("Null while it is open.")]
    muted_at: Annotated[Moment | None, says("When somebody wanted to hear no more of it.")]
    muted_by: Annotated[str | None, says("The name of who wants to hear no more of it.")]


class MessageTemplate(TypedDict):
    """A message template of a channel, in one language, as its provider listed it last."""

    id: Annotated[Id, says("The template's id.")]
    channel_id: Annotated[Id, says("The id of the channel whose it is.")]
    name: Annotated[str, says("By which it is sent, together with its language.")]
    language: Annotated[str, says("WhatsApp's code, as `en_US`.")]
    status: Annotated[str, says("In Meta's words, as `APPROVED`, `PAUSED` or `REJECTED`.")]
    category: Annotated[
        str, says("`UTILITY`, `MARKETING` or `AUTHENTICATION`; it decides the price.")
    ]
    quality: Annotated[str | None, says("`GREEN`, `YELLOW` or `RED`; null if that is not known.")]
    rejected_reason: Annotated[str | None, says("Why it was rejected, in Meta's words.")]
    previous_category: Annotated[str | None, says("What it was before Meta changed it.")]
    parameter_format: Annotated[
        Literal["POSITIONAL", "NAMED"], says("Whether its gaps have numbers or names.")
    ]
    components: Annotated[list[dict[str, Anything]], says("What it is made of, as Meta spells it.")]
    provider_template_id: Annotated[str | None, says("The provider's own id of it.")]
    synced_at: Annotated[Moment, says("When its provider told it last.")]


class TemplateSync(TypedDict):
    """How it is with the list of a channel's templates."""

    state: Annotated[
        Literal["never", "running", "done"],
        says("Whether it was ever read, is being read, or was."),
    ]
    found: Annotated[int, says("How many there are, or so far.")]
    synced_at: Annotated[Moment | None, says("When it was read last.")]
    error: Annotated[str | None, says("Why that did not work; null if it did.")]
