"""Python's collector of cycles, told what a server is: little garbage, and much that stays.

As it is set, it looks at everything we ever imported after each few hundred messages: a sixth
of what a webhook costs. What is there at the start is left out, and what came since is looked
at after so many new objects that one look costs little beside making them. Hardly anything of
ours is in a cycle; what is waits in memory a moment longer.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG, MIDDLE, OLD = 2_500, 5, 800
"""Objects more than were freed; then how often the younger ones are looked at alone. One look at
the young takes half a millisecond to one: all that wait for the server wait for it as well, and
what is looked at is the same in small parts as in large ones."""


@contextmanager
def no_rubbish() -> Iterator[None]:
    """What is made meanwhile is no rubbish, now or later, but for a handful: nobody looks for it,
    neither now, which is a fifth of a start, nor ever again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def tune() -> None:
    """Call it once everything is imported and built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
