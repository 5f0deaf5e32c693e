"""Templates on their way out: held against what their provider has of them."""

from sqlalchemy import Connection

from inbox.domain.content import Content
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.templates import filled_template
from inbox.domain.times import Micros
from inbox.templates import store


def template_to_send(connection: Connection, channel_id: str, said: Said, now: Micros) -> Said:
    """Filled in by its definition; raises ``Invalid`` for what Meta would refuse."""
    asked = said.content["template"]
    found = store.template_named(connection, channel_id, asked["name"], asked["language"])
    if found is None:
        words = _("This channel has no template of this name in this language.")
        raise Invalid("template.name", words)
    if found["status"] not in store.SENDABLE:
        words = _(
            "This template cannot be sent now: WhatsApp says %(status)s.",
            status=found["status"].replace("_", " ").lower(),
        )
        raise Invalid("template.name", words)
    return filled_template(said, store.definition_of(found), now)


def same_template(message: Content, asked: Content) -> bool:
    """Whether a message is what is asked for again, filled in or not: its definition may be
    another by now.
    """
    one, other = message["template"], asked["template"]
    same = (one.get("name"), one.get("language")) == (other.get("name"), other.get("language"))
    filled = "text" in asked
    return same and (not filled or message.get("text") == asked.get("text"))
