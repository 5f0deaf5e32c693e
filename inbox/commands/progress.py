"""How far long work has come: a line on stderr now and then, on one line of a terminal."""

import sys
import time
from collections.abc import Callable

from inbox.domain.language import _, ngettext

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


def database_told(progress: Progress) -> Callable[[int, int], None]:
    """Tells how much of a database is copied, and of how much."""

    def heard(done: int, of: int) -> None:
        progress.say(_("The database: %(percent)s %%", percent=100 * done // max(of, 1)))

    return heard


def files_in_words(number: int) -> str:
    return ngettext("%(num)s file", "%(num)s files", number)
