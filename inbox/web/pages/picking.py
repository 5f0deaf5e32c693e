"""The picker of templates, whomever they are for: found, filled in with a preview."""

from collections.abc import Mapping, Sequence
from typing import TypedDict
from urllib.parse import urlencode

from litestar_htmx import HTMXRequest, HTMXTemplate
from msgspec import Struct, field

from inbox.domain.content import Content
from inbox.domain.language import _
from inbox.domain.outgoing.asked import said_by
from inbox.domain.outgoing.said import Said
from inbox.domain.public import Message, MessageTemplate, TemplateSync
from inbox.domain.templates.asking import Asked, fields_of, unsendable
from inbox.domain.templates.rendering import shown_template
from inbox.domain.text import scrub
from inbox.storage.database import Connection
from inbox.templates import store, syncs, uses
from inbox.templates.store import SENDABLE, Wanted
from inbox.web.context import app_of
from inbox.web.http.rendering import own_page
from inbox.web.present.template_forms import Input, inputs_of, values_of

SHOWN = 40
LONGEST = 2_000
"""Characters of one field; more fits nowhere."""


class PickedFor(Struct, frozen=True, kw_only=True):
    """Whom a template is picked for: a conversation, or somebody who has none yet.

    ``path`` leads to the picker, and ``away`` from it. ``carried``: what its links and forms say
    of who has no conversation.
    """

    channel_id: str
    path: str
    away: str
    conversation_id: str = ""
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return f"?{urlencode(self.carried)}" if self.carried else ""


class PickerPart(TypedDict):
    """What the list of templates is rendered of."""

    to: PickedFor
    q: str
    recent: Sequence[MessageTemplate]
    found: Sequence[MessageTemplate]
    more: bool
    sync: TemplateSync


class FormPart(TypedDict):
    """What the form of a template is rendered of. ``trouble`` is about none of its fields;
    ``answers``: what a colleague has said meanwhile, where that has stopped it."""

    to: PickedFor
    template: MessageTemplate
    inputs: Sequence[Input]
    trouble: str
    unsendable: str
    preview: Content
    answers: Sequence[Message]


class Chosen(Struct, frozen=True):
    """A template for somebody, the fields that it asks for, and what stood in them last."""

    to: PickedFor
    template: MessageTemplate
    asked: list[Asked]
    last: dict[str, str]

    @property
    def names(self) -> list[str]:
        """Of the inputs of its form."""
        return [one.name for one in inputs_of(self.asked, {}, {})]


def picker_part(connection: Connection, user_id: str, to: PickedFor, q: str) -> PickerPart:
    """Those that can be sent now, what was used last before the others."""
    recent = [] if q else uses.recently_used(connection, user_id, to.channel_id)
    known = {one["id"] for one in recent}
    wanted = Wanted(to.channel_id, q, statuses=SENDABLE)
    found, further = store.templates_page(connection, wanted, limit=SHOWN)
    return {
        "to": to,
        "q": q,
        "recent": recent,
        "found": [one for one in found if one["id"] not in known],
        "more": further is not None,
        "sync": syncs.sync_of(connection, to.channel_id),
    }


async def asked_first(request: HTMXRequest, part: PickerPart) -> PickerPart:
    """With the provider being asked which there are, if it never was."""
    if part["sync"]["state"] == "never":
        at, channel_id = app_of(request), part["to"].channel_id
        await at.database.write(syncs.want_first, channel_id, at.now())
        at.syncer.wake()
        part["sync"] = await at.database.read(syncs.sync_of, channel_id)
    return part


async def asked_again(request: HTMXRequest, part: PickerPart) -> PickerPart:
    at = app_of(request)
    await at.database.write(syncs.want_sync, part["to"].channel_id, at.now())
    at.syncer.wake()
    part["sync"]["state"] = "running"
    return part


def open_template(connection: Connection, user_id: str, to: PickedFor, template_id: str) -> Chosen:
    """Raises ``Missing``."""
    template = store.template_by_id(connection, to.channel_id, template_id)
    asked = fields_of(store.definition_of(template))
    return Chosen(to, template, asked, uses.last_fields(connection, user_id, template_id))


async def typed_into(request: HTMXRequest, found: Chosen) -> dict[str, str]:
    form = await request.form()
    return {name: scrub(str(form.get(name) or ""))[:LONGEST] for name in found.names}


def template_said(found: Chosen, typed: Mapping[str, str]) -> Said:
    asked = {"name": found.template["name"], "language": found.template["language"]}
    values = values_of(found.asked, typed)
    return said_by({"type": "template", "template": asked | {"values": values}})


def input_of(found: Chosen, field: str) -> str:
    """The input of the form that a field is; empty for what is about none of them."""
    name = field.removeprefix("template.").removeprefix("notify.")
    names = found.names
    return name if name in names else next((one for one in names if one.startswith(f"{name}.")), "")


def form_part(
    found: Chosen,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    answers: Sequence[Message] = (),
) -> FormPart:
    why = unsendable(store.definition_of(found.template))
    return {
        "to": found.to,
        "template": found.template,
        "inputs": inputs_of(found.asked, typed, problems or {}),
        "trouble": (problems or {}).get("", ""),
        "unsendable": _(why[0], part=why[1]) if why else "",
        "preview": shown(found, typed),
        "answers": answers,
    }


def shown(found: Chosen, typed: Mapping[str, str]) -> Content:
    """A message that nobody sent yet, as far as a bubble shows it."""
    definition = store.definition_of(found.template)
    return shown_template(definition, values_of(found.asked, typed))


def preview_page(request: HTMXRequest, found: Chosen, typed: Mapping[str, str]) -> HTMXTemplate:
    preview = shown(found, typed)
    return own_page(request, "inbox/composer/template_preview.html", preview=preview)
