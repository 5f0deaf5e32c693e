"""A contact card as a file that any address book takes: vCard 3.0 (RFC 2426).

It is made anew from the facts that are shown, never the vCard that came with them: what a
stranger wrote may be text in it, and nothing else.
"""

import re
from collections.abc import Iterator

from inbox.domain.content import Card
from inbox.domain.language import _

MOST = 10
_LONGEST_LINE = 75
"""Bytes; what is longer goes on in the next line, after a space."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(r"[^\w .,'()&+-]")
_WEB = re.compile(r"(?i)https?://")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LINE = re.compile(r"(?ai)(?:[\w-]+\.)?(?P<name>FN|TEL)(?:;[^:\n]*)?:(?P<value>.{1,500})")
"""Of a vCard; what it escapes or folds stays as it is."""
_TAKEN = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def vcard(card: Card) -> bytes:
    """A card of ``content.cards`` as a file."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", *_properties(card), "END:VCARD"]
    return b"".join(_folded(line) for line in lines)


def _properties(card: Card) -> Iterator[str]:
    name = called(card)
    yield f"N:;{_escaped(name)};;;"
    yield f"FN:{_escaped(name)}"
    if card.get("org"):
        yield f"ORG:{_escaped(card['org'])}"
    for phone in card.get("phones") or []:
        yield f"TEL;TYPE=CELL:{_escaped(phone)}"
    for address in card.get("emails") or []:
        yield f"EMAIL;TYPE=INTERNET:{_escaped(address)}"
    for place in card.get("addresses") or []:
        yield f"ADR:;;{_escaped(place)};;;;"
    for address in card.get("urls") or []:
        if _WEB.match(address):
            yield f"URL:{_one_line(address)}"
    if _DATE.fullmatch(card.get("birthday") or ""):
        yield f"BDAY:{card['birthday']}"


def called(card: Card) -> str:
    """The name on a card, or what else there is to call it by."""
    found = (card.get("name"), card.get("org"), *(card.get("phones") or []))
    return next((words for words in found if words and _one_line(words)), _("Unnamed contact"))


def with_vcard(card: Card) -> Card:
    """The card with the name and the numbers of its vCard, where it has nothing else to show."""
    text = card.get("vcard_text")
    if not text or card.get("name") or card.get("phones") or card.get("emails"):
        return card
    lines = [found for line in text.splitlines() if (found := _LINE.match(line))]
    names = [found["value"].strip() for found in lines if found["name"].upper() == "FN"]
    phones = [found["value"].strip() for found in lines if found["name"].upper() == "TEL"]
    shown: Card = {**card, "phones": [*filter(None, phones)][:MOST]}
    if name := next(filter(None, names), None):
        shown["name"] = name
    return shown


def filename(card: Card) -> str:
    """What the file is called: letters, digits and a few signs of the name, never a path."""
    bare = _UNSAFE.sub(" ", _BIDI.sub("", _one_line(called(card))))
    name = " ".join(bare.split())[:60].strip(" .")
    return f"{'contact' if not name or _TAKEN.fullmatch(name) else name}.vcf"


def _one_line(words: str) -> str:
    return " ".join(_CONTROLS.sub(" ", words).split())


def _escaped(words: str) -> str:
    clean = _CONTROLS.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in "\\;,":
        clean = clean.replace(sign, "\\" + sign)
    return clean.replace("\n", "\\n").replace("\t", " ")


def _folded(line: str) -> bytes:
    """Cut between characters, never within one."""
    out, room = bytearray(), _LONGEST_LINE
    for char in line:
        encoded = char.encode("utf-8", "replace")
        if len(encoded) > room:
            out += b"\r\n "
            room = _LONGEST_LINE - 1
        out += encoded
        room -= len(encoded)
    return bytes(out + b"\r\n")
