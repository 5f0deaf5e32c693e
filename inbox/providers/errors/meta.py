"""Meta's codes of the Cloud API (wire-formats A.12, B.4)."""

from inbox.providers.errors.words import (
    ADMIN,
    DOWN,
    FASTER,
    FEW_HOURS,
    HELD_BACK,
    NO_TEMPLATE,
    NOT_WANTED,
    PASSES,
    SECURITY_CODE,
    UNSUPPORTED,
    VARIABLES,
    WINDOW,
    WRONG,
    Advice,
    Rows,
)

_TOKEN = Advice(
    "The access token no longer works",
    f"{ADMIN} create a new access token at Meta and to enter it in the channel's settings.",
)
_PERMISSION = Advice(
    "The access token lacks a permission",
    f"{ADMIN} give it whatsapp_business_messaging and access to this WhatsApp account.",
)
_CALLS = Advice("Too many requests to WhatsApp", PASSES, 300)
_REGISTRATION = Advice(
    "The business number is not registered",
    f"{ADMIN} register the number again in Meta's WhatsApp Manager.",
)

ROWS: Rows = (
    ((0, 190), _TOKEN),
    ((3, 10, *range(200, 300)), _PERMISSION),
    ((1, 2), Advice("WhatsApp had a temporary problem", PASSES, 10)),
    ((4, 17, 341, 613, 80007), _CALLS),
    (
        (33,),
        Advice(
            "The business number no longer exists at WhatsApp",
            f"{ADMIN} check the phone number id in the channel's settings.",
        ),
    ),
    (
        (100, 131008, 131009),
        Advice(
            "WhatsApp did not accept the message's content",
            "Shorten or change the text (at most 4096 characters) and send it again.",
        ),
    ),
    ((368,), Advice("The account is blocked for a policy violation", f"{ADMIN} appeal at Meta.")),
    ((470, 131047), WINDOW),
    ((130429,), FASTER),
    ((130472, 131049), HELD_BACK),
    (
        (130497,),
        Advice(
            "The business may not write to customers in this country",
            "Reach the customer another way.",
        ),
    ),
    ((131000,), WRONG),
    ((131005,), _PERMISSION),
    ((131016, 131057, 2494100), DOWN),
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
            f"{ADMIN} add the customer to the allowed recipients in Meta's app dashboard.",
        ),
    ),
    (
        (131031,),
        Advice("The WhatsApp account is locked", f"{ADMIN} look into WhatsApp Manager."),
    ),
    (
        (131037,),
        Advice(
            "The number's display name is not approved yet",
            f"{ADMIN} have the display name approved in WhatsApp Manager.",
        ),
    ),
    (
        (131042,),
        Advice(
            "Meta cannot charge for this message",
            f"{ADMIN} check the payment method in WhatsApp Manager.",
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
        Advice("The customer stopped marketing messages from this business", NOT_WANTED),
    ),
    ((131051,), UNSUPPORTED),
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
            f"{ADMIN} check the number's settings in WhatsApp Manager.",
        ),
    ),
    (
        (131064, 133016),
        Advice("The number has reached a limit", FEW_HOURS),
    ),
    ((132000, 132008, 132012), VARIABLES),
    ((132001,), NO_TEMPLATE),
    (
        (132005,),
        Advice("The filled-in template is too long", "Shorten the values and send it again."),
    ),
    (
        (132007,),
        Advice("The template breaks a WhatsApp policy", f"{ADMIN} change the template."),
    ),
    (
        (132015, 132016),
        Advice(
            "The template is paused or disabled because of its quality",
            f"{ADMIN} change the template, or use another.",
        ),
    ),
    (
        (132068, 132069),
        Advice("The template's flow cannot be used", f"{ADMIN} check the flow at Meta."),
    ),
    ((133004,), DOWN),
    ((135000,), Advice("WhatsApp could not process the message", PASSES, 5)),
    ((137000,), SECURITY_CODE),
    (
        (2593109,),
        Advice(
            "The business chose not to share its earlier chats",
            "Nothing is wrong: only messages from now on appear here.",
        ),
    ),
)
