"""How far long work has come: a line on stderr now and then, on one line of a terminal."""

import sys
import time

TOLD_SECONDS = 5.0
DRAWN_SECONDS = 0.2


class Progress:
    """Says nothing of what is done before anybody would ask."""

    def __init__(self) -> None:
        self._drawn = sys.stderr.isatty()
        self._pause = DRAWN_SECONDS if self._drawn else TOLD_SECONDS
        self._next = time.monotonic() + self._pause

    def say(self, words: str) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._pause
        end = "\x1b[K\r" if self._drawn else "\n"
        print(words, end=end, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._drawn:
            print("\x1b[K", end="", file=sys.stderr, flush=True)
