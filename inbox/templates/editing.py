"""Templates created, changed and deleted at the provider, and kept here as it then says."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete

from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.public import MessageTemplate
from inbox.domain.templates.defining import check_definition, check_new
from inbox.domain.templates.definition import Definition
from inbox.domain.templates.samples import keeping_samples
from inbox.domain.times import Micros
from inbox.providers.base import Http
from inbox.providers.template_hosts import template_host
from inbox.providers.templates import TemplateFound, TemplateHost, Trouble
from inbox.storage.database import Database
from inbox.storage.tables import templates
from inbox.templates import store
from inbox.templates.showing import SampleFiles, refused_by, refused_field, with_samples

CHANGEABLE = ("APPROVED", "REJECTED", "PAUSED")
"""Statuses in which Meta lets a template be changed."""


class TemplateDesk(Struct, frozen=True, kw_only=True):
    """Where the templates of one channel are changed. All raise ``Invalid`` and ``Missing``."""

    database: Database
    http: Http
    channel: Channel
    header_files: SampleFiles
    now: Callable[[], Micros]

    async def create(self, definition: Definition) -> MessageTemplate:
        check_new(definition)
        known = await self.database.read(
            store.template_named, self.channel.id, definition.name, definition.language
        )
        if known is not None:
            words = _("There is a template of this name in this language already.")
            raise Invalid("name", words)
        host, channel = await self._host()
        told = await with_samples(host, self.http, channel, definition, self.header_files)
        return await self._kept(told, await host.create_template(self.http, channel, told))

    async def change(self, template_id: str, definition: Definition) -> MessageTemplate:
        """Category and parts of one that is there; its name and language stay, and the file above
        its words where no other is named."""
        known = await self.database.read(store.template_by_id, self.channel.id, template_id)
        whole = replace(definition, name=known["name"], language=known["language"])
        whole = keeping_samples(whole, store.definition_of(known))
        check_definition(whole)
        host, channel = await self._host()
        if not host.changes:
            raise Invalid("template", _("This provider changes no template: delete it instead."))
        if known["status"] not in CHANGEABLE or known["provider_template_id"] is None:
            words = _("Only approved, rejected and paused templates can be changed.")
            raise Invalid("template", words)
        told = await with_samples(host, self.http, channel, whole, self.header_files)
        made = await host.change_template(self.http, channel, known["provider_template_id"], told)
        return await self._kept(told, made)

    async def delete(self, template_id: str) -> MessageTemplate:
        """What it was. Meta gives its name to no other template for 30 days."""
        known = await self.database.read(store.template_by_id, self.channel.id, template_id)
        host, channel = await self._host()
        told = await host.delete_template(
            self.http, channel, known["name"], known["provider_template_id"]
        )
        if isinstance(told, Trouble):
            refused_by(told)
        await self.database.write(_drop, template_id)
        return known

    async def _host(self) -> tuple[TemplateHost, Channel]:
        """Who keeps them, and the channel with what it belongs to."""
        host = template_host(self.channel)
        if host is None or self.channel.state != "connected":
            words = _("The templates of this channel cannot be changed from here.")
            raise Invalid("channel", words)
        if self.channel.business_account is not None:
            return host, self.channel
        account = await host.business_account(self.http, self.channel)
        if isinstance(account, Trouble):
            refused_by(account)
        return host, replace(self.channel, business_account=account)

    async def _kept(self, told: Definition, made: TemplateFound | Trouble) -> MessageTemplate:
        if isinstance(made, Trouble):
            refused_by(made, refused_field(made, told))
        await self.database.write(store.keep_found, self.channel.id, [made], self.now())
        of = made.definition
        found = await self.database.read(
            store.template_named, self.channel.id, of.name, of.language
        )
        assert found is not None
        return found


def _drop(connection: Connection, template_id: str) -> None:
    connection.execute(delete(templates).where(templates.c.id == template_id))
