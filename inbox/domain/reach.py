"""How far somebody sees: into which channels, and of which teams."""

from typing import Final, NamedTuple

from msgspec import Struct


class Whereabouts(NamedTuple):
    """Where a conversation stands: on which channel, and whose it is, if a team's."""

    channel_id: str
    team_id: str | None = None


class Reach(Struct, frozen=True):
    """A conversation is within it if its channel is, and its team. None: no limit of that kind.

    An empty set is a limit: who was limited to a team that is gone sees nothing.
    """

    channels: frozenset[str] | None = None
    teams: frozenset[str] | None = None

    @property
    def is_limited(self) -> bool:
        return self.channels is not None or self.teams is not None

    def has_channel(self, channel_id: str | None) -> bool:
        return self.channels is None or channel_id in self.channels

    def holds(self, place: Whereabouts | None) -> bool:
        """Whether what stands there is seen; of what nobody knows, only without a limit."""
        if place is None:
            return not self.is_limited
        return self.has_channel(place.channel_id) and (
            self.teams is None or place.team_id in self.teams
        )

    def and_also(self, other: "Reach") -> "Reach":
        """What both see."""
        return Reach(_both(self.channels, other.channels), _both(self.teams, other.teams))


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


EVERYTHING: Final = Reach()
