"""What not every system can do: by these words pages offer, checks refuse and programs ask."""

from typing import Final, Literal, get_args

from inbox.domain.language import N_
from inbox.domain.outgoing.said import Said

Ability = Literal[
    "quote",
    "mark_read",
    "media_by_id",
    "templates",
    "window",
    "statuses",
    "link_preview",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "reply_buttons",
    "list",
    "link_button",
    "ask_location",
    "ask_number",
    "typing",
    "block",
    "costs",
    "direct_send",
]
"""Answer a certain message, tell the customer that it was read, hand out a file by its id, send
templates, close the window for free text after a day, report what became of a message, show the
customer that we type, keep one out, tell what a message costs, send free text outside the window
where Meta has opened that to the number; and of what can be said besides text: show what a link
leads to, and the kinds by their names."""

ABILITIES: Final[tuple[Ability, ...]] = get_args(Ability)

_OFFERS: Final[dict[str, Ability]] = {
    "button": "reply_buttons",
    "list": "list",
    "cta_url": "link_button",
    "location_request_message": "ask_location",
    "request_contact_info": "ask_number",
}
_KINDS: Final[dict[str, Ability]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contacts",
    "template": "templates",
}

CANNOT: Final[dict[Ability, str]] = {
    "quote": N_("On this channel no message can be quoted."),
    "templates": N_("This channel’s system sends no templates from here."),
    "image": N_("This channel’s system sends no pictures."),
    "video": N_("This channel’s system sends no films."),
    "audio": N_("This channel’s system sends no sound."),
    "voice": N_("This channel’s system sends no voice messages."),
    "document": N_("This channel’s system sends no documents."),
    "sticker": N_("This channel’s system sends no stickers."),
    "location": N_("This channel’s system sends no places."),
    "contacts": N_("This channel’s system sends no contact cards."),
    "reaction": N_("This channel’s system sends no reactions."),
    "reply_buttons": N_("This channel’s system sends no reply buttons."),
    "list": N_("This channel’s system sends no lists."),
    "link_button": N_("This channel’s system sends no link buttons."),
    "ask_location": N_("This channel’s system cannot ask for a place."),
    "ask_number": N_("This channel’s system cannot ask for a number."),
    "block": N_("On this channel nobody can be blocked."),
    "direct_send": N_(
        "Direct Send is not switched on for this channel. An administrator does so in its settings,"
        " once Meta has opened it to the number."
    ),
}
"""Why what is asked for is not there."""


def needed(said: Said) -> Ability | None:
    """What a system must be able to do to send this; None: every one does."""
    if said.type == "interactive":
        return _OFFERS[said.content["offer"]["type"]]
    if said.content.get("media", {}).get("voice"):
        return "voice"
    return _KINDS.get(said.type)
