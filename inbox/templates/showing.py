"""The files above a template's words, on their way to who approves it."""

from typing import Final, NoReturn, Protocol

from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.templates.definition import Definition
from inbox.domain.templates.samples import HeaderSample, samples_of, with_handles
from inbox.providers.base import Http
from inbox.providers.templates import SampleFile, TemplateHost, Trouble

UNKNOWN_HANDLE: Final = frozenset({2388273, 2494102})
"""Meta's subcodes for a file that it was not shown, or does not know any more."""


class SampleFiles(Protocol):
    """Where such files are ours. Both raise ``Invalid`` with the sample's field."""

    async def brought(self, sample: HeaderSample, media_id: str) -> SampleFile: ...

    async def fetched(self, sample: HeaderSample, address: str) -> SampleFile:
        """From where the provider shows it: it takes no addresses, not even its own."""


async def with_samples(
    host: TemplateHost, http: Http, channel: Channel, definition: Definition, files: SampleFiles
) -> Definition:
    """As the provider is to be told it. Raises ``Invalid``."""
    handles: dict[str, str] = {}
    for sample in samples_of(definition):
        if sample.media_id:
            file = await files.brought(sample, sample.media_id)
        elif sample.address and host.wants_handles:
            file = await files.fetched(sample, sample.address)
        else:
            continue
        told = await host.hand_sample(http, channel, file)
        if isinstance(told, Trouble):
            refused_by(told, sample.field)
        handles[sample.prefix] = told
    return with_handles(definition, handles)


def refused_by(trouble: Trouble, field: str = "template") -> NoReturn:
    """In the provider's words, which name the rule better than we can."""
    raise Invalid(field, f"{_(trouble.title)}. {_(trouble.todo)}".strip())


def refused_field(trouble: Trouble, definition: Definition) -> str:
    """Where it is to be told: at the file that is not known, or over it all."""
    samples = samples_of(definition) if trouble.subcode in UNKNOWN_HANDLE else []
    return samples[0].field if samples else "template"
