"""What a message of ours offers to press or to choose, ready to be shown."""

from typing import Final

from msgspec import Struct

from inbox.domain.content import (
    Content,
    Offer,
    OfferedSection,
    Template,
    TemplateButton,
    TemplateCard,
    TemplateHeader,
)
from inbox.domain.language import N_, _
from inbox.web.present.links import weblink


class Press(Struct, frozen=True):
    """A button under a message: ``icon`` is a symbol of ``static/icons.svg``, ``href`` a link's."""

    label: str
    icon: str = ""
    href: str = ""


class Offered(Struct, frozen=True):
    """What stands around the words. ``sections``: behind the button of a list.

    ``cards``: side by side under a template, each with ``words`` of its own.
    """

    header: str = ""
    header_icon: str = ""
    header_href: str = ""
    footer: str = ""
    words: str = ""
    presses: tuple[Press, ...] = ()
    cards: "tuple[Offered, ...]" = ()
    sections: tuple[OfferedSection, ...] = ()


_ASKS: Final = {
    "location_request_message": Press(N_("Send location"), "location"),
    "request_contact_info": Press(N_("Share phone number"), "call"),
}
_FILES: Final = {"image": N_("Photo"), "video": N_("Video"), "document": N_("Document")}


def offered(content: Content) -> Offered | None:
    """None for a message that offers nothing."""
    if "template" in content:
        return _template(content["template"])
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


def _template(template: Template) -> Offered:
    header, icon, href = _template_header(template.get("header", {}))
    cards = (_card(one) for one in template.get("cards", []))
    return Offered(
        header=header,
        header_icon=icon,
        header_href=href,
        footer=template.get("footer", ""),
        presses=tuple(_press(one) for one in template.get("buttons", [])),
        cards=tuple(cards),
    )


def _card(card: TemplateCard) -> Offered:
    header, icon, href = _template_header(card.get("header", {}))
    presses = tuple(_press(one) for one in card.get("buttons", []))
    return Offered(header, icon, href, words=card.get("text", ""), presses=presses)


def _template_header(header: TemplateHeader) -> tuple[str, str, str]:
    kind = header.get("type", "")
    if kind in _FILES:
        return header.get("filename") or _(_FILES[kind]), kind, weblink(header.get("link"))
    if kind == "location":
        place = header.get("location", {})
        return place.get("name") or place.get("address") or _("Location"), "location", ""
    return header.get("text", ""), "", ""


def _press(button: TemplateButton) -> Press:
    label = button.get("text") or button.get("code") or _("Button")
    match button.get("type"):
        case "url":
            return Press(label, "external", weblink(button.get("url")))
        case "phone_number" | "voice_call":
            return Press(label, "call")
        case "copy_code":
            code = button.get("code")
            return Press(_("Copy code: %(code)s", code=code) if code else label, "copy")
        case "flow":
            return Press(label, "list")
    return Press(label, "reply")
