"""What can be pressed: reply buttons, a list, a link, or being asked for a place or a number.

Asked for and sent as Meta spells it (``interactive`` of a message), and checked part by part.
"""

from collections.abc import Callable
from typing import Final

from inbox.domain.content import (
    Offer,
    OfferedAction,
    OfferedFile,
    OfferedHeader,
    OfferedLine,
    OfferedReply,
    OfferedRow,
    OfferedSection,
)
from inbox.domain.errors import Invalid
from inbox.domain.language import _, ngettext
from inbox.domain.outgoing.checks import (
    address,
    distinct,
    list_of,
    mapping_of,
    one_of,
    words,
)
from inbox.domain.outgoing.said import Said

BODY_LIMIT = 1_024
SHORT_LIMIT = 60
"""Of the line above and the line below."""
BUTTONS_LIMIT = 3
LABEL_LIMIT = 20
BUTTON_ID_LIMIT = 256
SECTIONS_LIMIT = 10
ROWS_LIMIT = 10
ROW_LIMIT = 24
DESCRIPTION_LIMIT = 72
ROW_ID_LIMIT = 200

_AT: Final = "interactive"
_FILES: Final = ("image", "video", "document")
BARE: Final = frozenset({"location_request_message", "request_contact_info"})
"""What has words and nothing above or below them."""


def offer(given: object) -> Said:
    """``{type, header?, body, footer?, action}`` as in Meta's documentation."""
    asked = mapping_of(given, _AT, ("type", "header", "body", "footer", "action"))
    kind = one_of(asked.get("type"), f"{_AT}.type", _ACTIONS)
    body = mapping_of(asked.get("body"), f"{_AT}.body", ("text",))
    said = words(body.get("text"), f"{_AT}.body.text", BODY_LIMIT)
    made: Offer = {"type": kind, "body": {"text": said}}
    for part in ("header", "footer"):
        if kind in BARE and asked.get(part) is not None:
            sentence = _("An “%(kind)s” has no %(part)s.", kind=kind, part=part)
            raise Invalid(f"{_AT}.{part}", sentence)
    if asked.get("header") is not None:
        made["header"] = _header(asked["header"], kind)
    if asked.get("footer") is not None:
        made["footer"] = _line(asked["footer"], f"{_AT}.footer")
    made["action"] = _ACTIONS[kind](asked.get("action"), f"{_AT}.action")
    return Said("interactive", {"text": said, "offer": made})


def _line(given: object, field: str) -> OfferedLine:
    line = mapping_of(given, field, ("text",))
    return {"text": words(line.get("text"), f"{field}.text", SHORT_LIMIT)}


def _header(given: object, kind: str) -> OfferedHeader:
    field = f"{_AT}.header"
    header = mapping_of(given, field, ("type", "text", *_FILES))
    kinds = ("text",) if kind == "list" else ("text", *_FILES)
    of = one_of(header.get("type"), f"{field}.type", kinds)
    for name in header:
        if name not in ("type", of):
            sentence = _("A header of type %(type)s has no %(name)s.", type=of, name=name)
            raise Invalid(f"{field}.{name}", sentence)
    if of == "text":
        return {"type": of, "text": words(header.get("text"), f"{field}.text", SHORT_LIMIT)}
    file = _file(header.get(of), f"{field}.{of}")
    match of:
        case "image":
            return {"type": of, "image": file}
        case "video":
            return {"type": of, "video": file}
    return {"type": of, "document": file}


def _file(given: object, field: str) -> OfferedFile:
    file = mapping_of(given, field, ("link", "media_id", "filename"))
    made: OfferedFile
    if file.get("media_id"):
        made = {"media_id": words(file["media_id"], f"{field}.media_id", 60)}
    else:
        made = {"link": address(file.get("link"), f"{field}.link")}
    if file.get("filename") is not None:
        made["filename"] = words(file["filename"], f"{field}.filename", 240)
    return made


def _buttons(given: object, field: str) -> OfferedAction:
    action = mapping_of(given, field, ("buttons",))
    field = f"{field}.buttons"
    buttons = list_of(action.get("buttons"), field, BUTTONS_LIMIT)
    made = [_button(one, f"{field}[{place}]") for place, one in enumerate(buttons)]
    distinct([one["id"] for one in made], field)
    distinct([one["title"] for one in made], field)
    return {"buttons": [{"type": "reply", "reply": one} for one in made]}


def _button(given: object, field: str) -> OfferedReply:
    button = mapping_of(given, field, ("type", "reply"))
    one_of(button.get("type", "reply"), f"{field}.type", ("reply",))
    reply = mapping_of(button.get("reply"), f"{field}.reply", ("id", "title"))
    return {
        "id": words(reply.get("id"), f"{field}.reply.id", BUTTON_ID_LIMIT),
        "title": words(reply.get("title"), f"{field}.reply.title", LABEL_LIMIT),
    }


def _list(given: object, field: str) -> OfferedAction:
    action = mapping_of(given, field, ("button", "sections"))
    label = words(action.get("button"), f"{field}.button", LABEL_LIMIT)
    field = f"{field}.sections"
    sections = list_of(action.get("sections"), field, SECTIONS_LIMIT)
    several = len(sections) > 1
    made = [_section(one, f"{field}[{at}]", several) for at, one in enumerate(sections)]
    rows = [row for one in made for row in one["rows"]]
    if len(rows) > ROWS_LIMIT:
        sentence = ngettext(
            "A list has at most %(num)s row in all its sections; there are %(count)s.",
            "A list has at most %(num)s rows in all its sections; there are %(count)s.",
            ROWS_LIMIT,
            count=len(rows),
        )
        raise Invalid(field, sentence)
    distinct([row["id"] for row in rows], field)
    return {"button": label, "sections": made}


def _section(given: object, field: str, several: bool) -> OfferedSection:
    section = mapping_of(given, field, ("title", "rows"))
    rows = list_of(section.get("rows"), f"{field}.rows", ROWS_LIMIT)
    made = [_row(one, f"{field}.rows[{place}]") for place, one in enumerate(rows)]
    if not several and section.get("title") is None:
        return {"rows": made}
    title = words(section.get("title"), f"{field}.title", ROW_LIMIT)
    return {"title": title, "rows": made}


def _row(given: object, field: str) -> OfferedRow:
    row = mapping_of(given, field, ("id", "title", "description"))
    made: OfferedRow = {
        "id": words(row.get("id"), f"{field}.id", ROW_ID_LIMIT),
        "title": words(row.get("title"), f"{field}.title", ROW_LIMIT),
    }
    if row.get("description") is not None:
        made["description"] = words(row["description"], f"{field}.description", DESCRIPTION_LIMIT)
    return made


def _link(given: object, field: str) -> OfferedAction:
    action = mapping_of(given, field, ("name", "parameters"))
    one_of(action.get("name"), f"{field}.name", ("cta_url",))
    field = f"{field}.parameters"
    parameters = mapping_of(action.get("parameters"), field, ("display_text", "url"))
    label = words(parameters.get("display_text"), f"{field}.display_text", LABEL_LIMIT)
    url = address(parameters.get("url"), f"{field}.url")
    return {"name": "cta_url", "parameters": {"display_text": label, "url": url}}


def _named(name: str) -> Callable[[object, str], OfferedAction]:
    def check(given: object, field: str) -> OfferedAction:
        action = mapping_of({"name": name} if given is None else given, field, ("name",))
        return {"name": one_of(action.get("name"), f"{field}.name", (name,))}

    return check


_ACTIONS: Final[dict[str, Callable[[object, str], OfferedAction]]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": _named("send_location"),
    "request_contact_info": _named("request_contact_info"),
}
