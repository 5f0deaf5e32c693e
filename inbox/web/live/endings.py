"""With which words a socket is closed."""

from typing import Final

from litestar.exceptions import WebSocketDisconnect

from inbox.feed.hub import Hub
from inbox.feed.subscriber import Lagging
from inbox.storage.database import FAULTS
from inbox.storage.faults import fault_reason
from inbox.web.live.frame_writer import NotRead

SIGNED_OUT: Final = 4401
LAGGING: Final = 1013
GOING_AWAY: Final = 1001
POLICY: Final = 1008
OUR_FAULT: Final = 1011
NOT_TO_READ: Final = "this token lacks the scope read"


Ending = tuple[int, str]
"""The code and the words of a closing frame."""

LEFT = (OSError, RuntimeError, WebSocketDisconnect, NotRead)
"""What a server raises when somebody is told who is gone; ``RuntimeError`` is how ASGI says it."""


class WrongSince(ValueError):
    """``since`` is no number."""


def ending(hub: Hub, raised: Exception) -> Ending | None:
    """What to say at the end of a socket in which this was raised: the truth, and no more.

    None: the other side has left. A mistake of ours is told where it can be mended.
    """
    match raised:
        case WebSocketDisconnect():
            return None
        case NotRead():
            hub.traffic.stalled += 1
            return LAGGING, "the other side does not read"
        case Lagging():
            hub.traffic.lagging += 1
            return LAGGING, "too slow: resume with since"
        case WrongSince():
            return POLICY, "since must be a number"
        case _ if isinstance(raised, FAULTS):
            # Of the socket it is that the other side left. Of the database it is told elsewhere.
            return OUR_FAULT, fault_reason(raised)
    hub.untold.met(raised)
    return OUR_FAULT, "something went wrong here: come again"
