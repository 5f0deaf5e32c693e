"""What ``/api/v1/status`` says, which the status page shows."""

from typing import Annotated, Literal, TypedDict

from inbox.domain.fields import Moment, says
from inbox.domain.public import Alert, ChannelShape
from inbox.domain.webhooks import EndpointAlert

Standing = Literal["ok", "degraded", "failing"]
StandingField = Annotated[
    Standing,
    says("`degraded`: something is amiss without which all works; `failing`: a part does not."),
]


class HealthReport(TypedDict):
    """How the server is, part by part."""

    status: StandingField
    checks: Annotated[dict[str, str], says("Each part by its name: `ok`, or what is wrong.")]


class CheckedPart(TypedDict):
    """One part of the server."""

    name: Annotated[str, says("As in `/health`.")]
    title: Annotated[str, says("For people.")]
    state: Annotated[
        Literal["good", "warn", "bad"], says("`warn`: amiss, and all works without it.")
    ]
    reason: Annotated[str | None, says("What is wrong, if anything.")]
    says: Annotated[str, says("What to do, or what works.")]


class WaitingWork(TypedDict):
    """What waits and what failed, in the database."""

    at_most: Annotated[int, says("A count that reached it stands for as many or more.")]
    pending: Annotated[int, says("Webhooks that are stored and not applied.")]
    oldest_pending_seconds: Annotated[float, says("How long the oldest of them has waited.")]
    failed: Annotated[int, says("Webhooks that could not be applied.")]
    sends_waiting: Annotated[int, says("Messages to be sent.")]
    sends_late_seconds: Annotated[float, says("How long the first of them has been due.")]
    files_waiting: Annotated[int, says("Files to be fetched.")]
    files_late_seconds: Annotated[float, says("How long the first of them has been due.")]
    log_head: Annotated[int, says("The newest `seq` of the log.")]


class OpenSockets(TypedDict):
    """Who listens to this process."""

    pages: Annotated[int, says("Pages of people.")]
    programs: Annotated[int, says("Programs.")]


class ServingProcess(TypedDict):
    """The process that answers; with several, each has its own."""

    version: Annotated[str, says("Of Inbox.")]
    pid: Annotated[int, says("Its id on its machine.")]
    started_at: Annotated[Moment, says("When it started.")]
    uptime_seconds: Annotated[int, says("How long ago that was.")]
    memory_bytes: Annotated[int | None, says("What it holds in memory, where that is known.")]
    journal_waiting: Annotated[int, says("Webhooks on their way to the disk.")]
    unstored: Annotated[int, says("Webhooks answered 503, as they could not be stored.")]
    ingest_backlog: Annotated[int, says("Webhooks in memory, to be applied.")]
    feed_head: Annotated[int, says("The newest `seq` that it has told its sockets.")]
    sockets: Annotated[OpenSockets, says("Who listens to it.")]
    sends: Annotated[dict[str, int], says("How many sends ended how.")]


class DatabaseReport(TypedDict):
    """Where everything is kept."""

    engine: Annotated[Literal["SQLite", "PostgreSQL"], says("Which system it is.")]
    place: Annotated[str, says("Its file or its host, without secrets.")]
    bytes: Annotated[int | None, says("Its size; null while it cannot be asked.")]
    shared: Annotated[bool, says("Whether other processes may use it, too.")]


class ComplaintReport(TypedDict):
    """A warning or an error of the log; the same words again count up."""

    level: Annotated[str, says("`warning`, `error` or `critical`.")]
    words: Annotated[str, says("What it says.")]
    facts: Annotated[dict[str, str], says("Ids and codes of the last time.")]
    times: Annotated[int, says("How often it came.")]
    first_at: Annotated[Moment, says("When it came first.")]
    last_at: Annotated[Moment, says("When it came last.")]


class StatusReport(TypedDict):
    """How everything is."""

    status: StandingField
    warnings: Annotated[
        list[str], says("What is set up in a way that cannot be meant, as seen by who asks.")
    ]
    checks: Annotated[list[CheckedPart], says("Every part, those first that must work.")]
    work: Annotated[WaitingWork | None, says("Null while the database cannot be asked.")]
    channels: Annotated[
        list[ChannelShape] | None, says("Every channel; null while the database cannot be asked.")
    ]
    alerts: Annotated[list[Alert], says("Those of channels that are open, the newest first.")]
    webhook_alerts: Annotated[
        list[EndpointAlert], says("Those of endpoints that are open, the newest first.")
    ]
    process: Annotated[ServingProcess, says("The one that answers.")]
    database: Annotated[DatabaseReport, says("Where everything is kept.")]
    complaints: Annotated[list[ComplaintReport], says("Of the log, the newest first.")]
