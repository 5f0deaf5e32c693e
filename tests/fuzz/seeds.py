"""What is bent: the payloads of every system, and a whole message to put among them."""

import json
import random
import re
from functools import cache, partial
from typing import Any

from tests.support import server
from tests.support.corpus import PAYLOADS
from tests.support.fake_graph import ACCOUNT
from tests.support.server import webhook

said = partial(server.said, at=1_750_000_000)
"""The clock has no part in what a seed gives."""

OBJECT = "whatsapp_business_account"
FOLDERS = {
    "cloud-api": "meta",
    "waba": "onprem",
    "whatsable": "whatsable_v1",
    "notifier": "notifier_v2",
}
"""The folder of each provider's payloads."""
META = "cloud-api"

_IDS = re.compile(r'"(wamid\.|[Ag]BGG|evt_)')
_ARRAYS = ("contacts", "messages", "statuses", "errors")


@cache
def corpus(provider: str) -> tuple[str, ...]:
    """Its bodies that are small enough to be bent by the hundred."""
    files = sorted((PAYLOADS / FOLDERS[provider]).glob("*.json"))
    return tuple(text for file in files if len(text := file.read_text()) < 20_000)


def own(rng: random.Random, provider: str, number: int) -> Any:
    """A payload with ids that no other case has: what is a duplicate is not tried."""
    text = _IDS.sub(rf'"\g<1>{number}.', rng.choice(corpus(provider)))
    return json.loads(text)


def plant(rng: random.Random, provider: str, document: Any, wamid: str) -> bool:
    """Put a whole message where the document still has room for one."""
    message = said(wamid, "whole", f"1202555{rng.randrange(100, 200):04}")
    if isinstance(document, dict) and document.get("object") == OBJECT:
        return _in_envelope(rng, document, message)
    if (
        provider == "waba"
        and isinstance(document, dict)
        and not document.keys().isdisjoint(_ARRAYS)
    ):
        messages = document.setdefault("messages", [])
        if isinstance(messages, list):
            messages.insert(rng.randint(0, len(messages)), message)
            return True
    return False


def _in_envelope(rng: random.Random, document: Any, message: Any) -> bool:
    if not isinstance(entries := document.get("entry"), list):
        return False
    whole = webhook(messages=[message])["entry"][0]
    spots: list[tuple[list[Any], Any]] = [(entries, whole)]
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(changes := entry.get("changes"), list):
            continue
        spots.append((changes, whole["changes"][0]))
        for change in changes:
            if isinstance(change, dict) and change.get("field") == "messages":
                value = change.get("value")
                messages = value.get("messages") if isinstance(value, dict) else None
                if isinstance(messages, list) and _ours(value.get("metadata")):
                    spots += [(messages, message)] * 3
    room, what = rng.choice(spots)
    room.insert(rng.randint(0, len(room)), what)
    return True


def _ours(metadata: Any) -> bool:
    return isinstance(metadata, dict) and metadata.get("phone_number_id") == ACCOUNT
