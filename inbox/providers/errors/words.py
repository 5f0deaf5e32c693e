"""What an error code comes to: the words for an agent, and whether time heals it."""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from inbox.domain.language import N_

Limit = Literal["pair", "channel"]
"""Who may be written to no faster: one customer, or all of a channel's."""

Help = Literal["retry", "template", "hold", "ask_number"]
"""A button of a failed message: send it once more, send a template, send it once they write, ask
for the number."""


class Advice(NamedTuple):
    """``retry_after`` in seconds only where the provider certainly made no message.

    ``channel``: it is of the number or the account, so no other send will do better. ``limit``: it
    was too fast, for whom. ``helps``: by which buttons a person may come further, the best first.
    """

    title: str
    todo: str
    retry_after: float | None = None
    channel: bool = False
    limit: Limit | None = None
    helps: tuple[Help, ...] = ("retry",)


OTHERWISE: Final[tuple[Help, ...]] = ("template", "retry")
"""Free text is not taken, or this template is not: another one may be."""

Rows = tuple[tuple[Iterable[int], Advice], ...]

PASSES = N_("This usually passes by itself. If the message stays unsent, send it again.")
"""True while it is tried again, when the tries are used up, and in a late receipt."""

CLOSED: Final[tuple[Help, ...]] = ("template", "hold")
"""Free text is taken again once they write."""
WINDOW = Advice(
    N_("More than 24 hours since the customer last wrote"),
    N_("Only a template may be sent now. Free text is possible again once the customer writes."),
    helps=CLOSED,
)
UNSUPPORTED = Advice(
    N_("WhatsApp does not support this kind of message"),
    N_("It can be sent as text or as a picture instead."),
)
FASTER = Advice(N_("The number sends faster than allowed"), PASSES, 10, limit="channel")
DOWN = Advice(N_("WhatsApp is briefly unavailable"), PASSES, 30)
WRONG = Advice(N_("Something went wrong at WhatsApp"), PASSES, 5)
SECURITY_CODE = Advice(
    N_("The customer's security code changed"),
    N_("Make sure that it is still the same person before sending it again."),
)
NOT_WANTED = N_("Do not send it again; wait until the customer writes.")
HELD_BACK = Advice(
    N_("WhatsApp held the message back to protect the customer"), NOT_WANTED, helps=()
)
COMPARE = N_("Compare the template's name, language and variables with WhatsApp Manager.")
VARIABLES = Advice(N_("The template's variables do not fit"), COMPARE, helps=OTHERWISE)
NO_TEMPLATE = Advice(N_("There is no such template in this language"), COMPARE, helps=OTHERWISE)
FEW_HOURS = N_("Wait some hours and send it again by hand.")
