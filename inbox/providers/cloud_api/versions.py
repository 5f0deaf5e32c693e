"""Versions of the Graph API, and until when Meta answers them (wire-formats B)."""

import re
from datetime import date, timedelta
from typing import Final

from inbox.domain.formatting import clock
from inbox.domain.language import _

NEWEST: Final = 26
ENDS: Final = {21: date(2027, 1, 21), 25: date(2028, 7, 31)}
"""Those of which the day is known; older ones than the first are over."""
NEAR: Final = timedelta(days=180)

_VERSION = re.compile(r"/v([0-9]{1,3})\.[0-9]+(?:/|$)", re.ASCII)


def near_end(api_base: str, today: date) -> str | None:
    """A sentence for a version that ends soon or is over; None for any other address."""
    found = _VERSION.search(api_base)
    version = int(found[1]) if found else NEWEST
    known = {"version": f"v{version}.0", "newest": f"v{NEWEST}.0"}
    if version < min(ENDS):
        return _("%(version)s of the Graph API is over: use %(newest)s", **known)
    ends = ENDS.get(version)
    if ends is None or ends - today > NEAR:
        return None
    day = clock(f"{ends}T00:00:00Z", "day")
    return _("%(version)s of the Graph API ends on %(day)s: use %(newest)s", day=day, **known)
