"""A channel as a row: what is plain in it, and what is sealed."""

from typing import Final

from sqlalchemy import RowMapping

from inbox.channels import ingress_policy
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.hours.given import SILENT, AutomaticTexts, hours_given, kept_hours
from inbox.domain.hours.week import ALWAYS, BusinessHours
from inbox.domain.shapes import decoded, encoded
from inbox.storage.secrets import Sealer, token_digest
from inbox.storage.tables import channels

PLAIN = (
    "id",
    "name",
    "provider",
    "account",
    "business_account",
    "api_base",
    "read_receipts",
    "agent_names",
    "direct_send",
    "state",
    "team_id",
)
"""Columns that are fields of `Channel` as they stand."""
NOT_PAUSED: Final = channels.c.state != "paused"
"""Of which channels anything may leave; of a removed one it fails, with the reason."""
_SEALED = (
    "key",
    "previous_key",
    "previous_key_until",
    "verify_token",
    "secret",
    "previous_secret",
    "previous_until",
    "access_token",
)


def unseal(row: RowMapping, sealer: Sealer) -> Channel:
    """A row with its secrets readable; raises ``storage.secrets.WrongKey``."""
    plain = {name: row[name] for name in PLAIN}
    hours, automatic = _hours(row["hours"])
    return Channel(
        **plain,
        hours=hours,
        automatic=automatic,
        **ingress_policy.load_policy(row["gate"]),
        **sealer.open(row["sealed"]),
    )


def _hours(kept: str) -> tuple[BusinessHours, AutomaticTexts]:
    """What would not be taken any more, as where a system has lost the time zone, says nothing."""
    try:
        return hours_given(decoded(kept)) if kept != _NO_HOURS else (ALWAYS, SILENT)
    except Invalid:
        return ALWAYS, SILENT


_NO_HOURS: Final = "{}"


def columns(channel: Channel, sealer: Sealer) -> dict[str, object]:
    return {
        "name": channel.name,
        "provider": channel.provider,
        "account": channel.account,
        "business_account": channel.business_account,
        "api_base": channel.api_base,
        "key_digest": token_digest(channel.key),
        "gate": ingress_policy.dump_policy(channel),
        "read_receipts": channel.read_receipts,
        "agent_names": channel.agent_names,
        "direct_send": channel.direct_send,
        "hours": encoded(kept_hours(channel.hours, channel.automatic)),
        "state": channel.state,
        "sealed": sealer.seal({name: getattr(channel, name) for name in _SEALED}),
    }
