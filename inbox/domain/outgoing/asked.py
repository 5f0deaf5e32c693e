"""What is asked to be sent, by a program or by a page: told by its ``type``."""

from collections.abc import Callable, Mapping
from typing import Final

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.brought import file_said
from inbox.domain.outgoing.cards import contacts
from inbox.domain.outgoing.files import FILE_KINDS, FileKind
from inbox.domain.outgoing.interactive import offer
from inbox.domain.outgoing.places import location
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.templates import template
from inbox.domain.outgoing.texts import text
from inbox.domain.text import scrub

Asked = Mapping[str, object]
"""As ``POST …/messages`` takes it: ``type``, and beside it the part that it needs."""


def said_by(asked: Asked) -> Said:
    """Raises ``Invalid`` for what WhatsApp would not take."""
    kind = asked.get("type") or "text"
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        known = ", ".join(READERS)
        raise Invalid("type", _("type is one of %(known)s.", known=known))
    return reader(asked)


def _text(asked: Asked) -> Said:
    given = asked.get("text")
    words = scrub(given) if isinstance(given, str) else ""
    return text(words, preview_url=asked.get("preview_url") is True)


def _file(kind: FileKind) -> Callable[[Asked], Said]:
    return lambda asked: file_said(kind, asked)


READERS: Final[dict[str, Callable[[Asked], Said]]] = {
    "text": _text,
    **{kind: _file(kind) for kind in FILE_KINDS.values()},
    "location": lambda asked: location(asked.get("location")),
    "contacts": lambda asked: contacts(asked.get("contacts")),
    "interactive": lambda asked: offer(asked.get("interactive")),
    "template": lambda asked: template(asked.get("template")),
}
"""By the type that is asked for."""
