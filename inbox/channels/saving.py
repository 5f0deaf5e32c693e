"""A channel is saved once its provider was asked about the token and the number.

The provider is asked between two transactions, so that none is held open meanwhile.
"""

from collections.abc import Callable

from inbox.channels import numbers, store
from inbox.channels.validation import with_facts
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.stored import NumberCheck
from inbox.domain.text import present
from inbox.domain.times import Micros
from inbox.providers.base import Http
from inbox.providers.checking import NumberKnown, Rejected, Unchecked
from inbox.providers.checks import ask_about, checkable
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer

Clock = Callable[[], Micros]


async def connect_number(
    database: Database,
    sealer: Sealer,
    http: Http,
    now: Clock,
    *,
    name: str,
    provider: str,
    **facts: str,
) -> Channel:
    """A new channel; raises ``Invalid`` also for what its provider or another channel refuses."""
    channel = store.drafted(name=name, provider=provider, now=now(), **facts)
    # Nobody is asked about what cannot be saved in any case.
    await database.read(numbers.refuse_connected, sealer, channel)
    checked = await checked_or_refused(http, channel, now)
    return await database.write(store.keep, sealer, channel, now(), checked)


async def checked_change(
    database: Database, sealer: Sealer, http: Http, now: Clock, channel_id: str, **facts: str
) -> NumberCheck | None:
    """What the provider says of a channel with these facts; None if they are not its business.

    For ``store.change``. Raises ``Invalid``, or ``Missing``.
    """
    channel = await database.read(store.by_id, sealer, channel_id)
    if channel is None or channel.state == "removed":
        raise Missing(_("There is no such channel."))
    changed = with_facts(channel, facts, now())
    if not store.sends_otherwise(channel, changed):
        return None
    await database.read(numbers.refuse_connected, sealer, changed)
    return await checked_or_refused(http, changed, now)


async def checked_or_refused(http: Http, channel: Channel, now: Clock) -> NumberCheck | None:
    """What is known of the number now; raises ``Invalid`` for what the provider refuses."""
    match await ask_about(http, channel) if checkable(channel) else None:
        case None:
            return None
        case Rejected(field, reason):
            raise Invalid(field, reason)
        case NumberKnown() | Unchecked() as found:
            return told(found, now())


def told(found: NumberKnown | Rejected | Unchecked, now: Micros) -> NumberCheck:
    """As it is kept."""
    match found:
        case NumberKnown(name=name, phone=phone, quality=quality):
            facts = {"name": name, "phone": phone, "quality": quality}
            return present(NumberCheck, state="known", at=now, **facts)
        case Rejected(_, reason):
            return {"state": "refused", "at": now, "reason": reason}
        case Unchecked(reason):
            return {"state": "unchecked", "at": now, "reason": reason}


async def check_now(
    database: Database, sealer: Sealer, http: Http, now: Clock, channel_id: str
) -> None:
    """Ask again about a channel as it is; raises ``Missing``."""
    channel = await database.read(store.by_id, sealer, channel_id)
    if channel is None or channel.state == "removed":
        raise Missing(_("There is no such channel."))
    lacking = Unchecked(_("Enter the token and the number first, below under Details."))
    found = await ask_about(http, channel) if checkable(channel) else lacking
    await database.write(store.note_check, sealer, channel, told(found, now()), now())
