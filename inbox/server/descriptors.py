"""How many connections there may be: every one, and every file, is a descriptor of the process.

Systems begin with 1,024 for each process, which a few idle connections use up: nobody gets in any
more, and no file is opened. Whoever starts a process may ask for all that the system allows.
"""

import logging
import resource
from typing import Final

log = logging.getLogger(__name__)

ENOUGH: Final = 65_536
FEW: Final = 4_096
KEPT_FREE: Final = 4
"""A part of so many is kept for files, the database, and calls to providers."""


def raise_limit() -> int:
    """Allow ourselves what we may have, say how many that is, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):  # a system that allows less than it says
            log.debug("the limit on descriptors stays as it is")
    limit = ENOUGH if soft == resource.RLIM_INFINITY else soft
    told = log.warning if limit < FEW else log.info
    told("descriptors", extra={"limit": limit, "connections": most_connections(limit)})
    return limit


def most_connections(limit: int) -> int:
    """Above so many, those that wait for nothing are closed."""
    return limit - max(limit // KEPT_FREE, min(limit // 2, 200))
