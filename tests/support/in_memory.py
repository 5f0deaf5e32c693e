"""Has pytest make its folders in memory, where a machine keeps some of it as a file system.

Servers write as they always do, and each commit of SQLite waits for the disk: two milliseconds, in
which a worker does nothing. They are killed, but the machine is not, as with PostgreSQL here.
"""

import os
import shutil
from pathlib import Path

_PLACE = Path("/dev/shm")  # noqa: S108 - pytest makes a folder there that is ours alone
_ENOUGH = 4 << 30
"""Bytes. A container's is of 64 MB, unless it was asked for more."""


def share() -> None:
    """Unless somebody says where, by this variable or by ``--basetemp``."""
    if _fits():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_PLACE))


def _fits() -> bool:
    """Programs that a test puts there have to run as well."""
    if not os.access(_PLACE, os.W_OK | os.X_OK) or os.statvfs(_PLACE).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(_PLACE).free > _ENOUGH
