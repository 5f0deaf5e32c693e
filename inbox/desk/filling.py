"""What canned responses say in one conversation, by what is known there."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from inbox.conversations import queries
from inbox.conversations.moved import moved_into
from inbox.domain.canned import CannedResponse
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.placeholders import fill, first_word
from inbox.domain.public import Conversation


def filled_by_nobody(conversation: Conversation, text: str, opens: str | None) -> str:
    """What a channel says there by itself: nobody is its author. ``opens``: when it does again."""
    known = _values(conversation, None)
    known["channel.opens"] = opens
    known["contact.phone"] = conversation["contact"]["phone_number"]
    return fill(text, known).text


def filled_in(
    connection: Connection,
    responses: Sequence[CannedResponse],
    conversation_id: str,
    agent_name: str,
    written: Callable[[str | None], str],
) -> list[CannedResponse]:
    """Each with what it says there, or in the one that it became part of. Raises ``Invalid``.

    ``written``: a number as people write it.
    """
    into = moved_into(connection, conversation_id) or conversation_id
    conversation = queries.conversation(connection, into)
    if conversation is None:
        raise Invalid("conversation_id", _("There is no such conversation."))
    known = _values(conversation, agent_name)
    known["contact.phone"] = written(conversation["contact"]["phone_number"])
    return [_with(one, known) for one in responses]


def _with(response: CannedResponse, known: Mapping[str, str | None]) -> CannedResponse:
    text, missing = fill(response["content"], known)
    return {**response, "filled": {"text": text, "missing": missing}}


def _values(conversation: Conversation, agent_name: str | None) -> dict[str, str | None]:
    contact = conversation["contact"]
    return {
        "contact.name": contact["name"],
        "contact.first_name": first_word(contact["name"]),
        "agent.name": agent_name,
        "agent.first_name": first_word(agent_name),
        "channel.name": conversation["channel"]["name"],
    }
