"""Words for where a conversation stands at the desk."""

from typing import Final

from inbox.domain.language import N_, _
from inbox.domain.standing import ConversationStatus, Priority
from inbox.domain.teams import LabelColor

STATUS_WORDS: Final[dict[ConversationStatus, str]] = {
    "open": N_("Open"),
    "pending": N_("On hold"),
    "snoozed": N_("Snoozed"),
    "resolved": N_("Resolved"),
}
PRIORITY_WORDS: Final[dict[Priority, str]] = {
    "low": N_("Low"),
    "normal": N_("Normal"),
    "high": N_("High"),
    "urgent": N_("Urgent"),
}

COLOR_WORDS: Final[dict[LabelColor, str]] = {
    "grey": N_("Grey"),
    "red": N_("Red"),
    "orange": N_("Orange"),
    "amber": N_("Amber"),
    "green": N_("Green"),
    "teal": N_("Teal"),
    "blue": N_("Blue"),
    "violet": N_("Violet"),
    "pink": N_("Pink"),
}


def status_word(status: ConversationStatus) -> str:
    return _(STATUS_WORDS[status])


def priority_word(priority: Priority) -> str:
    return _(PRIORITY_WORDS[priority])
