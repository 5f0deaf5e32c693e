"""The one Jinja environment: pages, their fragments and the feed's are the same partials."""

import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jinja2

from inbox.domain.markup import plain
from inbox.domain.message_types import NOTICES, playtime
from inbox.domain.times import lasting
from inbox.domain.vcard import called, with_vcard
from inbox.providers.registrars import REGISTRARS
from inbox.web.present import message_types
from inbox.web.present.files import file_view
from inbox.web.present.links import host, mailto, tel, weblink
from inbox.web.present.message_details import bill, filled, location_details
from inbox.web.present.message_types import kind, preview, unsupported
from inbox.web.present.naming import display_name, failure_reason, hue, initials, near, pretty_phone
from inbox.web.present.rich import jumbo, rich
from inbox.web.present.windows import can, window

CLOCKS = {
    "time": "%H:%M",
    "day": "%A, %-d %B %Y",
    "weekday": "%A",
    "list": "%-d %b",
    "moment": "%-d %b, %H:%M",
    "exact": "%-d %b, %H:%M:%S",
    "full": "%-d %b %Y, %H:%M UTC",
}
"""UTC for a page without scripts; times.js puts the reader's own zone and words in."""


def environment(templates: Path, asset: Callable[[str], str]) -> jinja2.Environment:
    """``asset`` turns ``css/every.css`` into its immutable address."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        enable_async=False,
        auto_reload=False,  # else every fragment of every event asks the disk
    )
    env.globals["asset"] = asset
    env.globals["registrars"] = REGISTRARS
    # One form is one message, also where no script makes its id and a button is pressed twice.
    env.globals["fresh_id"] = lambda: str(uuid.uuid4())
    env.filters |= {
        "bill": bill,
        "brief": brief,
        "called": called,
        "can": can,
        "clock": clock,
        "coordinate": coordinate,
        "described": message_types.described,
        "display_name": display_name,
        "filled": filled,
        "glimpse": message_types.glimpse_of,
        "host": host,
        "hue": hue,
        "initials": initials,
        "jumbo": jumbo,
        "kind": kind,
        "near": near,
        "place": location_details,
        "plain": plain,
        "playtime": playtime,
        "pretty_phone": pretty_phone,
        "preview": preview,
        "reason": failure_reason,
        "rich": rich,
        "lasting": lasting,
        "mailto": mailto,
        "media": file_view,
        "notice": NOTICES.get,
        "millis": millis,
        "size": size,
        "tel": tel,
        "told": with_vcard,
        "unsupported": unsupported,
        "weblink": weblink,
        "window": window,
    }
    env.globals["ui"] = env.get_template("macros.html").module
    return env


def clock(value: str, style: str) -> str:
    """An ISO 8601 time as UTC text in one of the ``CLOCKS``."""
    return f"{datetime.fromisoformat(value).astimezone(UTC):{CLOCKS[style]}}"


def brief(key: str) -> str:
    """A short name for an id of a provider's, for finding it on a page: eight hex digits."""
    return f"{zlib.crc32(key.encode()):08x}"


def coordinate(degrees: float) -> str:
    """Degrees as maps take them, to within a metre: 48.85837."""
    return f"{degrees:.5f}"


def millis(duration: float) -> str:
    """How long something took, from milliseconds: 0.4 ms, 12 ms, 3.2 s."""
    if duration < 10:
        return f"{duration:.1f} ms"
    return f"{duration:.0f} ms" if duration < 1000 else f"{duration / 1000:.1f} s"


def size(count: int) -> str:
    """Bytes as people say them: 812 bytes, 3 KB, 1.2 MB."""
    if count < 1000:
        return f"{count} bytes"
    if count < 1_000_000:
        return f"{round(count / 1000)} KB"
    return f"{count / 1_000_000:.1f} MB"
