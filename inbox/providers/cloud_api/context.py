"""What stands beside a message of any type: what it answers, which advert brought it."""

from collections.abc import Callable
from typing import Any

from inbox.domain.content import Context, EventContent, Referral
from inbox.domain.phone import number
from inbox.domain.text import JsonObject, identifier, mapping, present, text
from inbox.providers.cloud_api.problems import problems

_REFERRAL = (
    "source_url",
    "source_type",
    "source_id",
    "headline",
    "body",
    "media_type",
    "image_url",
    "video_url",
    "thumbnail_url",
    "ctwa_clid",
)


def beside(message: JsonObject) -> EventContent:
    """``context``, ``referral``, ``errors`` and ``group_id``, each only if it says something."""
    if _READERS.keys().isdisjoint(message):
        return {}
    return present(
        EventContent, **{name: read(message.get(name)) for name, read in _READERS.items()}
    )


def _context(value: object) -> Context:
    context = mapping(value)
    product = mapping(context.get("referred_product"))
    facts = present(
        Context,
        id=identifier(context.get("id")),
        forwarded=context.get("forwarded") is True or None,
        frequently_forwarded=context.get("frequently_forwarded") is True or None,
        product=identifier(product.get("product_retailer_id")),
        catalog=identifier(product.get("catalog_id")),
    )
    author = number(context.get("from")).wa_id
    return {**facts, "from": author} if author else facts


def referral(value: object) -> Referral:
    """The advert or post that brought somebody here (A.6)."""
    told = mapping(value)
    welcome = text(mapping(told.get("welcome_message")).get("text"))
    return present(Referral, welcome=welcome, **{name: text(told.get(name)) for name in _REFERRAL})


_READERS: dict[str, Callable[[object], Any]] = {
    "context": _context,
    "referral": referral,
    "errors": problems,
    "group_id": identifier,
}
