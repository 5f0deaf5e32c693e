"""``inbox migrate``: bring the database up to date and do nothing else."""

from argparse import ArgumentParser, Namespace
from typing import TypedDict

from inbox.commands.context import CommandContext
from inbox.commands.perform import perform
from inbox.config import load
from inbox.domain.language import _
from inbox.server.failure import Failure
from inbox.storage import revisions

EXAMPLES = """
  inbox migrate          before the new version serves, on PostgreSQL for example
"""


class Revision(TypedDict):
    revision: str | None


async def revision_now(context: CommandContext) -> Revision:
    """Where the database is. Opening it has migrated it, here or when the server started."""
    return {"revision": await context.database.read(revisions.revision)}


def configure(_parser: ArgumentParser) -> None:
    """It takes nothing."""


def run(_options: Namespace) -> None:
    found = perform(load(), "migrate", revision_now)["revision"]
    if found != revisions.newest_revision():
        raise Failure(
            _("The server that is running is of an older version: stop it and try again.")
        )
    print(_("The database is up to date (revision %(found)s).", found=found))
