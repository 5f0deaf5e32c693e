"""What can be wrong with what was asked or with the database, in words for who runs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from inbox.commands.context import data_place
from inbox.config import Settings
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.server.failure import Failure
from inbox.storage.revisions import NewerDatabase
from inbox.storage.secrets import WrongKey
from inbox.storage.wal import ForeignLog


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn what a command's work raises into a ``Failure``: one line that helps."""
    try:
        yield
    except (Invalid, Missing, WrongKey) as error:
        raise Failure(str(error)) from None
    except ForeignLog as foreign:
        raise Failure(_foreign(foreign)) from None
    except NewerDatabase:
        raise Failure(
            _(
                "The database at %(data_place)s was made by a newer Inbox; start that one.",
                data_place=data_place(settings),
            )
        ) from None
    except (OSError, SQLAlchemyError) as error:
        raise Failure(_sentence(settings, error)) from error


def _foreign(foreign: ForeignLog) -> str:
    return _(
        "%(name)s-wal in %(folder)s belongs to another database than the %(name)s that is there "
        "now: together they would be ruined. Nothing was touched. To start with %(name)s as it "
        "is, move %(name)s-wal and %(name)s-shm away; inbox restore does so by itself.",
        name=foreign.database.name,
        folder=foreign.database.parent,
    )


def _sentence(settings: Settings, error: Exception) -> str:
    reason = _reason(error)
    if settings.sqlite:
        return _(
            "The database %(data_place)s cannot be used: %(reason)s.",
            data_place=data_place(settings),
            reason=reason,
        )
    if isinstance(error, OSError):
        parts = urlsplit(settings.database_url)
        where = f"{parts.hostname or 'the local socket'}:{parts.port or 5432}"
        return _(
            "PostgreSQL does not answer at %(where)s: %(reason)s. Is it "
            "running, and is INBOX_DATABASE_URL right?",
            where=where,
            reason=reason,
        )
    return _("PostgreSQL refuses to work: %(reason)s. Is INBOX_DATABASE_URL right?", reason=reason)


def _reason(error: Exception) -> str:
    """The cause's own words without SQL: parameters may be somebody's message."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, ConnectionRefusedError):
        return _("the connection is refused")
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return next(iter(str(cause).splitlines()), type(cause).__name__).rstrip(".")
