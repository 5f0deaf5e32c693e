"""Whether what a row of the list tells was written well before it came."""

from datetime import datetime, timedelta
from typing import Final

from inbox.domain.public import Conversation

LATE: Final = timedelta(minutes=5)
"""Less is a slow line or a clock that is a little off."""


def late(conversation: Conversation) -> bool:
    last, arrived = conversation["last_message"], conversation["arrived_at"]
    if last is None or not arrived:
        return False
    return datetime.fromisoformat(arrived) - datetime.fromisoformat(last["timestamp"]) >= LATE
