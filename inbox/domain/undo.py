"""For a moment what was just written can be undone, if its writer wants that."""

from typing import Final

from inbox.domain.language import N_
from inbox.domain.times import SECOND, Micros

UNDO: Final[Micros] = 5 * SECOND
UNDOABLE: Final = N_("It can still be undone")
"""Why it waits meanwhile."""
