"""What a message costs, in words for a page."""

from collections.abc import Iterable
from typing import Final

from litestar import Response

from inbox.domain.language import N_, _
from inbox.domain.money import money
from inbox.domain.public import Cost, CostRow
from inbox.domain.spreadsheets import table_text

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


def row_name(by: str, row: CostRow) -> str:
    """What a row of a report is called on a page."""
    if by == "category":
        return category_name(row["key"])
    return row["name"] or _(_UNNAMED.get(by, N_("Unknown")))


_UNNAMED: Final = {
    "agent": N_("Sent from elsewhere"),
    "country": N_("Country not known"),
    "template": N_("Without a template"),
}
"""What has no key."""


_COLUMNS: Final = (
    *("key", "name", "currency", "messages", "billed", "free", "unpriced", "amount"),
)


def csv_of(rows: Iterable[CostRow], by: str) -> Response[str]:
    """A report as a file for spreadsheets, by the names of its fields."""
    text = table_text(_COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))
    named = {"Content-Disposition": f'attachment; filename="cost-by-{by}.csv"'}
    return Response(text, media_type="text/csv", headers=named)
