"""A reaction to a message: one emoji, or nothing, which takes back the one that was there."""

from inbox.domain.changes import EMOJI_LIMIT
from inbox.domain.emoji import emoji_in
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.checks import mapping_of
from inbox.domain.text import scrub


def reaction(given: object) -> tuple[str, str]:
    """Of ``{message_id, emoji}`` both."""
    asked = mapping_of(given, "reaction", ("message_id", "emoji"))
    message_id, emoji = asked.get("message_id"), asked.get("emoji")
    if not isinstance(message_id, str) or not message_id:
        raise Invalid("reaction.message_id", _("Say to which message, by its id."))
    if not isinstance(emoji, str):
        raise Invalid("reaction.emoji", _("Say which emoji; an empty text takes it back."))
    face = scrub(emoji).strip()
    if face and (len(face) > EMOJI_LIMIT or emoji_in(face) != 1):
        raise Invalid("reaction.emoji", _("A reaction is one emoji and nothing else."))
    return scrub(message_id), face
