"""What went out to subscribers, counted since the start of the process."""

from msgspec import Struct


class Traffic(Struct):
    """``lagging``: overtaken by the ring and told so. ``stalled``: closed, as nobody read."""

    opened: int = 0
    frames: int = 0
    lagging: int = 0
    stalled: int = 0
    resyncs: int = 0
