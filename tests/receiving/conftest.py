"""The channel that the tests of conversations have, too."""

from tests.conversations.conftest import add_channel, channel

__all__ = ["add_channel", "channel"]
