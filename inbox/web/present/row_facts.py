"""What a row of the list says of itself to scripts: times as places in an order."""

from inbox.domain.public import Conversation
from inbox.domain.times import moment_of


def digits(moment: str | None) -> str:
    """A time as it stands in ``sort``; empty: there is none."""
    return "" if moment is None else f"{moment_of(moment):016d}"


def arrival(conversation: Conversation) -> str:
    """Its place among the newest. Of an order of two parts, where times are compared as rows say
    them: to the millisecond. What was found keeps its own."""
    if conversation["sort"][0] not in "ab":
        return conversation["sort"]
    return f"{digits(conversation['arrived_at'])}-{conversation['id']}"
