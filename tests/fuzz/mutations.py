"""Bodies that nobody has seen yet: payloads of the corpus, bent in a way that has a name.

Pure and seeded: the same ``random.Random`` gives the same bodies.
"""

import codecs
import copy
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

from tests.fuzz import values
from tests.fuzz.cases import Case
from tests.fuzz.seeds import FOLDERS, META, corpus, own, plant, said
from tests.fuzz.values import Raw
from tests.support.server import webhook


class Place(NamedTuple):
    """Where a value stands in a document."""

    within: Any
    at: Any

    @property
    def value(self) -> Any:
        return self.within[self.at]

    def put(self, value: Any) -> None:
        self.within[self.at] = value


def places(document: Any) -> list[Place]:
    found: list[Place] = []
    waiting = [document]
    while waiting:
        part = waiting.pop()
        keys = part.keys() if isinstance(part, dict) else range(len(part))
        for key in keys:
            found.append(Place(part, key))
            if isinstance(part[key], (dict, list)):
                waiting.append(part[key])
    return found


# Structure -------------------------------------------------------------------------------

Bend = Callable[[random.Random, Any, Place], None]
"""Changes a document at one place."""


def drop(_rng: random.Random, _document: Any, place: Place) -> None:
    del place.within[place.at]


def duplicate(rng: random.Random, _document: Any, place: Place) -> None:
    many = rng.choice((1, 2, 50))
    if isinstance(place.within, list):
        place.within[place.at : place.at] = [copy.deepcopy(place.value) for _ in range(many)]
    else:
        place.within[rng.choice(values.KEYS)] = copy.deepcopy(place.value)


def retype(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(rng.choice((None, [], {}, "", 0, True, [None], [[]], {"": None}, "x", 1.5)))


def rename(rng: random.Random, _document: Any, place: Place) -> None:
    if isinstance(place.within, dict):
        place.within[rng.choice(values.KEYS)] = place.within.pop(place.at)


def swap(rng: random.Random, _document: Any, place: Place) -> None:
    """Two siblings change places."""
    within = place.within
    other = rng.choice(list(within) if isinstance(within, dict) else range(len(within)))
    within[place.at], within[other] = within[other], within[place.at]


def mixed(rng: random.Random, _document: Any, place: Place) -> None:
    value = place.value
    items = value if isinstance(value, list) else [value]
    strange = [values.anything(rng) for _ in range(rng.randrange(1, 5))]
    place.put(rng.sample([*items, *strange], len(items) + len(strange)))


def unwrapped(_rng: random.Random, _document: Any, place: Place) -> None:
    value = place.value
    if isinstance(value, list) and value:
        place.put(value[0])
    elif isinstance(value, dict) and value:
        place.put(list(value.values()))


def spliced(rng: random.Random, _document: Any, place: Place) -> None:
    other = json.loads(rng.choice(corpus(rng.choice(list(FOLDERS)))))
    place.put(rng.choice(places(other)).value)


def hostile_scalar(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(values.scalar(rng))


def hostile_number(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(rng.choice(values.NUMBERS))


def ill_number(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(rng.choice(values.ILL_NUMBERS))


def anything(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(values.anything(rng))


def deep(rng: random.Random, _document: Any, place: Place) -> None:
    inner = values.scalar(rng)
    wrap = rng.choice((lambda one: [one], lambda one: {"a": one}))
    for _ in range(rng.choice((10, 100))):
        inner = wrap(inner)
    place.put(inner)


def unknown_keys(rng: random.Random, _document: Any, place: Place) -> None:
    if isinstance(place.within, dict):
        place.within.update({f"k{n}": n for n in range(rng.choice((10, 1_000, 20_000)))})


def _named(*names: str) -> Callable[[Place], bool]:
    return lambda place: place.at in names


def _time(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(rng.choice(values.TIMES))


def _id(rng: random.Random, _document: Any, place: Place) -> None:
    long = "".join(chr(rng.randrange(0x10000, 0x11000)) for _ in range(rng.choice((256, 511, 513))))
    ints = (0, 7, 2**63, 2**70, Raw("8" * 4_000), 1.5, True)
    place.put(rng.choice((*ints, long, "\x00", "\ud800", " x ", "i" * 512, "wamid.same", "")))


def _word(rng: random.Random, _document: Any, place: Place) -> None:
    place.put(rng.choice((*values.WORDS, *values.STATUSES, *values.KEYS, values.scalar(rng))))


_NAMES = (
    *("id", "from", "wa_id", "user_id", "message_id", "recipient_id", "phone_number_id"),
    *("phone_number", "event_id", "conversation_id"),
)
_TYPES = (
    *("type", "status", "field", "object", "system", "action"),
    *("event", "event_type", "message_type"),
)
BENDS: tuple[tuple[Bend, Callable[[Place], bool]], ...] = (
    *((bend, lambda _place: True) for bend in (drop, duplicate, retype, swap, mixed, spliced)),
    *((bend, lambda _place: True) for bend in (hostile_scalar, hostile_number, anything, deep)),
    *((bend, lambda _place: True) for bend in (rename, unwrapped, unknown_keys)),
    (_time, _named("timestamp", "user_timestamp", "user_last_message_time")),
    (_id, _named(*_NAMES)),
    (_word, _named(*_TYPES)),
    (ill_number, lambda _place: True),
)


def bent(rng: random.Random, number: int, provider: str = META) -> Case:
    """One to three changes to a payload whose ids are its own, with a whole sibling in it."""
    document = own(rng, provider, number)
    names = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        bend, fits = rng.choice(BENDS)
        found = [place for place in places(document) if fits(place)]
        if found:
            bend(rng, document, rng.choice(found))
            names.append(bend.__name__.strip("_"))
    sibling = f"wamid.sibling.{number}"
    planted = plant(rng, provider, document, sibling)
    kind = names[0] if len(names) == 1 else "several"
    return Case(kind, written(rng, document), sibling if planted else None, provider)


_RAW = re.compile(r'"@raw:([^@"]*)@"')


def written(rng: random.Random, document: Any) -> bytes:
    """As JSON, in one of the spellings a provider may choose. Lone surrogates stay escapes."""
    marked = _marked(document)
    spaces = rng.choice((None, 1, 4)) if rng.random() < 0.3 else None
    separators = (",", ":") if spaces is None else None
    try:
        text = json.dumps(marked, ensure_ascii=False, indent=spaces, separators=separators)
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(marked, indent=spaces, separators=separators)
    return _RAW.sub(r"\1", text).encode("utf-8")


def _marked(value: Any) -> Any:
    match value:
        case Raw():
            return f"@raw:{value}@"
        case dict():
            return {key: _marked(item) for key, item in value.items()}
        case list():
            return [_marked(item) for item in value]
    return value


# Bytes -----------------------------------------------------------------------------------


def truncated(rng: random.Random, body: bytes) -> bytes:
    return body[: rng.randrange(len(body))]


def flipped(rng: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(rng.choice((1, 1, 4, 64))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def inserted(rng: random.Random, body: bytes) -> bytes:
    at = rng.randrange(len(body))
    return body[:at] + rng.choice(_INSERTS) + body[at:]


def concatenated(rng: random.Random, body: bytes) -> bytes:
    return body + rng.choice((b"", b"\n", b",", b"\x00", b" ")) + body


def byte_order_mark(_rng: random.Random, body: bytes) -> bytes:
    return codecs.BOM_UTF8 + body


def other_encoding(rng: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-7", "latin-1")), "replace")


def compressed(_rng: random.Random, body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def repeated_key(_rng: random.Random, body: bytes) -> bytes:
    return body.replace(b'"object":', b'"object":"first","object":', 1)


def padded(rng: random.Random, body: bytes) -> bytes:
    return rng.choice((b" ", b"\n", b"\t\r\n")) * rng.choice((1, 1_000, 100_000)) + body


def other_top(rng: random.Random, body: bytes) -> bytes:
    return rng.choice((b"[%s]", b"%s,%s", b'"%s"', b"(%s)", b"%s;", b"<x>%s</x>")).replace(
        b"%s", body
    )


def nested(rng: random.Random, body: bytes) -> bytes:
    """An unknown key as deep as a parser goes, and deeper."""
    levels = rng.choice((200, 390, 450, 900, 960, 990, 1_000, 5_000, 50_000))
    opening, closing = rng.choice(((b"[", b"]"), (b'{"a":', b"}")))
    return body[:-1] + b',"deep":' + opening * levels + b"1" + closing * levels + b"}"


_INSERTS = (
    *(b"\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\xbd", b"\xf4\x90\x80\x80", b"\x1f", b"\x7f"),
    *(b"\\", b'"', b"\\ud800", b"\\u0000", b"//c\n", b"/**/", b",", b"[", b"}", b"NaN", b"1e999"),
)
SPOILS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    *(truncated, flipped, inserted, concatenated, byte_order_mark, other_encoding, compressed),
    *(repeated_key, padded, other_top, nested),
)


def spoilt(rng: random.Random, number: int, provider: str = META) -> Case:
    """The bytes of a payload, changed without regard to JSON."""
    document = own(rng, provider, number)
    spoil = rng.choice(SPOILS)
    body = spoil(rng, json.dumps(document, separators=(",", ":")).encode())
    return Case(spoil.__name__, body, provider=provider)


# Great bodies ----------------------------------------------------------------------------


def great(rng: random.Random, number: int, scale: int = 1_000) -> Case:
    """A body of thousands of elements of one kind, with a whole message in the middle."""
    make = rng.choice(GREAT)
    sibling = f"wamid.sibling.{number}"
    body = make(rng, number, scale)
    plant(rng, META, body, sibling)
    return Case(make.__name__, written(rng, body), sibling)


def many_messages(rng: random.Random, number: int, scale: int) -> Any:
    return webhook(messages=[said(f"wamid.{number}.{n}", "hello") for n in range(scale)])


def many_senders(rng: random.Random, number: int, scale: int) -> Any:
    people = [f"44{number % 1000:03}{n:07}" for n in range(scale)]
    return webhook(messages=[said(f"wamid.{number}.{who}", "hello", who) for who in people])


def one_message_many_times(rng: random.Random, number: int, scale: int) -> Any:
    """One id, and each time other words, another sender and another type."""
    one = [said(f"wamid.{number}.one", f"{n}", f"1202555{n % 100 + 100:04}") for n in range(scale)]
    return webhook(messages=[each | {"type": rng.choice(values.WORDS[:6])} for each in one])


def many_statuses(rng: random.Random, number: int, scale: int) -> Any:
    marks = [
        {"id": f"wamid.{number}.{n % 99}", "status": rng.choice(values.STATUSES), "timestamp": n}
        for n in range(scale)
    ]
    return webhook(statuses=marks)


def many_contacts(rng: random.Random, number: int, scale: int) -> Any:
    """People who wrote nothing."""
    return webhook(
        contacts=[{"wa_id": f"44{n:010}", "profile": {"name": f"N{n}"}} for n in range(scale)]
    )


def many_wrecks(rng: random.Random, number: int, scale: int) -> Any:
    return webhook(messages=[{}] * scale, statuses=[{}] * scale, errors=[{}] * scale)


def many_entries(rng: random.Random, number: int, scale: int) -> Any:
    body = webhook(messages=[])
    return body | {"entry": [*body["entry"], *([{}, {"changes": [{}]}] * scale)]}


def many_keys(rng: random.Random, number: int, scale: int) -> Any:
    body = webhook(messages=[])
    body["entry"][0]["changes"][0]["value"] |= {f"k{n}": n for n in range(20 * scale)}
    return body


def great_name(rng: random.Random, number: int, scale: int) -> Any:
    sender = "12025550177"
    name = {"wa_id": sender, "profile": {"name": "\U0001f600" * (200 * scale)}}
    return webhook(contacts=[name], messages=[said(f"wamid.{number}.named", "hello", sender)])


def great_text(rng: random.Random, number: int, scale: int) -> Any:
    words = " ".join(f"w{rng.getrandbits(40):x}" for _ in range(40 * scale))
    return webhook(messages=[said(f"wamid.{number}.text", words)])


GREAT: tuple[Callable[[random.Random, int, int], Any], ...] = (
    *(many_messages, many_senders, one_message_many_times, many_statuses, many_contacts),
    *(many_wrecks, many_entries, many_keys, great_name, great_text),
)


def cases(seed: int) -> Iterator[Case]:
    """Without end: mostly bent structure, some spoilt bytes, now and then a great one."""
    rng = random.Random(seed)
    for number in count(1):
        chance = rng.random()
        unique = seed * 1_000_000 + number
        if chance < 0.7:
            yield bent(rng, unique, _anybody(rng))
        elif chance < 0.98:
            yield spoilt(rng, unique, _anybody(rng))
        else:
            yield great(rng, unique)


def _anybody(rng: random.Random) -> str:
    """Half of all is Meta's, whose bodies are the richest."""
    return META if rng.random() < 0.5 else rng.choice(list(FOLDERS))
