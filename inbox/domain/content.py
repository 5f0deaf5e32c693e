"""What a message says: the parts that providers read, rows keep as JSON, and everybody sees.

Readers in ``providers`` build them of what a webhook has (``domain.text.present``), so any part
may lack any fact.
"""

from typing import Annotated, Final, Literal, NotRequired, TypedDict, get_args

from inbox.domain.attachments import Attachment
from inbox.domain.fields import Anything, Moment, says
from inbox.domain.hours.shape import AutomaticKind
from inbox.domain.standing import Activity

TypeName = Literal[
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "button",
    "order",
    "system",
    "template",
    "request_welcome",
    "template",
    "unsupported",
    "note",
    "activity",
    "unknown",
]
TYPE_NAMES: Final[dict[str, TypeName]] = {name: name for name in get_args(TypeName)}
"""Those there are, for who has a word of somebody else's."""


class Problem(TypedDict, total=False):
    """What a provider says went wrong, in its own words."""

    code: Annotated[int, says("The provider's number of the error.")]
    title: Annotated[str, says("What is wrong, in a few words.")]
    detail: Annotated[str, says("The same at length.")]


class SendProblem(Problem, total=False):
    """Why a message of ours failed."""

    ambiguous: Annotated[bool, says("It may have gone out: nobody answered.")]


class StickerPack(TypedDict, total=False):
    """Where a sticker is from."""

    id: Annotated[str, says("The pack's id.")]
    name: Annotated[str, says("The pack's name.")]
    publisher: Annotated[str, says("Who made it.")]
    emojis: Annotated[list[str], says("What it stands for.")]
    first_party: Annotated[bool, says("It is one of WhatsApp's own.")]
    android: Annotated[str, says("Its address in the shop for Android.")]
    ios: Annotated[str, says("Its address in the shop for iOS.")]


class FileReference(TypedDict, total=False):
    """A file as the webhook announces it: what it is, and by what it can be fetched.

    Never where it is here: that is the message's ``media``.
    """

    id: Annotated[str, says("The provider's id of the file.")]
    url: Annotated[str, says("Where the provider keeps it; anybody's address, maybe.")]
    link: Annotated[str, says("The same, in the words of old senders.")]
    media_id: Annotated[str, says("Ours, of a file that was brought here to be sent.")]
    mime: Annotated[str, says("Its MIME type, as its sender says.")]
    mime_type: Annotated[str, says("The same, in the words of old senders.")]
    sha256: Annotated[str, says("64 hex digits.")]
    filename: Annotated[str, says("Its name, as its sender says.")]
    size: Annotated[int, says("In bytes.")]
    voice: Annotated[bool, says("It is a recorded voice message.")]
    animated: Annotated[bool, says("It is an animated sticker.")]
    missing: Annotated[bool, says("Nothing says where to fetch it.")]
    pack: Annotated[StickerPack, says("Where it is from, if it is a sticker.")]


class Location(TypedDict, total=False):
    """A place on a map."""

    lat: Annotated[float, says("Degrees north, -90 to 90.")]
    lng: Annotated[float, says("Degrees east, -180 to 180.")]
    name: Annotated[str, says("What is there.")]
    address: Annotated[str, says("Its address.")]
    url: Annotated[str, says("Its website.")]


class Card(TypedDict, total=False):
    """A contact card that somebody shares."""

    name: Annotated[str, says("Their name.")]
    phones: Annotated[list[str], says("Their numbers, as they were written.")]
    emails: Annotated[list[str], says("Their e-mail addresses.")]
    urls: Annotated[list[str], says("Their websites.")]
    addresses: Annotated[list[str], says("Where they live or work.")]
    org: Annotated[str, says("Their company.")]
    birthday: Annotated[str, says("As it was written, mostly `YYYY-MM-DD`.")]
    origin: Annotated[str, says("What shared it, if the sender's phone says so.")]
    vcard: Annotated[bool, says("It came with a vCard.")]
    vcard_text: Annotated[str, says("The vCard itself.")]


class Interactive(TypedDict, total=False):
    """An answer to buttons, to a list, to a form, or to a wish to call."""

    type: Annotated[str, says("What was answered, as `button_reply` or `nfm_reply` (a form).")]
    id: Annotated[str, says("The id of what was chosen.")]
    description: Annotated[str, says("What stands under what was chosen.")]
    name: Annotated[str, says("The name of the form.")]
    data: Annotated[dict[str, Anything], says("What was filled in, by the names of its fields.")]
    raw: Annotated[str, says("A filled form that is not read: too long, or no JSON.")]
    response: Annotated[str, says("What was said to a wish to call, as `accept`.")]
    permanent: Annotated[bool, says("Whether that holds until it is taken back.")]
    expires: Annotated[str, says("Until when it holds.")]
    source: Annotated[str, says("How it came to be said.")]


class OfferedLine(TypedDict):
    """A line of words."""

    text: Annotated[str, says("The words.")]


class OfferedFile(TypedDict, total=False):
    """A file above the words."""

    link: Annotated[str, says("Where WhatsApp fetches it.")]
    media_id: Annotated[str, says("Instead of `link`: a file that was brought here.")]
    sha256: Annotated[str, says("Which file that was, in 64 hex digits.")]
    mime: Annotated[str, says("Its MIME type.")]
    filename: Annotated[str, says("Its name, of a document.")]


class OfferedHeader(TypedDict, total=False):
    """What stands above the words: more words, or a file."""

    type: Annotated[str, says("`text`, `image`, `video` or `document`: which of these it has.")]
    text: Annotated[str, says("The words.")]
    image: Annotated[OfferedFile, says("The picture.")]
    video: Annotated[OfferedFile, says("The film.")]
    document: Annotated[OfferedFile, says("The document.")]


class OfferedReply(TypedDict):
    """An answer that a button gives."""

    id: Annotated[str, says("What comes back when it is pressed.")]
    title: Annotated[str, says("What stands on it.")]


class OfferedButton(TypedDict):
    """A button to press."""

    type: Annotated[str, says("`reply`.")]
    reply: Annotated[OfferedReply, says("What it answers.")]


class OfferedRow(TypedDict):
    """A row of a list."""

    id: Annotated[str, says("What comes back when it is chosen.")]
    title: Annotated[str, says("What it is called.")]
    description: NotRequired[Annotated[str, says("What stands under that.")]]


class OfferedSection(TypedDict):
    """Rows of a list that belong together."""

    title: NotRequired[Annotated[str, says("What they are called.")]]
    rows: Annotated[list[OfferedRow], says("Its rows.")]


class OfferedLink(TypedDict):
    """Where a button leads to."""

    display_text: Annotated[str, says("What stands on it.")]
    url: Annotated[str, says("The address.")]


class OfferedAction(TypedDict, total=False):
    """What can be done: of these, what its type has."""

    buttons: Annotated[list[OfferedButton], says("The buttons, of `button`.")]
    button: Annotated[str, says("What opens the list, of `list`.")]
    sections: Annotated[list[OfferedSection], says("What is in the list, of `list`.")]
    name: Annotated[str, says("Of the other types, as `cta_url` or `send_location`.")]
    parameters: Annotated[OfferedLink, says("The link, of `cta_url`.")]


class Offer(TypedDict, total=False):
    """What a message of ours offers to press or to choose, as Meta spells it."""

    type: Annotated[
        str,
        says("`button`, `list`, `cta_url`, `location_request_message` or `request_contact_info`."),
    ]
    header: Annotated[OfferedHeader, says("What stands above the words.")]
    body: Annotated[OfferedLine, says("The words; they are the message's text as well.")]
    footer: Annotated[OfferedLine, says("The small words below.")]
    action: Annotated[OfferedAction, says("What can be pressed or chosen.")]


class Button(TypedDict, total=False):
    """A button of a template that was pressed; its words are the text."""

    payload: Annotated[str, says("What the template's sender put behind it.")]


class Product(TypedDict, total=False):
    """A line of an order; numbers are words, as they were sent."""

    id: Annotated[str, says("The seller's id of the product.")]
    quantity: Annotated[str, says("How many.")]
    price: Annotated[str, says("For one of them.")]
    currency: Annotated[str, says("ISO 4217.")]


class Order(TypedDict, total=False):
    """What somebody wants to buy from a catalogue."""

    catalog_id: Annotated[str, says("The catalogue's id.")]
    items: Annotated[int, says("How many lines the order has.")]
    products: Annotated[list[Product], says("Its lines.")]


class SystemNotice(TypedDict, total=False):
    """What WhatsApp itself says in a conversation."""

    type: Annotated[
        str,
        says("As `user_changed_number`. Of a call: `user_called`, `user_answered_call`."),
    ]
    new_wa_id: Annotated[str, says("Their new number, in digits.")]
    old_wa_id: Annotated[str, says("Their former number, in digits.")]
    user_id: Annotated[str, says("Their new id, where WhatsApp hides the number.")]
    users: Annotated[list[str], says("Who joined or left a group.")]


class TemplateHeader(TypedDict, total=False):
    """What stands over the words of a template: a line, a file or a place."""

    type: Annotated[str, says("`text`, `image`, `video`, `document` or `location`.")]
    text: Annotated[str, says("The line, with its gap filled.")]
    link: Annotated[str, says("The address of the file, if it has one of its own.")]
    filename: Annotated[str, says("The file's name.")]
    location: Annotated[Location, says("The place.")]


class TemplateButton(TypedDict, total=False):
    """A button under a template."""

    type: Annotated[str, says("In Meta's words, as `quick_reply`, `url` or `phone_number`.")]
    text: Annotated[str, says("What stands on it.")]
    url: Annotated[str, says("Where it leads, with its gap filled.")]
    phone_number: Annotated[str, says("Whom it calls.")]
    code: Annotated[str, says("What it copies.")]


class TemplateCard(TypedDict, total=False):
    """A card of a template's carousel."""

    header: Annotated[TemplateHeader, says("What stands over its words.")]
    text: Annotated[str, says("Its words, with the gaps filled.")]
    buttons: Annotated[list[TemplateButton], says("The buttons under it.")]


class Template(TypedDict, total=False):
    """A template that the business sent, from here or from elsewhere; its words are the text."""

    name: Annotated[str, says("The template's name.")]
    namespace: Annotated[str, says("Where the name counts.")]
    language: Annotated[str, says("As `en_US`.")]
    params: Annotated[list[str], says("What was put into its gaps.")]
    components: Annotated[
        list[dict[str, Anything]], says("What was put into it, as Meta spells it.")
    ]
    header: Annotated[TemplateHeader, says("What stands over its words.")]
    footer: Annotated[str, says("What stands under its words.")]
    buttons: Annotated[list[TemplateButton], says("The buttons under it.")]
    cards: Annotated[list[TemplateCard], says("The cards of its carousel.")]
    offer: Annotated[str, says("What its limited offer is called.")]
    expires_at: Annotated[Moment, says("When its limited offer ends.")]


class Mention(TypedDict):
    """Who of us is named in a note."""

    id: Annotated[str, says("The user's id.")]
    name: Annotated[str, says("What they were called then; the text has it after `@`.")]


class Referral(TypedDict, total=False):
    """The advert or post that brought somebody here."""

    source_url: Annotated[str, says("Its address.")]
    source_type: Annotated[str, says("`ad` or `post`.")]
    source_id: Annotated[str, says("Its id at Meta.")]
    headline: Annotated[str, says("Its headline.")]
    body: Annotated[str, says("Its text.")]
    welcome: Annotated[str, says("What greets who follows it.")]
    media_type: Annotated[str, says("What it shows: `image` or `video`.")]
    media_id: Annotated[str, says("The provider's id of what it shows.")]
    image_url: Annotated[str, says("Its picture.")]
    video_url: Annotated[str, says("Its film.")]
    thumbnail_url: Annotated[str, says("A small picture of its film.")]
    ctwa_clid: Annotated[str, says("Meta's id of the click.")]


_From = TypedDict(
    "_From", {"from": NotRequired[Annotated[str, says("Who wrote the message that it answers.")]]}
)


class Context(_From, total=False):
    """What stands around a message: which one it answers, from where it was passed on."""

    id: Annotated[str, says("The provider's id of the message that this one answers.")]
    forwarded: Annotated[bool, says("It was passed on.")]
    frequently_forwarded: Annotated[bool, says("It was passed on many times.")]
    product: Annotated[str, says("Which product it is about.")]
    catalog: Annotated[str, says("Which catalogue that is in.")]
    mentions: Annotated[list[str], says("Numbers of the people it names.")]


NamePlace = Literal["before", "after"]


class Signature(TypedDict):
    """The name that a customer reads with what an agent wrote."""

    name: Annotated[str, says("By which name they go.")]
    place: Annotated[NamePlace, says("Where it stands, on a line of its own.")]


class Content(TypedDict, total=False):
    """What a message says. One of ``text`` and ``caption``, and the parts of its type."""

    text: Annotated[str, says("What it says.")]
    preview_url: Annotated[bool, says("WhatsApp shows what its first link leads to.")]
    caption: Annotated[str, says("The words under a file.")]
    media: Annotated[FileReference, says("The file that it brings, as announced.")]
    location: Annotated[Location, says("The place that it shows.")]
    cards: Annotated[list[Card], says("The contacts that it shares.")]
    interactive: Annotated[Interactive, says("What it answers, and how.")]
    offer: Annotated[Offer, says("What it offers to press or to choose.")]
    button: Annotated[Button, says("The button that was pressed.")]
    order: Annotated[Order, says("What is ordered.")]
    system: Annotated[SystemNotice, says("What WhatsApp itself says.")]
    template: Annotated[Template, says("The template that was sent.")]
    referral: Annotated[Referral, says("The advert or post that it comes from.")]
    unsupported: Annotated[str, says("What kind of message cannot be shown, as `poll_creation`.")]
    signature: Annotated[
        Signature, says("Whose name goes out with the words; they do not have it in them.")
    ]
    direct: Annotated[
        bool, says("It goes as Direct Send: outside the 24 hours, and billed as `utility`.")
    ]
    automatic: Annotated[
        AutomaticKind,
        says("What the channel said by itself: `away`, as it is closed, or a `greeting`."),
    ]
    mentions: Annotated[list[Mention], says("Who of us a note names.")]
    attachments: Annotated[list[Attachment], says("The files of a note.")]
    activity: Annotated[Activity, says("What was done with the conversation.")]
    group_id: Annotated[str, says("The provider's id of the group.")]
    conversation_id: Annotated[str, says("The provider's id of the conversation.")]


class EventContent(Content, total=False):
    """The same as an event of a provider carries it: what has columns of its own is in it, too."""

    context: Annotated[Context, says("What it answers.")]
    errors: Annotated[list[Problem], says("Why it cannot be shown.")]


class About(TypedDict, total=False):
    """The few facts by which one line tells what a message is, when it is more than text."""

    voice: Annotated[bool, says("It is a recorded voice message.")]
    animated: Annotated[bool, says("It is an animated sticker.")]
    duration: Annotated[float, says("Seconds.")]
    filename: Annotated[str, says("The file's name.")]
    name: Annotated[str, says("Of a place, of the first contact, or of a template.")]
    count: Annotated[int, says("Of contacts, or of the lines of an order.")]
    automatic: Annotated[bool, says("The channel said it by itself.")]
    group: Annotated[bool, says("It was written in a group, and not to you alone.")]
    kind: Annotated[
        str,
        says(
            "Of a WhatsApp notice, of what an interactive message answers or offers, or of what a"
            " message of another type brings: `file` or `template`."
        ),
    ]
