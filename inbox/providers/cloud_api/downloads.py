"""Files at Meta (B.3): an id leads to an address of five minutes, both only with the token."""

import json
from urllib.parse import quote

from inbox.domain.channels import Channel
from inbox.domain.content import FileReference
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, mapping, text
from inbox.domain.times import DAY, Micros
from inbox.providers import errors
from inbox.providers.cloud_api.problems import code
from inbox.providers.media import Download, Unavailable, by_link

HOSTS = frozenset({"graph.facebook.com", "lookaside.fbsbx.com", "mmg.whatsapp.net"})
"""Meta's own, which may see the token."""

GONE = Unavailable(
    N_("WhatsApp no longer has this file. Ask the customer to send it again."), gone=True
)
_BRIEFLY = Unavailable(N_("WhatsApp is briefly unavailable"), retry_after=30)
_NO_SUCH_OBJECT = 33
KEPT: Micros = 7 * DAY
"""How long an id of a webhook leads to its file."""


def download(channel: Channel, reference: FileReference) -> Download | Unavailable:
    token = channel.access_token.strip()
    if not (token and token.isascii() and token.isprintable()):
        return Unavailable(
            _("The channel “%(name)s” has no usable access token", name=channel.name)
        )
    headers = {"authorization": f"Bearer {token}"}
    media_id, base = reference.get("id"), channel.api_base.strip().rstrip("/")
    if not isinstance(media_id, str):
        found = by_link(reference)
        if isinstance(found, Unavailable):
            return found
        return Download(url=found.url, headers=headers, hosts=HOSTS)
    query = f"?phone_number_id={quote(channel.account, safe='')}" if channel.account else ""
    return Download(
        url=f"{base}/{quote(media_id, safe='')}{query}",
        headers=headers,
        home=base,
        hosts=HOSTS,
        look_up=located,
    )


def located(status: int, body: bytes) -> str | Unavailable:
    """The address of the file, from the answer about it."""
    told = _object(body)
    if status // 100 == 2:
        return text(told.get("url")) or Unavailable(N_("WhatsApp did not say where the file is"))
    error = mapping(told.get("error"))
    if error and (found := code(error.get("code"))) is not None:
        return _by_code(found, error, status)
    if status in (404, 410):
        return GONE
    if status in (401, 403):
        return Unavailable(
            N_("WhatsApp did not let us in. The channel's access token may be wrong.")
        )
    if status in (408, 429) or status >= 500:
        return _BRIEFLY
    return Unavailable(_("WhatsApp answered %(status)s when asked for the file", status=status))


def _by_code(found: int, error: JsonObject, status: int) -> Unavailable:
    if found == 100 or code(error.get("error_subcode")) == _NO_SUCH_OBJECT:
        return GONE
    known = errors.advice(found)
    if known is None:
        wait = 30 if error.get("is_transient") is True or status >= 500 else None
        return Unavailable(
            _("WhatsApp refused to give the file (code %(found)s)", found=found), retry_after=wait
        )
    return Unavailable(f"{known.title}. {known.todo}", retry_after=known.retry_after)


def _object(body: bytes) -> JsonObject:
    try:
        return mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}
