"""A form with a file in it, read as it comes: its fields are kept, its file goes on to whoever
writes it. Litestar's own reading puts the file into a temporary one first, or into memory."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Final, NoReturn

from litestar.exceptions import ClientException
from msgspec import Struct, field
from multipart import (  # type: ignore[import-untyped]  # it has types, and does not say so
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.web.context import AnyRequest

_FIELD_LIMIT: Final = 4096
_PARTS: Final = 12


class FileForm(Struct):
    """``filename`` and ``mime`` are what its sender calls the file."""

    fields: dict[str, str] = field(default_factory=dict)
    filename: str = ""
    mime: str = ""


async def file_in(request: AnyRequest, form: FileForm) -> AsyncIterator[bytes]:
    """The bytes of ``file``, as they come; ``form`` has what stands before them.

    Fields behind the file are read when all of it was taken. Raises 400.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise ClientException(_("Send a form (multipart/form-data) with the file in it."))
    parser = PushMultipartParser(
        options["boundary"], max_segment_count=_PARTS, max_header_size=_FIELD_LIMIT
    )
    reading = _Reading(form)
    async with aclosing(request.stream()) as stream:
        async for chunk in stream:
            for event in _parsed(parser, chunk) if chunk else ():
                if data := reading.take(event):
                    yield data
    _parsed(parser, b"")  # raises if the end of the form is missing
    if not reading.found:
        _refuse()


def _parsed(parser: Any, chunk: bytes) -> list[Any]:
    try:
        return list(parser.parse(chunk))
    except MultipartError as wrong:
        raise ClientException(_("The form breaks off, or is none.")) from wrong


class _Reading:
    """Which part of the form is being read."""

    def __init__(self, form: FileForm) -> None:
        self._form = form
        self._name = ""
        self._value = bytearray()
        self.found = self._in_file = False

    def take(self, event: Any) -> bytes | None:
        """What of the file came with it."""
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            self._end()
        elif self._in_file:
            return bytes(event)
        else:
            self._value += event
            if len(self._value) > _FIELD_LIMIT:
                raise ClientException(_("%(name)s is too long.", name=self._name))
        return None

    def _begin(self, part: Any) -> None:
        self._name, self._value = scrub(part.name or "")[:100], bytearray()
        self._in_file = self._name == "file" and not self.found
        if self._in_file:
            self.found = True
            self._form.filename = scrub(part.filename or "")
            self._form.mime = part.content_type or ""

    def _end(self) -> None:
        if not self._in_file:
            self._form.fields[self._name] = scrub(self._value.decode("utf-8", "replace"))
        self._in_file = False


def _refuse() -> NoReturn:
    raise ClientException(_("Send a form (multipart/form-data) with the file in it."))
