"""Meta's error codes in plain words: what happened, what to do, when to try again (B.4).

Used for refused sends and for ``failed`` receipts alike. Retry seconds stand only where the
provider certainly made no message and time heals; the outbox counts the tries.
"""

from collections.abc import Iterable
from typing import NamedTuple

from inbox.domain.events import Problem
from inbox.domain.text import present

SPOKEN_LIMIT = 500
"""Of the provider's own words this much is shown."""


class Advice(NamedTuple):
    title: str
    todo: str
    retry_after: float | None = None


def explain(code: int | None, title: str | None, detail: str | None) -> Problem:
    """The problem in our words, and in the provider's where they say more.

    An unknown code keeps the provider's words. Explaining twice changes nothing.
    """
    known = advice(code)
    if known is None:
        return present(code=code, title=_short(title) or _UNKNOWN, detail=_short(detail))
    return present(code=code, title=known.title, detail=_detail(known, title, detail))


def advice(code: int | None) -> Advice | None:
    """None for a code that the table does not know."""
    return None if code is None else _ADVICE.get(code)


def _detail(known: Advice, title: str | None, detail: str | None) -> str:
    own = _short(detail)
    if not own or own in (title, known.title):
        return known.todo
    if own.startswith(known.todo):
        return own
    return f"{known.todo} WhatsApp says: {own}"


def _short(words: str | None) -> str | None:
    if words is None or len(words) <= SPOKEN_LIMIT:
        return words
    return words[: SPOKEN_LIMIT - 1] + "…"


PASSES = "This usually passes by itself. If the message stays unsent, send it again."
"""True while it is tried again, when the tries are used up, and in a late receipt."""

_UNKNOWN = "WhatsApp refused the message"

_ADMIN = "Ask an administrator to"

_TOKEN = Advice(
    "The access token no longer works",
    f"{_ADMIN} create a new access token at Meta and to enter it in the channel's settings.",
)
_PERMISSION = Advice(
    "The access token lacks a permission",
    f"{_ADMIN} give it whatsapp_business_messaging and access to this WhatsApp account.",
)
_CALLS = Advice("Too many requests to WhatsApp", PASSES, 300)
_DOWN = Advice("WhatsApp is briefly unavailable", PASSES, 30)
_REGISTRATION = Advice(
    "The business number is not registered",
    f"{_ADMIN} register the number again in Meta's WhatsApp Manager.",
)
_WINDOW = Advice(
    "More than 24 hours since the customer last wrote",
    "Only a template may be sent now. Free text is possible again once the customer writes.",
)
_NOT_WANTED = "Do not send it again; wait until the customer writes."
_TEMPLATE = "Compare the template's name, language and variables with WhatsApp Manager."

_ROWS: tuple[tuple[Iterable[int], Advice], ...] = (
    ((0, 190), _TOKEN),
    ((3, 10, *range(200, 300)), _PERMISSION),
    ((1, 2), Advice("WhatsApp had a temporary problem", PASSES, 10)),
    ((4, 17, 341, 613, 80007), _CALLS),
    (
        (33,),
        Advice(
            "The business number no longer exists at WhatsApp",
            f"{_ADMIN} check the phone number id in the channel's settings.",
        ),
    ),
    (
        (100, 131008, 131009),
        Advice(
            "WhatsApp did not accept the message's content",
            "Shorten or change the text (at most 4096 characters) and send it again.",
        ),
    ),
    ((368,), Advice("The account is blocked for a policy violation", f"{_ADMIN} appeal at Meta.")),
    ((470, 131047), _WINDOW),
    (
        (130429,),
        Advice("The number sends faster than allowed", PASSES, 10),
    ),
    (
        (130472, 131049),
        Advice("WhatsApp held the message back to protect the customer", _NOT_WANTED),
    ),
    (
        (130497,),
        Advice(
            "The business may not write to customers in this country",
            "Reach the customer another way.",
        ),
    ),
    ((131000,), Advice("Something went wrong at WhatsApp", PASSES, 5)),
    ((131005,), _PERMISSION),
    ((131016, 131057, 2494100), _DOWN),
    (
        (131021,),
        Advice("This is the business's own number", "A number cannot write to itself."),
    ),
    (
        (131026,),
        Advice(
            "The message could not be delivered",
            "The customer may not use WhatsApp on this number, may run an old version, "
            "or may have blocked the business. Reach them another way.",
        ),
    ),
    (
        (131030,),
        Advice(
            "The test number may not write to this customer yet",
            f"{_ADMIN} add the customer to the allowed recipients in Meta's app dashboard.",
        ),
    ),
    (
        (131031,),
        Advice("The WhatsApp account is locked", f"{_ADMIN} look into WhatsApp Manager."),
    ),
    (
        (131037,),
        Advice(
            "The number's display name is not approved yet",
            f"{_ADMIN} have the display name approved in WhatsApp Manager.",
        ),
    ),
    (
        (131042,),
        Advice(
            "Meta cannot charge for this message",
            f"{_ADMIN} check the payment method in WhatsApp Manager.",
        ),
    ),
    ((131044, 131045, *range(133000, 133016)), _REGISTRATION),
    (
        (131048,),
        Advice(
            "Sending is limited because customers reported or blocked this number",
            "Wait some hours and send again by hand; write only to customers who expect it.",
        ),
    ),
    (
        (131050,),
        Advice("The customer stopped marketing messages from this business", _NOT_WANTED),
    ),
    (
        (131051,),
        Advice("WhatsApp does not support this kind of message", "Send it as text instead."),
    ),
    (
        (131052,),
        Advice(
            "The customer's file could not be fetched",
            "Ask the customer to send it again, below 100 MB.",
        ),
    ),
    (
        (131053,),
        Advice("WhatsApp could not use the file", "Check its type and size, and send it again."),
    ),
    (
        (131056,),
        Advice("Too many messages to this customer in a short time", PASSES, 6),
    ),
    (
        (131060,),
        Advice("This message is currently unavailable", "Ask the customer to send it again."),
    ),
    (
        (131062,),
        Advice(
            "This cannot be sent without the customer's phone number",
            "Ask the customer for the number.",
        ),
    ),
    (
        (131063,),
        Advice(
            "Marketing messages are switched off for this number",
            f"{_ADMIN} check the number's settings in WhatsApp Manager.",
        ),
    ),
    (
        (131064, 133016),
        Advice("The number has reached a limit", "Wait some hours and send it again by hand."),
    ),
    (
        (132000, 132008, 132012),
        Advice("The template's variables do not fit", _TEMPLATE),
    ),
    ((132001,), Advice("There is no such template in this language", _TEMPLATE)),
    (
        (132005,),
        Advice("The filled-in template is too long", "Shorten the values and send it again."),
    ),
    (
        (132007,),
        Advice("The template breaks a WhatsApp policy", f"{_ADMIN} change the template."),
    ),
    (
        (132015, 132016),
        Advice(
            "The template is paused or disabled because of its quality",
            f"{_ADMIN} change the template, or use another.",
        ),
    ),
    (
        (132068, 132069),
        Advice("The template's flow cannot be used", f"{_ADMIN} check the flow at Meta."),
    ),
    ((133004,), _DOWN),
    ((135000,), Advice("WhatsApp could not process the message", PASSES, 5)),
    (
        (137000,),
        Advice(
            "The customer's security code changed",
            "Make sure that it is still the same person before sending it again.",
        ),
    ),
)

_ADVICE: dict[int, Advice] = {code: known for codes, known in _ROWS for code in codes}
"""Later rows win: 133004 lies inside the registration codes and passes by itself."""
