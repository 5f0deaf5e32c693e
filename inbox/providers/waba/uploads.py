"""Files on their way to a host of the WhatsApp Business API (C.4).

360dialog's Cloud takes Meta's form, a client on the premises the bytes alone.
"""

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.text import JsonObject, mappings
from inbox.domain.times import DAY, Micros
from inbox.providers.base import Refused
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.uploads import UPLOAD_KEPT
from inbox.providers.uploading import OwnFile, Uploaded, as_form, as_it_is, uploaded
from inbox.providers.verdicts import answer_object
from inbox.providers.waba.answers import judge
from inbox.providers.waba.entrance import entrance, secret_of
from inbox.providers.waba.sending import call

CLIENT_KEPT: Micros = 13 * DAY
"""A day less than clients keep their files."""


async def upload(http: httpx.AsyncClient, channel: Channel, file: OwnFile) -> Uploaded | Refused:
    made = call(channel, to="media")
    if isinstance(made, Refused):
        return made
    secret = secret_of(made.headers)
    cloud = entrance(channel.api_base).cloud
    form = as_form(file, messaging_product="whatsapp", type=file.mime) if cloud else as_it_is(file)
    return await uploaded(
        http,
        replace(made, streamed=form),
        answer_object if cloud else _first,
        lambda got: judge(got, "", secret),
        UPLOAD_KEPT if cloud else CLIENT_KEPT,
    )


def _first(answer: Answer) -> JsonObject:
    return next(iter(mappings(answer_object(answer).get("media"))), {})
