"""Codes of on-premises clients and of those who sell them: 360dialog, CBot (wire-formats C.7)."""

from inbox.domain.language import N_
from inbox.providers.errors.words import (
    DOWN,
    FASTER,
    FEW_HOURS,
    HELD_BACK,
    NO_TEMPLATE,
    SECURITY_CODE,
    UNSUPPORTED,
    VARIABLES,
    WINDOW,
    WRONG,
    Advice,
    Rows,
)

_EXPIRED = N_("The customer's phone was not reached in time. Send it again if it is still of use.")
_PASSWORD = N_(
    "Ask an administrator to sign in to the WhatsApp client and to renew its password and key."
)
_CHANGE = N_("Change the message and send it again.")

ROWS: Rows = (
    (
        (400,),
        Advice(
            N_("WhatsApp did not accept a request or a file"),
            N_("If a file is missing, ask the customer to send it again; else change the message."),
        ),
    ),
    (
        (401,),
        Advice(
            N_("The API key is not accepted"),
            N_("Ask an administrator to compare the channel's API key with the provider's."),
        ),
    ),
    (
        (402,),
        Advice(
            N_("The account cannot be charged for this message"),
            N_("Ask an administrator to check the payment method at the provider."),
        ),
    ),
    (
        (403,),
        Advice(
            N_("The provider does not let this account send"),
            N_("Ask an administrator to ask the provider why the account is blocked."),
        ),
    ),
    ((408,), Advice(N_("The message waited too long for the customer's phone"), _EXPIRED)),
    ((410,), Advice(N_("The message expired before it was delivered"), _EXPIRED)),
    ((429, 1015), FASTER),
    (
        (430, 432, 433),
        Advice(
            N_("The business number's certificate does not fit"),
            N_("Ask an administrator to register the number anew at the provider."),
        ),
    ),
    ((470,), WINDOW),
    (
        (471,),
        Advice(N_("Too many customers reported or blocked this number"), FEW_HOURS),
    ),
    ((472,), HELD_BACK),
    ((480,), SECURITY_CODE),
    ((500, 1000, 1014), WRONG),
    ((501,), UNSUPPORTED),
    ((502, 1011, 1016, 1023), DOWN),
    (
        (1001,),
        Advice(N_("The text is too long"), N_("Shorten it to at most 4096 characters.")),
    ),
    ((1002,), Advice(N_("WhatsApp cannot write to this kind of recipient"), _CHANGE)),
    ((1004,), Advice(N_("WhatsApp knows this already"), N_("Nothing more is to do."))),
    (
        (1005,),
        Advice(
            N_("The API key does not allow this"),
            N_("Ask an administrator to compare the channel's API key with the provider's."),
        ),
    ),
    (
        (1006,),
        Advice(
            N_("WhatsApp does not know this customer or file"),
            N_("Check the number. A file that is older than some days may be gone."),
        ),
    ),
    (
        (1008, 1009, 1010, 1025),
        Advice(N_("WhatsApp did not accept the message's content"), _CHANGE),
    ),
    (
        (1013,),
        Advice(N_("This number does not use WhatsApp"), N_("Reach the customer another way.")),
    ),
    (
        (1021, 1024),
        Advice(N_("The WhatsApp client did not let us in"), _PASSWORD),
    ),
    (
        (1022,),
        Advice(
            N_("The provider has no webhook address"),
            N_("Ask an administrator to enter the channel's webhook address at the provider."),
        ),
    ),
    (
        (1026,),
        Advice(
            N_("The customer's WhatsApp cannot show this message"),
            N_("Send it as text, or reach the customer another way."),
        ),
    ),
    (
        (1031,),
        Advice(
            N_("The WhatsApp account is locked"),
            N_("Ask an administrator to ask the provider to unlock it."),
        ),
    ),
    ((2000,), VARIABLES),
    ((2001,), NO_TEMPLATE),
    (
        range(2002, 2013),
        Advice(
            N_("The template cannot be sent as it is"),
            N_("Compare it with WhatsApp Manager, where it may be paused, or use another."),
        ),
    ),
)

OF_THE_CHANNEL = frozenset({401, 402, 403, 430, 432, 433, 471, 1005, 1021, 1024, 1031})
"""The key, the number or the account: whatever is sent is refused."""
