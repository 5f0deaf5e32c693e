"""One number is connected once: by its id, by its phone number where that is known, or by its key.

Looked at under a lock, and by no index: keys are sealed, and what was connected twice before
goes on working until somebody removes one of the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from inbox.channels.rows import unseal
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.shapes import decoded
from inbox.domain.stored import NumberCheck
from inbox.providers.base import FieldName
from inbox.providers.registry import PROVIDERS
from inbox.storage.dialect import serialise
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels


class Connected(NamedTuple):
    """A channel, and the phone number that its provider told."""

    channel: Channel
    phone: str | None


Identity = tuple[str, str]
"""By what a number is known, and as what."""


def lock_numbers(connection: Connection) -> None:
    """Until the commit no other process gives a channel a number."""
    serialise(connection, ["numbers"])


def refuse_connected(
    connection: Connection, sealer: Sealer, channel: Channel, phone: str | None = None
) -> None:
    """Raises ``Invalid`` if another channel has this number."""
    marks = dict(_marks(Connected(channel, phone)))
    for other in _others(connection, sealer, channel):
        if same := marks.keys() & dict(_marks(other)).keys():
            raise Invalid(marks[min(same)], _connected_as(other.channel))


def _connected_as(channel: Channel) -> str:
    title = _(PROVIDERS[channel.provider].title)
    return _(
        "This number is connected already, as “%(name)s” (%(provider)s). "
        "Change that channel, or remove it first.",
        name=channel.name,
        provider=title,
    )


def doubled(known: Iterable[Connected]) -> list[list[Channel]]:
    """Channels that are of one number, oldest first: from before that was refused."""
    by_mark: dict[Identity, dict[str, Channel]] = defaultdict(dict)
    for one in known:
        for mark, _field in _marks(one):
            by_mark[mark][one.channel.id] = one.channel
    groups = {tuple(found): list(found.values()) for found in by_mark.values() if len(found) > 1}
    return list(groups.values())


def twins(known: Iterable[Connected], channel_id: str) -> list[Channel]:
    """The others that are of the number of this one."""
    groups = [group for group in doubled(known) if any(one.id == channel_id for one in group)]
    found = {one.id: one for group in groups for one in group if one.id != channel_id}
    return list(found.values())


def in_use(connection: Connection, sealer: Sealer) -> list[Connected]:
    """All that are not removed, oldest first."""
    query = (
        select(channels)
        .where(channels.c.state != "removed")
        .order_by(channels.c.created_at, channels.c.id)
    )
    rows = connection.execute(query).mappings()
    return [Connected(unseal(row, sealer), _phone(row["checked"])) for row in rows]


def _others(connection: Connection, sealer: Sealer, channel: Channel) -> list[Connected]:
    return [one for one in in_use(connection, sealer) if one.channel.id != channel.id]


def _phone(checked: str | None) -> str | None:
    found: NumberCheck | None = decoded(checked)
    return found.get("phone") if found else None


def _marks(one: Connected) -> Iterator[tuple[Identity, FieldName]]:
    """Each with the field by which it was told; the field to complain of."""
    channel = one.channel
    fields = {each.name: each for each in PROVIDERS[channel.provider].fields}
    field: FieldName = "account" if "account" in fields else "access_token"
    if channel.account:
        yield ("id", channel.account), field
    if one.phone:
        yield ("phone", one.phone), field
    # Where a key is of one number, it is the number; Meta's tokens are of many.
    token = channel.access_token.strip()
    of_one = "access_token" in fields and not ("account" in fields and fields["account"].required)
    if token and of_one:
        yield ("key", f"{channel.provider} {channel.api_base} {token}"), "access_token"
