"""What a process that reads a stranger's file may take, and what it ends with.

Only the standard library is imported here: both sides do, and one of them at every start.
"""

import os
import resource
from contextlib import suppress
from typing import Final

UNREADABLE: Final = 3
"""The exit code for a file that is broken, or larger than the limits."""
TOO_LONG: Final = 4

LARGEST_VOICE: Final = 512 * 1024
"""Bytes: above it phones show an arrow to download it by, and no button to play it."""
LONGEST_VOICE: Final = 240
"""Seconds: at the lowest rate at which speech sounds well they are as large as it may be."""


def limit(memory: int, seconds: int, **more: int) -> None:
    """No more than this from now on; macOS counts memory otherwise, and takes no limit of it.

    ``more``: further limits by the names that the kernel has for them.
    """
    os.nice(10)  # who reads and writes messages goes first
    bounds = {"CPU": seconds, "AS": memory, "FSIZE": 0, "CORE": 0} | more
    for name, most in bounds.items():
        with suppress(ValueError, OSError):
            # At the first it gets a signal of its own, at the second the one that any killer sends.
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most + 1))
