"""How a number is checked, by the name of its provider. The sandbox asks nobody."""

import httpx

from inbox.domain.channels import Channel
from inbox.providers.checking import PATIENCE, ByListing, CheckResult, NumberQuestion, within
from inbox.providers.cloud_api.checking import ask_meta
from inbox.providers.notifier.registration import NotifierRegistrar
from inbox.providers.waba.registration import WabaRegistrar
from inbox.providers.whatsable.registration import WhatsAbleRegistrar

_CHECKS: dict[str, NumberQuestion] = {
    "cloud-api": ask_meta,
    "waba": ByListing(WabaRegistrar(PATIENCE)),
    "whatsable": ByListing(WhatsAbleRegistrar(PATIENCE)),
    "notifier": ByListing(NotifierRegistrar(PATIENCE)),
}


def checkable(channel: Channel) -> bool:
    """Whether there is somebody to ask, and something to ask about."""
    told = channel.account or channel.provider != "cloud-api"
    return channel.provider in _CHECKS and bool(channel.access_token.strip() and told)


async def ask_about(http: httpx.AsyncClient, channel: Channel) -> CheckResult:
    """Of one that is ``checkable``."""
    return await within(_CHECKS[channel.provider], http, channel)
