"""How WhatsAble is asked to send a text or a file, and what its answer proves (D.7)."""

from inbox.domain.language import N_
from inbox.domain.outgoing.said import Said
from inbox.providers.base import SendResult
from inbox.providers.calling import Answer
from inbox.providers.verdicts import answer_object
from inbox.providers.whatsable.answers import failed, message_id_of, unproven
from inbox.providers.whatsable.dashboard import Key, Post, text_and_link

KEY = Key(N_("API key"), N_("It stands in WhatsAble's dashboard under Developer Settings."))
"""It stands alone: with Bearer before it WhatsAble's documentation has none."""

_PATH = ("api", "whatsapp", "messages", "v2.0.0", "send")


def post(api_base: str, phone: str, said: Said) -> Post:
    return Post(api_base, _PATH, {"to": phone, **text_and_link(said)})


def judge(answer: Answer, recipient: str, token: str) -> SendResult:
    said = answer_object(answer)
    if problem := failed(answer, said, token):
        return problem
    return message_id_of(said, recipient) or unproven()
