"""Inbox: a real-time WhatsApp inbox for teams."""

import sys
from typing import Any, cast

__version__ = "0.1.0"

# httpx has a command of its own, that draws with click, rich and pygments. We never run it, and
# without them, as where they are not installed, all of ours begin sooner.
cast(Any, sys.modules).setdefault("httpx._main", None)
