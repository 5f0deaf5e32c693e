"""Messages and rows as HTML, drawn once and kept while they are asked for.

What a part says follows from what it is given, from whose language and clock it is in, and from
the labels' colours. All of that is its key: an edit, a tick, another name or a colour is another
key, in every process, so nothing is ever told to forget. What is drawn sees nothing else of the
page, so no reader gets what is another's.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

import jinja2
import msgspec
from markupsafe import Markup

from inbox.desk.label_colors import LabelColors
from inbox.domain.formatting import clock_shown
from inbox.domain.language import language
from inbox.domain.public import Conversation, Message

MOST: Final = 6 << 20
"""Characters: about a thousand messages and as many rows."""
_LARGEST: Final = MOST >> 6
"""What is longer is drawn each time, as it would take the place of many."""

Draw = Callable[[], str]


class KeptHtml:
    """What was asked for last, up to ``most`` characters; for the loop and threads beside it."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._largest = most, min(most, _LARGEST)
        self._kept: OrderedDict[bytes, Markup] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def get(self, key: bytes, draw: Draw) -> Markup:
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        html = Markup(draw())  # noqa: S704 - a template's, which escapes
        if len(html) <= self._largest:
            self._keep(key, html)
        return html

    def _keep(self, key: bytes, html: Markup) -> None:
        with self._lock:
            if key in self._kept:  # another thread drew the same
                return
            self._kept[key] = html
            self.size += len(html)
            while self.size > self._most:
                self.size -= len(self._kept.popitem(last=False)[1])


class KeptParts:
    """``kept_parts`` of the templates."""

    def __init__(self, pages: jinja2.Environment, colors: LabelColors) -> None:
        self._pages, self._colors = pages, colors
        self._html = KeptHtml()
        self._encode = msgspec.json.Encoder().encode

    def message(self, message: Message, whole: str = "") -> Markup:
        """``whole``: the id of the one of which nothing is cut."""
        given = {"message": message, "whole": message["id"] if whole == message["id"] else ""}
        if message["status"] == "failed":
            return self._drawn("inbox/_message.html", given)  # its forms have ids of their own
        return self._part("inbox/_message.html", given)

    def row(
        self,
        conversation: Conversation,
        open_id: str | None = None,
        me: Mapping[str, Any] | None = None,
    ) -> Markup:
        """Of a list, as one reader sees it: their own marks are in ``conversation``."""
        who = conversation["assignee"]
        return self._part(
            "inbox/_row.html",
            {
                "conversation": conversation,
                "open_id": open_id if open_id == conversation["id"] else None,
                "me": {"id": me["id"]} if me and who and who["id"] == me["id"] else None,
            },
        )

    def around(self, name: str, me: Mapping[str, Any]) -> Markup:
        """What stands around conversations and says nothing of any: it follows from who looks."""
        return self._part(name, {"me": me})

    def _part(self, name: str, given: Mapping[str, Any]) -> Markup:
        around = (name, language().code, clock_shown(), self._colors.edition)
        key = hashlib.blake2b(self._encode((around, given)), digest_size=24).digest()
        return self._html.get(key, lambda: self._drawn(name, given))

    def _drawn(self, name: str, given: Mapping[str, Any]) -> Markup:
        html = self._pages.get_template(name).render(given)
        return Markup(html)  # noqa: S704 - a template's, which escapes
