"""Meta's codes of the Cloud API (wire-formats A.12, B.4)."""

from inbox.domain.language import N_
from inbox.providers.errors.words import (
    CLOSED,
    DOWN,
    FASTER,
    FEW_HOURS,
    HELD_BACK,
    NO_TEMPLATE,
    NOT_WANTED,
    OTHERWISE,
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
    N_("The access token no longer works"),
    N_(
        "Ask an administrator to create a new access token at Meta and to "
        "enter it in the channel's settings."
    ),
)
_PERMISSION = Advice(
    N_("The access token lacks a permission"),
    N_(
        "Ask an administrator to give it whatsapp_business_messaging and "
        "access to this WhatsApp account."
    ),
)
_CALLS = Advice(N_("Too many requests to WhatsApp"), PASSES, 300, limit="channel")
_REGISTRATION = Advice(
    N_("The business number is not registered"),
    N_("Ask an administrator to register the number again in Meta's WhatsApp Manager."),
)

ROWS: Rows = (
    ((0, 190), _TOKEN),
    ((3, 10, *range(200, 300)), _PERMISSION),
    ((1, 2), Advice(N_("WhatsApp had a temporary problem"), PASSES, 10)),
    ((4, 17, 341, 613, 80007), _CALLS),
    (
        (33,),
        Advice(
            N_("The business number no longer exists at WhatsApp"),
            N_("Ask an administrator to check the phone number id in the channel's settings."),
        ),
    ),
    (
        (100, 131008, 131009),
        Advice(
            N_("WhatsApp did not accept the message's content"),
            N_("Shorten or change the text (at most 4096 characters) and send it again."),
        ),
    ),
    (
        (368,),
        Advice(
            N_("The account is blocked for a policy violation"),
            N_("Ask an administrator to appeal at Meta."),
        ),
    ),
    ((470, 131047), WINDOW),
    ((130429,), FASTER),
    ((130472, 131049), HELD_BACK),
    (
        (130497,),
        Advice(
            N_("The business may not write to customers in this country"),
            N_("Reach the customer another way."),
        ),
    ),
    ((131000,), WRONG),
    ((131005,), _PERMISSION),
    ((131016, 131057, 2494100), DOWN),
    (
        (131021,),
        Advice(
            N_("This is the business's own number"),
            N_("A number cannot write to itself."),
            helps=(),
        ),
    ),
    (
        (131026,),
        Advice(
            N_("The message could not be delivered"),
            N_(
                "The customer may not use WhatsApp on this number, may run an old "
                "version, or may have blocked the business. Reach them another way."
            ),
        ),
    ),
    (
        (131030,),
        Advice(
            N_("The test number may not write to this customer yet"),
            N_(
                "Ask an administrator to add the customer to the allowed "
                "recipients in Meta's app dashboard."
            ),
        ),
    ),
    (
        (131031,),
        Advice(
            N_("The WhatsApp account is locked"),
            N_("Ask an administrator to look into WhatsApp Manager."),
        ),
    ),
    (
        (131037,),
        Advice(
            N_("The number's display name is not approved yet"),
            N_("Ask an administrator to have the display name approved in WhatsApp Manager."),
        ),
    ),
    (
        (131042,),
        Advice(
            N_("Meta cannot charge for this message"),
            N_("Ask an administrator to check the payment method in WhatsApp Manager."),
        ),
    ),
    ((131044, 131045, *range(133000, 133016)), _REGISTRATION),
    (
        (131048,),
        Advice(
            N_("Sending is limited because customers reported or blocked this number"),
            N_("Wait some hours and send again by hand; write only to customers who expect it."),
        ),
    ),
    (
        (131050,),
        Advice(
            N_("The customer stopped marketing messages from this business"), NOT_WANTED, helps=()
        ),
    ),
    ((131051,), UNSUPPORTED),
    (
        (139100,),
        Advice(
            N_("WhatsApp did not do it for this customer"),
            N_("Only who has written within 24 hours can be blocked, and no other business."),
        ),
    ),
    (
        (139101,),
        Advice(
            N_("The list of blocked customers at WhatsApp is full"),
            N_("It holds 64,000. Unblock somebody, and try again."),
        ),
    ),
    (
        (139102, 139103),
        Advice(
            N_("WhatsApp is just changing the list of blocked customers"),
            N_("Nothing was changed by this. Try again in a moment."),
            5,
        ),
    ),
    (
        (131052,),
        Advice(
            N_("The customer's file could not be fetched"),
            N_("Ask the customer to send it again, below 100 MB."),
        ),
    ),
    (
        (131053,),
        Advice(
            N_("WhatsApp could not use the file"), N_("Check its type and size, and send it again.")
        ),
    ),
    (
        (131056,),
        Advice(N_("Too many messages to this customer in a short time"), PASSES, 6, limit="pair"),
    ),
    (
        (131060,),
        Advice(
            N_("This message is currently unavailable"), N_("Ask the customer to send it again.")
        ),
    ),
    (
        (131062,),
        Advice(
            N_("This cannot be sent without the customer's phone number"),
            N_("Ask the customer for the number."),
            helps=("ask_number", "retry"),
        ),
    ),
    (
        (131063,),
        Advice(
            N_("Marketing messages are switched off for this number"),
            N_("Ask an administrator to check the number's settings in WhatsApp Manager."),
        ),
    ),
    (
        (131064,),
        Advice(
            N_("Sending is limited because templates were put into wrong categories"),
            N_(
                "Ask an administrator to check the categories of the templates in WhatsApp "
                "Manager; Meta lifts the limit once they fit."
            ),
        ),
    ),
    (
        (133016,),
        Advice(N_("The number has reached a limit"), FEW_HOURS),
    ),
    ((132000, 132008, 132012, 132018), VARIABLES),
    ((132001,), NO_TEMPLATE),
    (
        (132005,),
        Advice(
            N_("The filled-in template is too long"), N_("Shorten the values and send it again.")
        ),
    ),
    (
        (132007,),
        Advice(
            N_("The template breaks a WhatsApp policy"),
            N_("Ask an administrator to change the template."),
            helps=OTHERWISE,
        ),
    ),
    (
        (132015, 132016),
        Advice(
            N_("The template is paused or disabled because of its quality"),
            N_("Ask an administrator to change the template, or use another."),
            helps=OTHERWISE,
        ),
    ),
    (
        (132068, 132069),
        Advice(
            N_("The template's flow cannot be used"),
            N_("Ask an administrator to check the flow at Meta."),
        ),
    ),
    (
        range(131200, 131300),
        Advice(
            N_("WhatsApp did not take a message to this group"),
            N_("The group may be full, closed, or no longer have the business in it."),
        ),
    ),
    (
        (139102, 139103),
        Advice(
            N_("WhatsApp could not change who is blocked"),
            N_("Try it again in a moment. A list that is full takes nobody else."),
        ),
    ),
    (
        (139200,),
        Advice(
            N_("Messages outside the 24 hours are not open to this account"),
            N_("Send a template instead. Ask an administrator to switch Direct Send off here."),
            helps=CLOSED,
        ),
    ),
    (
        range(138000, 138019),
        Advice(
            N_("WhatsApp did not take the call"),
            N_("The customer may not have agreed to be called. Write to them instead."),
        ),
    ),
    (
        range(147001, 147006),
        Advice(
            N_("The business's username cannot be used"),
            N_("Ask an administrator to look into usernames in WhatsApp Manager."),
        ),
    ),
    ((133004,), DOWN),
    ((135000,), Advice(N_("WhatsApp could not process the message"), PASSES, 5)),
    ((137000,), SECURITY_CODE),
    (
        (2593109,),
        Advice(
            N_("The business chose not to share its earlier chats"),
            N_("Nothing is wrong: only messages from now on appear here."),
        ),
    ),
)

DIRECT: Rows = (
    (
        (100,),
        Advice(
            N_("WhatsApp did not take this as Direct Send"),
            N_(
                "Meta has not opened Direct Send to this number, it seems. Send a template instead,"
                " and ask an administrator to look at it in the channel's settings."
            ),
            helps=CLOSED,
        ),
    ),
)
"""Of a Direct Send: 100 is said of all whose number has not got it."""

OF_THE_CHANNEL = frozenset(
    {
        *(0, 3, 10, 33, 190, 368),
        *range(200, 300),
        *(131005, 131031, 131037, 131042, 131044, 131045, 131048, 131063, 131064),
        *range(133000, 133017),
    }
) - {133004}
"""The token, the number or the account: whatever is sent is refused."""
