"""The ``type`` of every problem that is answered: names that stay the same for ever.

``docs/problems.md`` lists them, and a test compares.
"""

from typing import Final

_URN: Final = "urn:inbox:problem:"

ANSWERED_MEANWHILE: Final = f"{_URN}answered-meanwhile"
WINDOW_CLOSED: Final = f"{_URN}window-closed"
CLIENT_ID_TAKEN: Final = f"{_URN}client-id-taken"
TAKEN_BACK: Final = f"{_URN}taken-back"
TOO_LATE: Final = f"{_URN}too-late"
MISPLACED: Final = f"{_URN}misplaced-piece"
OTHERS_NOTE: Final = f"{_URN}others-note"
MISSING_SCOPE: Final = f"{_URN}missing-scope"
BUSY: Final = f"{_URN}busy"

NAMED: Final = {
    OTHERS_NOTE: 403,
    MISSING_SCOPE: 403,
    ANSWERED_MEANWHILE: 409,
    WINDOW_CLOSED: 409,
    CLIENT_ID_TAKEN: 409,
    TAKEN_BACK: 409,
    TOO_LATE: 409,
    MISPLACED: 409,
    BUSY: 503,
}
"""Those that tell more than their status, with it."""

BY_STATUS: Final = {
    400: f"{_URN}wrong-request",
    401: f"{_URN}sign-in-first",
    403: f"{_URN}not-allowed",
    404: f"{_URN}not-found",
    405: f"{_URN}wrong-method",
    409: f"{_URN}conflict",
    410: f"{_URN}forgotten-events",
    413: f"{_URN}too-large",
    415: f"{_URN}unfit-type",
    422: f"{_URN}unfit",
    429: f"{_URN}too-many-requests",
    500: f"{_URN}our-fault",
    502: f"{_URN}no-answer",
    503: f"{_URN}not-now",
}
"""Of all others."""


def problem_type(status: int) -> str:
    """``about:blank`` for a status that is never answered on purpose (RFC 9457)."""
    return BY_STATUS.get(status, "about:blank")
