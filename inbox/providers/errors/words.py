"""What an error code comes to: the words for an agent, and whether time heals it."""

from collections.abc import Iterable
from typing import NamedTuple


class Advice(NamedTuple):
    """``retry_after`` in seconds only where the provider certainly made no message."""

    title: str
    todo: str
    retry_after: float | None = None


Rows = tuple[tuple[Iterable[int], Advice], ...]

PASSES = "This usually passes by itself. If the message stays unsent, send it again."
"""True while it is tried again, when the tries are used up, and in a late receipt."""

ADMIN = "Ask an administrator to"

WINDOW = Advice(
    "More than 24 hours since the customer last wrote",
    "Only a template may be sent now. Free text is possible again once the customer writes.",
)
UNSUPPORTED = Advice(
    "WhatsApp does not support this kind of message",
    "It can be sent as text or as a picture instead.",
)
FASTER = Advice("The number sends faster than allowed", PASSES, 10)
DOWN = Advice("WhatsApp is briefly unavailable", PASSES, 30)
WRONG = Advice("Something went wrong at WhatsApp", PASSES, 5)
SECURITY_CODE = Advice(
    "The customer's security code changed",
    "Make sure that it is still the same person before sending it again.",
)
NOT_WANTED = "Do not send it again; wait until the customer writes."
HELD_BACK = Advice("WhatsApp held the message back to protect the customer", NOT_WANTED)
COMPARE = "Compare the template's name, language and variables with WhatsApp Manager."
VARIABLES = Advice("The template's variables do not fit", COMPARE)
NO_TEMPLATE = Advice("There is no such template in this language", COMPARE)
FEW_HOURS = "Wait some hours and send it again by hand."
