"""Whether a message was written well before it came: the list goes by when it came."""

from datetime import datetime, timedelta
from typing import Final

from inbox.domain.public import Conversation, Message

LATE: Final = timedelta(minutes=5)
"""Less is a slow line or a clock that is a little off."""


def late(conversation: Conversation) -> bool:
    last, arrived = conversation["last_message"], conversation["arrived_at"]
    return last is not None and _late(last["timestamp"], arrived)


def late_message(message: Message) -> bool:
    return _late(message["timestamp"], message["received_at"])


def _late(written: str, came: str) -> bool:
    if not came:
        return False
    return datetime.fromisoformat(came) - datetime.fromisoformat(written) >= LATE
