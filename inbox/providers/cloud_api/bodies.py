"""What is said in Graph's words: ``type`` and the object of that name (B.1)."""

import re
from collections.abc import Callable
from typing import Final

from inbox.domain.content import Card, Content, TypeName
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject, present, scrub

_DIALLED = re.compile(r"\+[\d\s().-]+", re.ASCII)


def body(said: Said) -> JsonObject:
    """``{type, text: {…}}`` and alike."""
    return {"type": said.type, said.type: _BODIES[said.type](said.content)}


def _text(content: Content) -> JsonObject:
    return {
        "body": scrub(content["text"]),
        "preview_url": content.get("preview_url", False),
    }


def _location(content: Content) -> JsonObject:
    place = content["location"]
    named = present(name=place.get("name"), address=place.get("address"))
    return {"latitude": place["lat"], "longitude": place["lng"], **named}


def _contacts(content: Content) -> list[JsonObject]:
    return [_card(one) for one in content["cards"]]


def _card(card: Card) -> JsonObject:
    """Meta takes no name without a part of it; the whole is as good a first name as any."""
    name = card["name"]
    made: JsonObject = {"name": {"formatted_name": name, "first_name": name}}
    if phones := card.get("phones"):
        made["phones"] = [_phone(one) for one in phones]
    if emails := card.get("emails"):
        made["emails"] = [{"email": one} for one in emails]
    if urls := card.get("urls"):
        made["urls"] = [{"url": one} for one in urls]
    if addresses := card.get("addresses"):
        made["addresses"] = [{"street": one} for one in addresses]
    if org := card.get("org"):
        made["org"] = {"company": org}
    if birthday := card.get("birthday"):
        made["birthday"] = birthday
    return made


def _phone(said: str) -> JsonObject:
    """``wa_id`` puts "Message" beside it on the phone; only of a number of the whole world."""
    known = {"wa_id": "".join(filter(str.isdigit, said))} if _DIALLED.fullmatch(said) else {}
    return {"phone": said, "type": "CELL", **known}


def _file(*beside: str) -> Callable[[Content], JsonObject]:
    """``beside``: what of this a file of the type may have."""

    def made(content: Content) -> JsonObject:
        file = content["media"]
        where = {"id": file["id"]} if "id" in file else {"link": file["link"]}
        said = present(
            caption=content.get("caption"), filename=file.get("filename"), voice=file.get("voice")
        )
        return where | {name: said[name] for name in beside if name in said}

    return made


def _interactive(content: Content) -> JsonObject:
    return {**content["offer"]}


def _template(content: Content) -> JsonObject:
    said = content["template"]
    return {
        "name": said["name"],
        "language": {"code": said["language"]},
        "components": list(said.get("components", [])),
    }


_BODIES: Final[dict[TypeName, Callable[[Content], object]]] = {
    "text": _text,
    "image": _file("caption"),
    "video": _file("caption"),
    "audio": _file("voice"),
    "document": _file("caption", "filename"),
    "sticker": _file(),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "template": _template,
}
