"""``--since TIME``: how people write from when on."""

import re

from inbox.domain.language import _
from inbox.domain.times import DAY, HOUR, MINUTE, Micros, now, when
from inbox.server.failure import Usage

_AGO = re.compile(r"([0-9]{1,5})(m|h|d)")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}


def since(text: str) -> Micros:
    """Of ``2026-11-20T08:00:00Z``, ``2026-11-20`` or ``2h``."""
    at = now()
    if ago := _AGO.fullmatch(text):
        return at - int(ago[1]) * _UNITS[ago[2]]
    found = when(f"{text}T00:00:00" if re.fullmatch(r"[0-9-]{10}", text) else text, at)
    if found is None:
        raise Usage(
            _(
                "--since %(text)s is no time: write 2026-11-20T08:00:00Z, 2026-11-20 or 2h.",
                text=repr(text),
            )
        )
    return found
