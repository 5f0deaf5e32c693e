"""What a message says: the parts that providers read, rows keep as JSON, and everybody sees.

Readers in ``providers`` build them of what a webhook has (``domain.text.present``), so any part
may lack any fact.
"""

from typing import Annotated, Final, Literal, NotRequired, TypedDict, get_args

from inbox.domain.fields import Anything, says

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
    "request_welcome",
    "unsupported",
    "unknown",
]
TYPE_NAMES: Final[dict[str, TypeName]] = {name: name for name in get_args(TypeName)}
"""Those there are, for who has a word of somebody else's."""


class Problem(TypedDict, total=False):
    """What a provider says went wrong, in its own words."""

    code: Annotated[int, says("The provider's number of the error.")]
    title: str
    detail: str


class StickerPack(TypedDict, total=False):
    """Where a sticker is from."""

    id: str
    name: str
    publisher: str
    emojis: list[str]
    first_party: bool
    android: Annotated[str, says("Its address in the shop for Android.")]
    ios: Annotated[str, says("Its address in the shop for iOS.")]


class FileReference(TypedDict, total=False):
    """A file as the webhook announces it: what it is, and by what it can be fetched.

    Never where it is here: that is the message's ``media``.
    """

    id: Annotated[str, says("The provider's id of the file.")]
    url: Annotated[str, says("Where the provider keeps it; anybody's address, maybe.")]
    link: Annotated[str, says("The same, in the words of old senders.")]
    mime: Annotated[str, says("Its MIME type, as its sender says.")]
    mime_type: Annotated[str, says("The same, in the words of old senders.")]
    sha256: Annotated[str, says("64 hex digits.")]
    filename: str
    size: Annotated[int, says("In bytes.")]
    voice: Annotated[bool, says("It is a recorded voice message.")]
    animated: bool
    missing: Annotated[bool, says("Nothing says where to fetch it.")]
    pack: StickerPack


class Location(TypedDict, total=False):
    """A place on a map."""

    lat: Annotated[float, says("Degrees north, -90 to 90.")]
    lng: Annotated[float, says("Degrees east, -180 to 180.")]
    name: str
    address: str
    url: str


class Card(TypedDict, total=False):
    """A contact card that somebody shares."""

    name: str
    phones: list[str]
    emails: list[str]
    urls: list[str]
    addresses: list[str]
    org: str
    birthday: str
    origin: str
    vcard: Annotated[bool, says("It came with a vCard.")]
    vcard_text: Annotated[str, says("The vCard itself.")]


class Interactive(TypedDict, total=False):
    """An answer to buttons, to a list, to a form, or to a wish to call."""

    type: Annotated[str, says("What was answered, as `button_reply` or `nfm_reply` (a form).")]
    id: str
    description: str
    name: str
    data: Annotated[dict[str, Anything], says("What was filled in, by the names of its fields.")]
    raw: Annotated[str, says("A filled form that is not read: too long, or no JSON.")]
    response: str
    permanent: bool
    expires: str
    source: str


class Button(TypedDict, total=False):
    """A button of a template that was pressed; its words are the text."""

    payload: str


class Product(TypedDict, total=False):
    """A line of an order; numbers are words, as they were sent."""

    id: str
    quantity: str
    price: str
    currency: str


class Order(TypedDict, total=False):
    """What somebody wants to buy from a catalogue."""

    catalog_id: str
    items: Annotated[int, says("How many lines the order has.")]
    products: list[Product]


class SystemNotice(TypedDict, total=False):
    """What WhatsApp itself says in a conversation."""

    type: Annotated[str, says("As `user_changed_number`.")]
    new_wa_id: str
    old_wa_id: str
    user_id: str
    users: Annotated[list[str], says("Who joined or left a group.")]


class Template(TypedDict, total=False):
    """A template that the business sent from elsewhere."""

    name: str
    namespace: str
    language: str
    params: list[str]


class Referral(TypedDict, total=False):
    """The advert or post that brought somebody here."""

    source_url: str
    source_type: str
    source_id: str
    headline: str
    body: str
    welcome: str
    media_type: str
    media_id: str
    image_url: str
    video_url: str
    thumbnail_url: str
    ctwa_clid: str


_From = TypedDict("_From", {"from": NotRequired[str]})


class Context(_From, total=False):
    """What stands around a message: which one it answers, from where it was passed on."""

    id: Annotated[str, says("The provider's id of the message that this one answers.")]
    forwarded: bool
    frequently_forwarded: bool
    product: Annotated[str, says("Which product it is about.")]
    catalog: str
    mentions: Annotated[list[str], says("Numbers of the people it names.")]


class Content(TypedDict, total=False):
    """What a message says. One of ``text`` and ``caption``, and the parts of its type."""

    text: str
    caption: Annotated[str, says("The words under a file.")]
    media: FileReference
    location: Location
    cards: list[Card]
    interactive: Interactive
    button: Button
    order: Order
    system: SystemNotice
    template: Template
    referral: Referral
    unsupported: Annotated[str, says("What kind of message cannot be shown, as `poll_creation`.")]
    group_id: str
    conversation_id: Annotated[str, says("The provider's id of the conversation.")]


class EventContent(Content, total=False):
    """The same as an event of a provider carries it: what has columns of its own is in it, too."""

    context: Context
    errors: list[Problem]


class About(TypedDict, total=False):
    """The few facts by which one line tells what a message is, when it is more than text."""

    voice: bool
    animated: bool
    duration: Annotated[float, says("Seconds.")]
    filename: str
    name: Annotated[str, says("Of a place, of the first contact, or of a template.")]
    count: Annotated[int, says("Of contacts, or of the lines of an order.")]
    kind: Annotated[
        str,
        says(
            "Of a WhatsApp notice, of what an interactive message answers, or of what a message"
            " of another type brings: `file` or `template`."
        ),
    ]
