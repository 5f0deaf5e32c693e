"""Meta is asked who a number is: by its name, its number and its quality (wire-formats B.7)."""

from typing import Final

import httpx

from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.phone import number
from inbox.domain.stored import Quality
from inbox.domain.text import JsonObject, clip, identifier, mapping, text
from inbox.providers.base import FieldName, Refused
from inbox.providers.calling import Answer, exchange
from inbox.providers.checking import PATIENCE, CheckResult, NumberKnown, Rejected, Unchecked
from inbox.providers.cloud_api.problems import code
from inbox.providers.cloud_api.registration import graph_call
from inbox.providers.errors import SPOKEN_LIMIT
from inbox.providers.verdicts import answer_object, hidden

FIELDS: Final = "verified_name,display_phone_number,quality_rating"

_TOKEN = frozenset({0, 102, 190})
_NUMBER = frozenset({33, 100, 803})
"""There is none such that this token may see, or it is the id of something else."""
_PERMISSION = frozenset({3, 10, 131005, *range(200, 300)})
_QUALITY: Final[dict[str | None, Quality]] = {"GREEN": "green", "YELLOW": "yellow", "RED": "red"}


async def ask_meta(http: httpx.AsyncClient, channel: Channel) -> CheckResult:
    call = graph_call(channel, (channel.account or "",), FIELDS)
    if isinstance(call, Refused):
        return Unchecked(call.title)
    answer = await exchange(http, call, PATIENCE)
    if not isinstance(answer, Answer):
        return Unchecked(_("Meta could not be reached just now."))
    return judge(answer, channel.account or "", channel.access_token.strip())


def judge(answer: Answer, account: str, token: str) -> CheckResult:
    said = answer_object(answer)
    if error := mapping(said.get("error")):
        return _by_code(error, token)
    if answer.status == 401:
        return Rejected("access_token", _("Meta does not take this access token."))
    if answer.status // 100 != 2 or identifier(said.get("id")) != account:
        words = _(
            "The API address answered %(status)s, but not as Meta does.", status=answer.status
        )
        return Unchecked(words)
    return NumberKnown(
        name=text(said.get("verified_name"), 200),
        phone=_digits(said.get("display_phone_number")),
        quality=_QUALITY.get(text(said.get("quality_rating"))),
    )


def _by_code(error: JsonObject, token: str) -> CheckResult:
    found = code(error.get("code"))
    says = _says(error, token)
    if found in _TOKEN:
        words = _("Meta does not take this access token: it is wrong, or it has expired.")
        return Rejected("access_token", words + says)
    if found in _NUMBER:
        words = _(
            "Meta knows no phone number with this ID, or the access token may not see it: "
            "it needs whatsapp_business_management and access to the WhatsApp account."
        )
        field: FieldName = "account"
        return Rejected(field, words + says)
    if found in _PERMISSION:
        words = _(
            "Meta does not tell it to this access token, which lacks whatsapp_business_management."
        )
        return Unchecked(words + says)
    return Unchecked(_("Meta could not say just now.") + says)


def _says(error: JsonObject, token: str) -> str:
    words = hidden(text(error.get("message")), token)
    return _(" Meta says: %(words)s", words=clip(words, SPOKEN_LIMIT)) if words else ""


def _digits(value: object) -> str | None:
    found = number(value)
    return found.wa_id if found.phone else None
