"""Where a provider lets programs see and change a number's message templates.

Nothing here sends a message: what is left in doubt is simply asked again.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from inbox.domain.channels import Channel
from inbox.domain.templates.definition import Definition
from inbox.domain.text import JsonObject, identifier, mappings, text
from inbox.providers.base import Http
from inbox.providers.registration import RegistrationProblem
from inbox.providers.uploading import OwnFile

Trouble = RegistrationProblem
"""What went wrong, and what an admin can do: the same words as for webhooks."""

PAGE = 200
ANSWER_LIMIT = 8 * 1024 * 1024
"""Bytes of a page of templates: a carousel may have 20 KB."""

_NOW = {
    "SUBMITTED": "PENDING",
    "REINSTATED": "APPROVED",
    "UNARCHIVED": "APPROVED",
    "UNPAUSED": "APPROVED",
}
"""Words for what happened, where what matters is how it is now."""


class TemplateFound(Struct, frozen=True, kw_only=True):
    """A template as it is at the provider. Statuses and categories are Meta's capitals."""

    definition: Definition
    status: str
    provider_id: str | None = None
    quality: str | None = None
    reason: str | None = None
    previous_category: str | None = None


class TemplatePage(Struct, frozen=True):
    """``after``: what to ask with for the page after this one; None at the end."""

    templates: Sequence[TemplateFound]
    after: str | None = None


class SampleFile(Struct, frozen=True):
    """A file above a template's words, and where it can be fetched for a while, if anywhere."""

    file: OwnFile
    link: str | None


class TemplateHost(Protocol):
    """A provider that lets programs see and change a number's templates."""

    whole: bool
    """Whether what its list has not is gone; the sandbox lists none of those made by hand."""
    changes: bool
    """Whether one that is there can be changed."""
    fetches: bool
    """Whether it gets the files above the words at addresses of ours."""
    wants_handles: bool
    """Whether it takes no addresses for them at all, not even those where it shows them."""

    async def business_account(self, http: Http, channel: Channel) -> str | Trouble | None:
        """Where the number's templates are, as far as that has an id at all."""

    async def templates(self, http: Http, channel: Channel, after: str) -> TemplatePage | Trouble:
        """One page; ``after`` empty: the first."""

    async def hand_sample(self, http: Http, channel: Channel, sample: SampleFile) -> str | Trouble:
        """What stands for the file in the ``header_handle`` of a definition."""

    async def create_template(
        self, http: Http, channel: Channel, definition: Definition
    ) -> TemplateFound | Trouble: ...

    async def change_template(
        self, http: Http, channel: Channel, provider_id: str, definition: Definition
    ) -> TemplateFound | Trouble: ...

    async def delete_template(
        self, http: Http, channel: Channel, name: str, provider_id: str | None
    ) -> Trouble | None:
        """In this language alone, where the provider can tell languages apart."""


def state_now(word: object) -> str:
    """``SUBMITTED`` or ``reinstated`` as how it is now."""
    said = (text(word, 40) or "").upper()
    return _NOW.get(said, said) or "PENDING"


def read_template(said: JsonObject) -> TemplateFound | None:
    """As Meta and 360dialog list one; None for what has no name or language."""
    name, language = identifier(said.get("name")), identifier(said.get("language"))
    if name is None or language is None:
        return None
    definition = Definition(
        name=name,
        language=language,
        category=(text(said.get("category"), 40) or "").upper(),
        named=(text(said.get("parameter_format")) or "").upper() == "NAMED",
        components=mappings(said.get("components")),
    )
    reason = text(said.get("rejected_reason"), 500)
    return TemplateFound(
        definition=definition,
        status=state_now(said.get("status")),
        provider_id=identifier(said.get("id")),
        quality=_quality(said.get("quality_score")),
        reason=None if reason in ("NONE", "none") else reason,
        previous_category=text(said.get("previous_category"), 40),
    )


def _quality(told: object) -> str | None:
    word = told.get("score") if isinstance(told, dict) else told
    said = (text(word, 40) or "").upper()
    return said if said in ("GREEN", "YELLOW", "RED") else None


def as_written(definition: Definition) -> JsonObject:
    """What is posted to have it created."""
    return {
        "name": definition.name,
        "language": definition.language,
        "category": definition.category,
        "parameter_format": "NAMED" if definition.named else "POSITIONAL",
        "components": list(definition.components),
    }
