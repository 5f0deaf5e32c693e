"""The channels that the tests of channels have, too."""

from tests.channels.conftest import add, sealer

__all__ = ["add", "sealer"]
