"""What a message costs, in words for a page."""

from typing import Final

from inbox.domain.language import N_, _
from inbox.domain.money import money
from inbox.domain.public import Cost

CATEGORIES: Final = {
    "marketing": N_("Marketing"),
    "marketing_lite": N_("Marketing Lite"),
    "utility": N_("Utility"),
    "authentication": N_("Authentication"),
    "authentication-international": N_("Authentication abroad"),
    "service": N_("Service"),
    "referral_conversion": N_("After an advert"),
    "business_initiated": N_("Begun by the business"),
    "user_initiated": N_("Begun by the customer"),
}
"""What providers call them; the list is not closed."""


def category_name(category: str) -> str:
    known = CATEGORIES.get(category)
    return category if known is None else _(known)


def charged(cost: Cost) -> str:
    """Billed or free, and how much where that is known."""
    if not cost["billable"]:
        return _("free")
    if "amount" in cost and "currency" in cost:
        return _("billed, %(amount)s", amount=money(cost["amount"], cost["currency"]))
    return _("billed")
