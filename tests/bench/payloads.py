"""Webhooks as Meta sends them, signed and written out as HTTP before any clock runs."""

import hmac
import json
import re
import time
from typing import Any

from tests.bench.wire import HOST

ACCOUNT = "109876543210987"
SECRET = "benchmark-app-secret-0123456789ab"

_NUMBER = re.compile(rb'"wamid\.BENCH([0-9]{12})"')


def wamid(number: int) -> str:
    return f"wamid.BENCH{number:012d}"


def number_in(payload: bytes) -> int | None:
    """The number of the (first) message that a frame of the feed is about."""
    found = _NUMBER.search(payload)
    return int(found[1]) if found else None


def text_body(numbers: range, senders: int, at: float | None = None) -> bytes:
    """One webhook with a text message for each number: with one of them some 480 bytes.

    ``at``: when they were written, in seconds; now unless told.
    """
    second = int(time.time() if at is None else at)
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550100", "phone_number_id": ACCOUNT},
        "contacts": [_contact(sender) for sender in sorted({n % senders for n in numbers})],
        "messages": [_message(number, number % senders, second) for number in numbers],
    }
    entry = {"id": "102938475610293", "changes": [{"value": value, "field": "messages"}]}
    return _meta_json({"object": "whatsapp_business_account", "entry": [entry]})


def _contact(sender: int) -> dict[str, Any]:
    return {"profile": {"name": f"Customer {sender}"}, "wa_id": _wa_id(sender)}


def _message(number: int, sender: int, second: int) -> dict[str, Any]:
    return {
        "from": _wa_id(sender),
        "id": wamid(number),
        "timestamp": str(second),
        "type": "text",
        "text": {"body": f"Is the blue kettle back in stock? ({number})"},
    }


def _wa_id(sender: int) -> str:
    return f"1202{5_000_000 + sender}"


def _meta_json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).replace("/", r"\/").encode("ascii")


def signature(body: bytes) -> str:
    return "sha256=" + hmac.digest(SECRET.encode(), body, "sha256").hex()


def post(path: str, body: bytes) -> bytes:
    """The request with Meta's headers."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: facebookexternalua\r\n"
        f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Hub-Signature-256: {signature(body)}\r\n\r\n"
    )
    return head.encode() + body


def texts(path: str, numbers: range, senders: int, pace: float) -> list[bytes]:
    """A request for each number, written ``pace`` a second, the last of them now.

    So each has its own time as in life, where hardly anybody writes twice in one second, and the
    server learns with every message when this contact last wrote.
    """
    began = time.time() - len(numbers) / pace
    return [
        post(path, text_body(range(n, n + 1), senders, began + place / pace))
        for place, n in enumerate(numbers)
    ]


def batches(path: str, numbers: range, senders: int, size: int) -> list[bytes]:
    """Requests of ``size`` messages each."""
    return [
        post(path, text_body(numbers[start : start + size], senders))
        for start in range(0, len(numbers), size)
    ]
