"""A channel as settings and the feed show it: never with a secret."""

from typing import Literal

from inbox.channels.health import Health
from inbox.domain.channels import Channel
from inbox.domain.language import retold
from inbox.domain.public import ChannelAddresses, ChannelShape, NumberShape
from inbox.domain.shapes import decoded
from inbox.domain.stored import NumberCheck
from inbox.domain.times import Micros, iso
from inbox.providers.registry import abilities_of, provider_named


def health_shape(channel: Channel, health: Health) -> ChannelShape:
    """What anybody signed in may know of a channel; ``channel:updated`` carries it."""
    return {
        "id": channel.id,
        "name": channel.name,
        "provider": channel.provider,
        "provider_title": retold(provider_named(channel.provider).title),
        "account": channel.account,
        "state": channel.state,
        "number": number_shape(health.checked),
        "read_receipts": channel.read_receipts,
        "agent_names": channel.agent_names,
        "direct_send": channel.direct_send,
        "can": sorted(abilities_of(channel)),
        "health": {
            "state": _state(health),
            "send_error": health.send_error,
            "send_error_at": _iso(health.send_error_at),
            "news": health.news,
            "news_at": _iso(health.news_at),
            "last_webhook_at": _iso(health.last_webhook_at),
            "last_error": health.last_error,
            "last_error_at": _iso(health.last_error_at),
            "refusals": health.refusals,
            "last_refusal": health.last_refusal,
            "last_refused_at": _iso(health.last_refused_at),
            "refused": [
                {
                    "kind": one.kind,
                    "number": one.number,
                    "reason": one.reason,
                    "last_at": iso(one.last_at),
                }
                for one in health.reasons
            ],
        },
    }


def number_shape(checked: str | None) -> NumberShape | None:
    """None where there is nobody to ask, or nobody was asked yet."""
    kept: NumberCheck | None = decoded(checked)
    if kept is None:
        return None
    return {
        "state": kept["state"],
        "checked_at": iso(kept["at"]),
        "reason": kept.get("reason"),
        "name": kept.get("name"),
        "phone_number": f"+{kept['phone']}" if "phone" in kept else None,
        "quality": kept.get("quality"),
    }


def channel_shape(channel: Channel, health: Health, public_url: str) -> ChannelAddresses:
    """For admins: with the address that providers call."""
    shared = provider_named(channel.provider).shared_webhook
    return {
        **health_shape(channel, health),
        "webhook_url": f"{public_url}/webhooks/{channel.key}",
        "shared_webhook_url": f"{public_url}/api/webhook" if shared else None,
    }


def _state(health: Health) -> Literal["waiting", "live", "trouble"]:
    heard = health.last_webhook_at
    number = number_shape(health.checked)
    if health.send_error is not None or (number and number["state"] == "refused"):
        return "trouble"
    if max(health.last_error_at or 0, health.last_refused_at or 0) > (heard or 0):
        return "trouble"
    return "waiting" if heard is None else "live"


def _iso(at: Micros | None) -> str | None:
    return None if at is None else iso(at)
