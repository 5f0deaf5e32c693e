"""What a message of ours offers to press or to choose, ready to be shown."""

from dataclasses import dataclass
from typing import Final

from inbox.domain.content import Content, Offer, OfferedSection
from inbox.domain.language import N_, _
from inbox.web.present.links import weblink


@dataclass(frozen=True, slots=True)
class Press:
    """A button under a message: ``icon`` is a symbol of ``static/icons.svg``, ``href`` a link's."""

    label: str
    icon: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What stands around the words. ``sections``: behind the button of a list."""

    header: str = ""
    header_icon: str = ""
    header_href: str = ""
    footer: str = ""
    presses: tuple[Press, ...] = ()
    sections: tuple[OfferedSection, ...] = ()


_ASKS: Final = {
    "location_request_message": Press(N_("Send location"), "location"),
    "request_contact_info": Press(N_("Share phone number"), "call"),
}
_FILES: Final = {"image": N_("Photo"), "video": N_("Video"), "document": N_("Document")}


def offered(content: Content) -> Offered | None:
    """None for a message that offers nothing."""
    offer = content.get("offer")
    if not offer:
        return None
    header, icon, href = _header(offer)
    return Offered(
        header=header,
        header_icon=icon,
        header_href=href,
        footer=offer.get("footer", {"text": ""})["text"],
        presses=_presses(offer),
        sections=tuple(offer["action"].get("sections", ())),
    )


def _header(offer: Offer) -> tuple[str, str, str]:
    header = offer.get("header", {})
    match header.get("type", ""):
        case "image":
            file = header["image"]
        case "video":
            file = header["video"]
        case "document":
            file = header["document"]
        case _:
            return header.get("text", ""), "", ""
    kind = header["type"]
    return file.get("filename") or _(_FILES[kind]), kind, weblink(file.get("link"))


def _presses(offer: Offer) -> tuple[Press, ...]:
    action = offer["action"]
    match offer["type"]:
        case "button":
            return tuple(Press(one["reply"]["title"]) for one in action["buttons"])
        case "list":
            return (Press(action["button"], "list"),)
        case "cta_url":
            link = action["parameters"]
            return (Press(link["display_text"], "external", weblink(link["url"])),)
    asked = _ASKS[offer["type"]]
    return (Press(_(asked.label), asked.icon),)
