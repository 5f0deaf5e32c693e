"""The database and channels of ``tests/conversations``."""

from tests.conversations.conftest import add_channel, channel

__all__ = ["add_channel", "channel"]
