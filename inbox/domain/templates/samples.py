"""Files above a template's words: shown to who approves it, and sent with no message."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.outgoing.files import LIMITS
from inbox.domain.templates.definition import Definition, Section, part_kind
from inbox.domain.text import JsonObject, few, mapping, text

SampleKind = Literal["image", "video", "document"]
SAMPLE_KINDS: Final[dict[str, SampleKind]] = {
    "IMAGE": "image",
    "VIDEO": "video",
    "DOCUMENT": "document",
}
"""By the format of the header."""
SAMPLE_MIMES: Final[dict[SampleKind, dict[str, str]]] = {
    "image": {"image/jpeg": ".jpg", "image/png": ".png"},
    "video": {"video/mp4": ".mp4"},
    "document": {"application/pdf": ".pdf"},
}
"""What Meta takes of each: less than messages may bring; and how such a file's name ends."""
SAMPLE_LIMITS: Final[dict[SampleKind, str]] = {
    "image": N_("The picture above a template is a JPEG or PNG of up to 5 MB."),
    "video": N_("The film above a template is an MP4 of up to 16 MB."),
    "document": N_("The document above a template is a PDF of up to 100 MB."),
}

_ADDRESS: Final = re.compile(r"https?://", re.ASCII)


class HeaderSample(NamedTuple):
    """The file above one section; ``field`` as Meta's rules name it, ``cards.0.header``.

    It is one that was brought here, or what the provider knows it by: a handle or an address.
    """

    prefix: str
    field: str
    kind: SampleKind
    media_id: str | None
    handle: str | None

    @property
    def address(self) -> str | None:
        """Meta lists what it was handed at an address, and takes none itself."""
        return self.handle if self.handle and _ADDRESS.match(self.handle) else None


def samples_of(definition: Definition) -> list[HeaderSample]:
    return [one for section in definition.sections if (one := _sample(section))]


def _sample(section: Section) -> HeaderSample | None:
    kind = SAMPLE_KINDS.get(section.header_format or "")
    if kind is None:
        return None
    field = section.prefix.replace("card.", "cards.") + "header"
    media_id, handle = shown_by(mapping(section.part("HEADER")))
    return HeaderSample(section.prefix, field, kind, media_id, handle)


def shown_by(header: JsonObject) -> tuple[str | None, str | None]:
    """The file that was brought for it, or else by what the provider knows one."""
    example = mapping(header.get("example"))
    if media_id := text(example.get("media_id")):
        return media_id, None
    given = example.get("header_handle")
    return None, text(given[0]) if isinstance(given, list) and given else None


def check_sample(sample: HeaderSample, mime: str, size: int) -> None:
    """Raises ``Invalid`` for what Meta takes for no example."""
    if mime not in SAMPLE_MIMES[sample.kind] or not 0 < size <= LIMITS[sample.kind]:
        raise Invalid(sample.field, _(SAMPLE_LIMITS[sample.kind]))


def with_handles(definition: Definition, handles: Mapping[str, str]) -> Definition:
    """With what the provider knows the files by, of the sections with these prefixes."""
    examples: dict[str, JsonObject] = {
        prefix: {"header_handle": [handle]} for prefix, handle in handles.items()
    }
    return _with_examples(definition, examples)


def keeping_samples(definition: Definition, known: Definition) -> Definition:
    """Whoever changes a template and names no other file leaves the one that is there."""
    there = {one.prefix: one for one in samples_of(known)}
    kept = {
        one.prefix: there[one.prefix].handle
        for one in samples_of(definition)
        if not one.media_id and not one.handle and one.prefix in there
        if there[one.prefix].kind == one.kind
    }
    return with_handles(definition, {prefix: one for prefix, one in kept.items() if one})


def _with_examples(definition: Definition, examples: Mapping[str, JsonObject]) -> Definition:
    if not examples:
        return definition

    def shown(part: JsonObject, prefix: str) -> JsonObject:
        if part_kind(part) == "HEADER" and prefix in examples:
            return {**part, "example": examples[prefix]}
        if part_kind(part) != "CAROUSEL" or prefix:
            return part
        cards = [
            {**card, "components": [shown(one, f"card.{n}.") for one in few(card["components"])]}
            for n, card in enumerate(few(part.get("cards")))
        ]
        return {**part, "cards": cards}

    return replace(definition, components=[shown(one, "") for one in definition.components])
