"""Whether a message may go to a conversation now, told before it is tried."""

from collections.abc import Collection

from inbox.domain.abilities import CANNOT, Ability, needed
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.said import Said
from inbox.domain.public import Conversation
from inbox.sending.sendable import check_channel
from inbox.web.present.windows import window


def why_not(conversation: Conversation, said: Said, able: Collection[Ability]) -> str:
    """Empty if it may, as far as one can tell."""
    try:
        check_channel(conversation["channel"]["state"])
    except Invalid as shut:
        return str(shut)
    if conversation["contact"]["blocked"]:
        return _("You have blocked this customer.")
    ability = needed(said)
    if ability and ability not in able:
        return _(CANNOT[ability])
    match window(conversation):
        case "over":
            return _("The 24-hour window has closed: only a template reaches them.")
        case "never":
            return _("They have not written to you yet: only a template reaches them.")
    return ""
