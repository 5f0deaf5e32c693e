"""Files at a host of the WhatsApp Business API (wire-formats C.4).

An on-premises client gives the bytes for an id. 360dialog's Cloud gives an address at Meta, which
only it may fetch: its own host takes the place of Meta's.
"""

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.content import FileReference
from inbox.domain.language import N_
from inbox.domain.times import Micros
from inbox.providers.base import Refused
from inbox.providers.calling import api_address, token_of
from inbox.providers.cloud_api.downloads import KEPT, located
from inbox.providers.media import LONGEST_KEPT, Download, Unavailable, by_link
from inbox.providers.waba.entrance import D360_CLOUD, authorization, entrance

_META = "lookaside.fbsbx.com"
_BEARS = 3
"""360dialog shuts out for more than five failed calls an hour; other processes may call as well."""


def download(channel: Channel, reference: FileReference) -> Download | Unavailable:
    """By its id. A link alone is fetched without the key: anybody may have written it."""
    media_id = reference.get("id")
    if not isinstance(media_id, str):
        return by_link(reference)
    key = token_of(channel, N_("API key"), "")
    if isinstance(key, Refused):
        return Unavailable(key.title)
    root, path, cloud = entrance(channel.api_base)
    below = (media_id,) if cloud else (*path, "media", media_id)
    url = api_address(replace(channel, api_base=root), *below, example=D360_CLOUD)
    if isinstance(url, Refused):
        return Unavailable(url.title)
    headers = authorization(key)
    if not cloud:
        return Download(url=str(url), headers=headers, home=root)

    def look_up(status: int, body: bytes) -> str | Unavailable:
        found = located(status, body)
        return found if isinstance(found, Unavailable) else _through(root, found)

    return Download(url=str(url), headers=headers, home=root, look_up=look_up, bears=_BEARS)


def keeps_for(channel: Channel) -> Micros:
    """A client keeps its files longer than Meta, where a host in the cloud has them from."""
    return KEPT if entrance(channel.api_base)[2] else LONGEST_KEPT


def _through(root: str, found: str) -> str | Unavailable:
    """The same file by way of the host."""
    try:
        url, host = httpx.URL(found), httpx.URL(root)
        if url.host != _META:
            return found
        return str(url.copy_with(scheme=host.scheme, host=host.host, port=host.port))
    except (httpx.InvalidURL, ValueError):
        return Unavailable(N_("The provider's answer about the file makes no sense"))
