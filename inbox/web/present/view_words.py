"""Words for the views of the list and its orders."""

from typing import Final

from inbox.conversations.views import Order, View
from inbox.domain.language import N_, _

VIEW_WORDS: Final[dict[View, str]] = {
    "open": N_("Open"),
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "waiting": N_("Waiting"),
    "closing": N_("Closing soon"),
    "unread": N_("Unread"),
    "needs_reply": N_("Needs reply"),
    "mentions": N_("Mentions"),
    "snoozed": N_("Snoozed"),
    "resolved": N_("Resolved"),
    "all": N_("All"),
}
"""In the order in which they are offered."""
ORDER_WORDS: Final[dict[Order, str]] = {
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "longest_waiting": N_("Longest waiting first"),
    "window": N_("Window that ends next first"),
}


def view_word(view: View) -> str:
    return _(VIEW_WORDS[view])


def order_word(order: Order) -> str:
    return _(ORDER_WORDS[order])
