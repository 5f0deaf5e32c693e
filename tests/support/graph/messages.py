"""What Graph refuses of a message: rules of Meta's pages of November 2026, in our own words.

Where Meta takes something and fails it later by a status, this refuses at once: a test should not
have to wait for what is wrong.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tests.support.graph.files import Files, check_file
from tests.support.graph.places import check_location
from tests.support.graph.templates import Definition, check_template
from tests.support.graph.wrong import Wrong, list_of, only, words

_COMMON: Final = {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "category",
    "ttl",
}


@dataclass
class Known:
    """What this number has: files by id (MIME type, bytes), templates, and what is switched on."""

    files: Files = field(default_factory=dict)
    templates: Collection[Definition] = ()
    direct_send: bool | Literal["blocked"] = False


def check(body: Mapping[str, Any], known: Known) -> None:
    """Raises ``Wrong`` for what Graph would not take."""
    if body.get("messaging_product") != "whatsapp":
        raise Wrong(100, "messaging_product must be whatsapp")
    if body.get("recipient_type", "individual") not in {"individual", "group"}:
        raise Wrong(100, "recipient_type must be individual or group")
    _check_recipient(body)
    kind = body.get("type", "text")
    if kind not in _KINDS:
        raise Wrong(100, f"Param type must be one of {sorted(_KINDS)}")
    if kind not in body:
        raise Wrong(131008, f"Required parameter is missing: {kind}")
    only(body, _COMMON | {kind}, "the message")
    _check_context(body, kind)
    if len(body.get("biz_opaque_callback_data", "")) > 512:
        raise Wrong(100, "biz_opaque_callback_data has more than 512 characters")
    _check_direct(body, kind, known)
    _KINDS[kind](body[kind], known)


def _check_recipient(body: Mapping[str, Any]) -> None:
    to, recipient = body.get("to"), body.get("recipient")
    number = re.fullmatch(r"\+?[0-9]{7,15}", to or "")
    user = re.fullmatch(r"[A-Z]{2}\.\w+", recipient or "")
    if not number and not user:
        raise Wrong(100, "to or recipient is missing or wrong")


def _check_context(body: Mapping[str, Any], kind: str) -> None:
    if "context" not in body:
        return
    context = only(body["context"], {"message_id"}, "context")
    words(context.get("message_id"), "context['message_id']", 1_000)
    if kind == "reaction":
        raise Wrong(100, "a reaction has no context")


def _check_direct(body: Mapping[str, Any], kind: str, known: Known) -> None:
    if "category" not in body and "ttl" not in body:
        return
    if known.direct_send == "blocked":
        raise Wrong(139200, "Direct Send is blocked for this account")
    if not known.direct_send or kind not in {"text", "interactive"}:
        raise Wrong(100, "category is for accounts and types that have it")
    if kind == "interactive" and body[kind].get("type") not in {"button", "cta_url"}:
        raise Wrong(100, "of interactive messages only button and cta_url go without a window")
    if body.get("category") != "utility" or not 30 <= body.get("ttl", 30) <= 43_200:
        raise Wrong(100, "category must be utility, and ttl 30 to 43200")


def _text(given: object, _known: Known) -> None:
    text = only(given, {"body", "preview_url"}, "text")
    words(text.get("body"), "text['body']", 4_096)
    if not isinstance(text.get("preview_url", False), bool):
        raise Wrong(100, "text['preview_url'] must be a boolean")


def _file(kind: str, *beside: str) -> Callable[[object, Known], None]:
    def check_kind(given: object, known: Known) -> None:
        check_file(kind, given, known.files, beside)
        file: dict[str, Any] = given if isinstance(given, dict) else {}
        if "caption" in file:
            words(file["caption"], f"{kind}['caption']", 1_024)
        if "filename" in file:
            words(file["filename"], f"{kind}['filename']", 240)
        if not isinstance(file.get("voice", False), bool):
            raise Wrong(100, "audio['voice'] must be a boolean")

    return check_kind


def _location(given: object, _known: Known) -> None:
    check_location(given)


_CARD: Final = {"name", "phones", "emails", "urls", "addresses", "org", "birthday"}
_NAME: Final = {"formatted_name", "first_name", "last_name", "middle_name", "suffix", "prefix"}


def _contacts(given: object, _known: Known) -> None:
    for card in list_of(given, "contacts", 5):
        name = only(only(card, _CARD, "a contact").get("name"), _NAME, "a contact's name")
        words(name.get("formatted_name"), "a contact's formatted_name", 1_000)
        if len(name) < 2:
            raise Wrong(131009, "a contact's name needs one part beside formatted_name")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", card.get("birthday", "2000-01-01")):
            raise Wrong(131009, "a contact's birthday must be YYYY-MM-DD")
        for phone in card.get("phones", []):
            only(phone, {"phone", "type", "wa_id"}, "a contact's phone")
        for mail in card.get("emails", []):
            only(mail, {"email", "type"}, "a contact's e-mail")
        for site in card.get("urls", []):
            only(site, {"url", "type"}, "a contact's url")
        only(card.get("org", {}), {"company", "department", "title"}, "a contact's org")


def _reaction(given: object, _known: Known) -> None:
    reaction = only(given, {"message_id", "emoji"}, "reaction")
    words(reaction.get("message_id"), "reaction['message_id']", 1_000)
    words(reaction.get("emoji"), "reaction['emoji']", 40, 0)


def _template(given: object, known: Known) -> None:
    check_template(given, known.templates, known.files)


def _interactive(given: object, known: Known) -> None:
    asked = only(given, {"type", "header", "body", "footer", "action"}, "interactive")
    kind = asked.get("type")
    if kind not in _ASKING:
        raise Wrong(100, f"interactive['type'] must be one of {sorted(_ASKING)}")
    if "action" not in asked:
        raise Wrong(131008, "Required parameter is missing: interactive['action']")
    bare = kind in {"location_request_message", "request_contact_info"}
    if bare and ({"header", "footer"} & asked.keys()):
        raise Wrong(100, f"{kind} has no header and no footer")
    body = only(asked.get("body", {}), {"text"}, "interactive['body']")
    words(body.get("text"), "interactive['body']['text']", 1_024)
    if "footer" in asked:
        footer = only(asked["footer"], {"text"}, "interactive['footer']")
        words(footer.get("text"), "interactive['footer']['text']", 60)
    if "header" in asked:
        _header(asked["header"], kind, known)
    _ASKING[kind](asked["action"])


def _header(given: object, kind: str, known: Known) -> None:
    header = only(given, {"type", "text", "image", "video", "document"}, "interactive['header']")
    of = header.get("type")
    if header.keys() != {"type", of}:
        raise Wrong(100, "interactive['header'] has what its type says, and nothing else")
    if of == "text":
        words(header["text"], "interactive['header']['text']", 60)
    elif kind == "list" or of not in {"image", "video", "document"}:
        raise Wrong(100, "the header of a list is text; of others also image, video, document")
    else:
        check_file(str(of), header[of], known.files, {"filename"} if of == "document" else ())


def _buttons(action: object) -> None:
    buttons = list_of(only(action, {"buttons"}, "action").get("buttons"), "buttons", 3)
    for button in buttons:
        if only(button, {"type", "reply"}, "a button").get("type") != "reply":
            raise Wrong(100, "a button's type must be reply")
        reply = only(button.get("reply"), {"id", "title"}, "a button's reply")
        words(reply.get("id"), "a button's id", 256)
        words(reply.get("title"), "a button's title", 20)
    _distinct([button["reply"]["id"] for button in buttons], "ids of buttons")
    _distinct([button["reply"]["title"] for button in buttons], "titles of buttons")


def _list(action: object) -> None:
    given = only(action, {"button", "sections"}, "action")
    words(given.get("button"), "action['button']", 20)
    sections, rows = list_of(given.get("sections"), "sections", 10), []
    for section in sections:
        only(section, {"title", "rows"}, "a section")
        if len(sections) > 1 or "title" in section:
            words(section.get("title"), "a section's title", 24)
        rows += list_of(section.get("rows"), "rows", 10)
    if len(rows) > 10:
        raise Wrong(131009, "a list has at most 10 rows in all")
    for row in rows:
        only(row, {"id", "title", "description"}, "a row")
        words(row.get("id"), "a row's id", 200)
        words(row.get("title"), "a row's title", 24)
        if "description" in row:
            words(row["description"], "a row's description", 72)
    _distinct([row["id"] for row in rows], "ids of rows")


def _link(action: object) -> None:
    given = only(action, {"name", "parameters"}, "action")
    if given.get("name") != "cta_url":
        raise Wrong(100, "action['name'] must be cta_url")
    parameters = only(given.get("parameters"), {"display_text", "url"}, "parameters")
    words(parameters.get("display_text"), "display_text", 20)
    if not re.match(r"https?://\S+$", words(parameters.get("url"), "url", 2_000)):
        raise Wrong(131009, "url must be an address")


def _named(name: str) -> Callable[[object], None]:
    def check_name(action: object) -> None:
        if only(action, {"name"}, "action").get("name") != name:
            raise Wrong(100, f"action['name'] must be {name}")

    return check_name


def _distinct(given: Sequence[str], what: str) -> None:
    if len(set(given)) != len(given):
        raise Wrong(131009, f"{what} must differ")


_ASKING: Final[dict[str, Callable[[object], None]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": _named("send_location"),
    "request_contact_info": _named("request_contact_info"),
}
_KINDS: Final[dict[str, Callable[[object, Known], None]]] = {
    "text": _text,
    "image": _file("image", "caption"),
    "video": _file("video", "caption"),
    "audio": _file("audio", "voice"),
    "document": _file("document", "caption", "filename"),
    "sticker": _file("sticker"),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
    "template": _template,
}
