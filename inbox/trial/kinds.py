"""What made-up customers send besides plain text, in about the shares in which people do.

The samples that the pretend phone sends, as the provider reads them: so they are what they would
be if they had come.
"""

from functools import cache
from random import Random
from typing import Any, NamedTuple

from inbox.domain.content import EventContent, FileReference, TypeName
from inbox.domain.shapes import encoded
from inbox.domain.times import SECOND, Micros
from inbox.providers.cloud_api import content
from inbox.providers.cloud_api.context import beside
from inbox.trial import samples

_PER_THOUSAND = {
    "image": 34,
    "audio": 24,
    "document": 8,
    "video": 7,
    "sticker": 7,
    "location": 5,
    "styled": 5,
    "button_reply": 5,
    "list_reply": 3,
    "form": 2,
    "contacts": 3,
    "order": 3,
    "referral": 3,
    "product": 2,
    "forwarded": 2,
    "unsupported": 2,
    "system": 1,
}
_CHOICES = tuple(kind for kind, share in _PER_THOUSAND.items() for _ in range(share))
_CAPTIONED = frozenset({"image", "video", "document", "referral", "product", "forwarded"})
"""Those with words of their own, in the language of who sends them."""


class Utterance(NamedTuple):
    """As a ``MessageEvent`` tells it."""

    type: TypeName
    words: str | None
    content: EventContent


def said(chosen: Random, words: str, *, incoming: bool, recent: bool) -> Utterance:
    """``recent``: its file can still be had; those of old messages nobody keeps any more."""
    lot = chosen.random() * 1_000
    if not incoming or lot >= len(_CHOICES):
        return Utterance("text", words, {})
    kind = _CHOICES[int(lot)]
    whole = _read(kind)
    if kind in _CAPTIONED and lot % 1 < 0.6:
        whole = whole._replace(words=words)
    media = whole.content.get("media")
    if media and not recent:
        lost: FileReference = {**media, "missing": True}
        lost.pop("id", None)
        whole = whole._replace(content={**whole.content, "media": lost})
    return whole


@cache
def _read(kind: str) -> Utterance:
    told = samples.sample_message(kind, samples.Talk())
    read = content.read_content(told)
    words = None if kind in _CAPTIONED else read.text
    return Utterance(read.type, words, {**read.facts, **beside(told)})


EMOJI = ("👍", "❤️", "😂", "🙏", "🎉")


def changes(
    chosen: Random, wamid: str, at: Micros, *, incoming: bool, text: bool
) -> list[tuple[Any, ...]]:
    """What becomes of a message afterwards, as rows of ``changes`` without their channel.

    Customers react to replies, and now and then edit or take back what they wrote.
    """
    lot = chosen.random()
    key, later = f"made-up:change:{wamid}", at + 20 * SECOND
    if not incoming and lot < 0.03:
        emoji = EMOJI[int(lot / 0.03 * len(EMOJI))]
        return [(key, wamid, "reaction", "incoming", "", later, emoji, None)]
    if not incoming or not text:
        return []
    if lot < 0.006:
        body = encoded({"text": "Sorry, I meant the other one"})
        return [(key, wamid, "edit", "incoming", "", later, None, body)]
    if lot < 0.01:
        return [(key, wamid, "deletion", "incoming", "", later, None, None)]
    return []
