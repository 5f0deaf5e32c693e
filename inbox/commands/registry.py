"""The commands that read or change data, by the name under which the server runs them too."""

import inspect
from collections.abc import Mapping

from inbox.commands import channel, media, migrate, replay, seed, stage, token, user, webhook
from inbox.commands.context import CommandContext
from inbox.commands.perform import Work
from inbox.commands.trouble import explained
from inbox.domain.language import _
from inbox.domain.text import JsonObject
from inbox.server.failure import Failure

COMMANDS: dict[str, Work[Mapping[str, object]]] = {
    "migrate": migrate.revision_now,
    "user add": user.add,
    "user list": user.listing,
    "user rename": user.rename_user,
    "user reset": user.reset,
    "user disable": user.disable_user,
    "user enable": user.enable_user,
    "user delete": user.delete,
    "channel add": channel.add,
    "channel set": channel.change,
    "channel pause": channel.pause,
    "channel resume": channel.resume,
    "channel remove": channel.disconnect,
    "channel list": channel.listing,
    "token add": token.add,
    "token list": token.listing,
    "token revoke": token.revoke,
    "webhook add": webhook.add,
    "webhook list": webhook.listing,
    "webhook switch": webhook.set_active,
    "webhook rotate": webhook.renew_secret,
    "webhook remove": webhook.remove,
    "webhook test": webhook.send_one_test,
    "webhook delivery": webhook.told_delivery,
    "webhook replay": webhook.post_again,
    "seed": seed.step,
    "sandbox begin": stage.begin_run,
    "sandbox direct": stage.direct_run,
    "sandbox end": stage.end_run,
    "replay": replay.step,
    "replay count": replay.count,
    "media fetch": media.step,
}


async def execute(
    context: CommandContext, command: str, arguments: JsonObject
) -> Mapping[str, object]:
    """What the command found or made, ready for JSON; raises ``Failure`` with a sentence."""
    work = COMMANDS.get(command)
    if work is None or not _fits(work, arguments):
        raise Failure(
            _(
                "The server does not know the command %(command)s in this form: it "
                "is of another version; restart it.",
                command=repr(command),
            )
        )
    with explained(context.settings):
        return await work(context, **arguments)


def _fits(work: Work[Mapping[str, object]], arguments: JsonObject) -> bool:
    """The arguments may come from a command line of another version than the server."""
    try:
        inspect.signature(work).bind(None, **arguments)
    except TypeError:
        return False
    return all(isinstance(value, str | None) for value in arguments.values())
