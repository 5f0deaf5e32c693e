"""Files on their way to Graph (B.3): a form, answered by an id that is of use for 30 days."""

from typing import Final

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.times import DAY, Micros
from inbox.providers.base import Refused
from inbox.providers.cloud_api.answers import judge
from inbox.providers.cloud_api.sending import call
from inbox.providers.uploading import OwnFile, Uploaded, as_form, uploaded
from inbox.providers.verdicts import answer_object

UPLOAD_KEPT: Final[Micros] = 29 * DAY
"""A day less than Meta says: its clock and ours need not be one."""


async def upload(http: httpx.AsyncClient, channel: Channel, file: OwnFile) -> Uploaded | Refused:
    made = call(channel, {}, "media")
    token = channel.access_token.strip()
    if not isinstance(made, Refused):
        form = as_form(file, messaging_product="whatsapp", type=file.mime)
        made = replace(made, body=None, streamed=form)
    return await uploaded(http, made, answer_object, lambda got: judge(got, "", token), UPLOAD_KEPT)
