"""``/api/v1/channels``: numbers connected, changed, paused and removed by programs of admins."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Request, delete, patch, post
from litestar.params import JSONBody

from inbox.channels import health, saving, store
from inbox.channels.shapes import channel_shape
from inbox.domain.channels import Channel
from inbox.domain.fields import says
from inbox.domain.public import ChannelAddresses
from inbox.domain.stored import NumberCheck
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.sending.holding import pause_channel, remove_channel, resume_channel
from inbox.storage.database import Connection
from inbox.storage.secrets import Sealer
from inbox.web.api.contract.problems import UNFIT_CHANNEL, can_fail
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import ChannelPathId
from inbox.web.http.scopes import SETTINGS

Unset = msgspec.UnsetType
UNSET = msgspec.UNSET


class ConnectedChannel(ChannelAddresses):
    """A channel as who connects it needs it: with what its provider is to be told."""

    verify_token: Annotated[str, says("For Meta's handshake.")]


class _Facts(msgspec.Struct, kw_only=True):
    """What a channel may be told; what is left out is as everywhere, or stays."""

    business_account: Annotated[
        str | Unset, says("Meta's id of the account that has its templates (digits).")
    ] = UNSET
    secret: Annotated[str | Unset, says("Proves its webhooks (Meta: the app secret).")] = UNSET
    verify_token: Annotated[str | Unset, says("For Meta's handshake; made if absent.")] = UNSET
    access_token: Annotated[
        str | Unset, says("For sending: the provider's token or API key. Never shown again.")
    ] = UNSET
    api_base: Annotated[str | Unset, says("If it is not the provider's own address.")] = UNSET
    read_receipts: Annotated[
        Literal["on", "replied", "off"] | Unset, says("When customers are told that they were read")
    ] = UNSET
    agent_names: Annotated[
        Literal["off", "before", "after"] | Unset, says("Whether customers read who writes.")
    ] = UNSET
    direct_send: Annotated[
        Literal["off", "on"] | Unset, says("`on`: Meta has opened Direct Send to it.")
    ] = UNSET
    scheme: Annotated[
        str | Unset, says("How its webhooks are proved; empty: as its provider does.")
    ] = UNSET
    scheme_header: Annotated[str | Unset, says("The header of the signature or of the secret.")] = (
        UNSET
    )
    scheme_prefix: Annotated[str | Unset, says("Before the signature, as `sha256=`.")] = UNSET
    scheme_encoding: Annotated[str | Unset, says("`hex` or `base64`.")] = UNSET
    scheme_user: Annotated[str | Unset, says("For basic; the secret is the password.")] = UNSET
    allowed: Annotated[str | Unset, says("Only from these addresses (CIDR, with commas).")] = UNSET
    rate: Annotated[str | Unset, says("Webhooks a second at most, or `off`.")] = UNSET
    burst: Annotated[str | Unset, says("Webhooks at once at most.")] = UNSET

    def facts(self) -> dict[str, str]:
        given = msgspec.structs.asdict(self)
        return {
            name: scrub(text).strip()
            for name, text in given.items()
            if isinstance(text, str) and name != "state"
        }


class NewChannel(_Facts, kw_only=True):
    """A number to connect."""

    name: Annotated[str, says("What your team calls it; up to 100 characters.")]
    provider: Annotated[
        str, says("`cloud-api`, `waba`, `whatsable`, `notifier`, or `sandbox` to try things.")
    ]
    account: Annotated[
        str | Unset, says("The provider's id of the number; at Meta the phone number id.")
    ] = UNSET


class ChannelChange(_Facts, kw_only=True):
    """What is to be changed of a channel; what is left out stays."""

    name: Annotated[str | Unset, says("Another name.")] = UNSET
    account: Annotated[str | Unset, says("The provider's id of the number.")] = UNSET
    overlap: Annotated[
        str | Unset, says("With a new `secret`: for how many hours the former one counts as well.")
    ] = UNSET
    state: Annotated[
        Literal["connected", "paused"] | Unset,
        says("`paused`: nothing is taken in and nothing sent, until it is `connected` again."),
    ] = UNSET


@post(
    "/api/v1/channels",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_CHANNEL),
    status_code=201,
    tags=["Channels"],
    operation_id="addChannel",
    summary="Connect a number",
)
async def connect_channel(
    request: Request[Any, Any, Any], data: JSONBody[NewChannel]
) -> ConnectedChannel:
    """Its provider is asked about token and number first: what that refuses is not saved."""
    at = app_of(request)
    channel = await saving.connect_number(at.database, at.sealer, at.http, at.now, **data.facts())
    await at.channel_cache.load()
    return await _shown(at, channel)


@patch(
    "/api/v1/channels/{channel_id:str}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_CHANNEL),
    tags=["Channels"],
    operation_id="changeChannel",
    summary="Change, pause or resume a channel",
)
async def change(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, data: JSONBody[ChannelChange]
) -> ConnectedChannel:
    """What waits for a channel that is paused is held, and goes out once it is resumed."""
    at, facts = app_of(request), data.facts()
    checked = None
    if facts:
        checked = await saving.checked_change(
            at.database, at.sealer, at.http, at.now, channel_id, **facts
        )
    state = None if data.state is UNSET else str(data.state)
    channel = await at.database.write(
        _change, at.sealer, channel_id, facts, checked, state, at.now()
    )
    await at.channel_cache.load()
    at.outbox.wake()
    return await _shown(at, channel)


def _change(
    connection: Connection,
    sealer: Sealer,
    channel_id: str,
    facts: dict[str, str],
    checked: NumberCheck | None,
    state: str | None,
    now: Micros,
) -> Channel:
    channel = store.change(connection, sealer, channel_id, checked, now=now, **facts)
    if state is None or state == channel.state:
        return channel
    return _TURNS[state](connection, sealer, channel_id, now)


_TURNS: Final[dict[str, Callable[[Connection, Sealer, str, Micros], Channel]]] = {
    "connected": resume_channel,
    "paused": pause_channel,
}


@delete(
    "/api/v1/channels/{channel_id:str}",
    opt=ADMIN | SETTINGS,
    status_code=200,
    tags=["Channels"],
    operation_id="removeChannel",
    summary="Remove a channel",
)
async def remove(request: Request[Any, Any, Any], channel_id: ChannelPathId) -> ConnectedChannel:
    """For good: its address and secrets are forgotten, what was said by it stays."""
    at = app_of(request)
    channel = await at.database.write(remove_channel, at.sealer, channel_id, at.now())
    await at.channel_cache.load()
    at.outbox.wake()
    return await _shown(at, channel)


async def _shown(at: AppContext, channel: Channel) -> ConnectedChannel:
    well = await at.database.read(health.of, channel.id)
    shape = channel_shape(channel, well, at.public_url)
    return {**shape, "verify_token": channel.verify_token}


HANDLERS = [connect_channel, change, remove]
