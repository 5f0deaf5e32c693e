"""The checks of ``/health`` in words: what each looks at, and what to do while it is red."""

from typing import Final

from inbox.web.process.part import CheckAdvice

_RESTART: Final = "Restart Inbox. If it comes again, the log on the server's stderr says why."

DATABASE: Final = CheckAdvice(
    "Database",
    "Answers.",
    "See that it runs, is reachable and has room on its disk. Nothing that was acknowledged "
    "is lost; providers send again what was not.",
)

JOURNAL: Final = CheckAdvice(
    "Journal",
    "Webhooks are safely on disk before they are acknowledged.",
    "Webhooks are answered 503 and sent again by their providers. See that the database runs "
    "and its disk has room.",
)

INGEST: Final = CheckAdvice(
    "Ingest",
    "Webhooks become messages and ticks.",
    "Webhooks are kept and wait; they appear by themselves once this is green. See the "
    "database first, then restart Inbox.",
)

READING: Final = CheckAdvice(
    "Reading",
    "Every webhook that came lately was understood.",
    "Some webhooks hold what a mistake of ours keeps from being read. They are kept as failed, "
    "and all else in them is there. Update Inbox, then run inbox replay --failed; the log on the "
    "server's stderr has the traceback, which we would like to see.",
)

OUTBOX: Final = CheckAdvice(
    "Outbox",
    "Replies go out.",
    "Replies wait and go out once this is green. See the database first, then restart Inbox.",
)

READ_MARKS: Final = CheckAdvice(
    "Read marks",
    "Customers are told that their messages are read, where their channel says so.",
    "Their ticks turn blue once this is green, within a day. See the database first, then "
    "restart Inbox.",
)

MEDIA: Final = CheckAdvice(
    "Files",
    "What customers send is fetched and kept.",
    "Files wait and are fetched once this is green. See the database first, then restart "
    "Inbox; providers keep files for days, links for a day.",
)

MEDIA_FOLDER: Final = CheckAdvice(
    "Media folder",
    "There is room for files.",
    "Messages come all the same, and files wait. See that the disk of the media folder has "
    "room and can be written; providers keep files for days, links for a day.",
)

FILES: Final = CheckAdvice(
    "Tidying files", "Files that no message has any more are deleted.", _RESTART
)

FEED: Final = CheckAdvice(
    "Feed",
    "What happens reaches open pages at once.",
    "Open pages stand still; reloading one shows what is new. See the database first, then "
    "restart Inbox.",
)

SOCKETS: Final = CheckAdvice(
    "Sockets",
    "What happens is told on every open socket as it is.",
    "Something could not be told live: a mistake of ours. Open pages read it anew by themselves. "
    "The log on the server's stderr has the traceback, which we would like to see.",
)

SEARCH: Final = CheckAdvice(
    "Search",
    "What is written can be found a moment later.",
    "What is new cannot be found yet; nothing else is touched. See the database first, then "
    "restart Inbox.",
)

DIRECTORY: Final = CheckAdvice(
    "Directory",
    "Connected numbers and their secrets are known.",
    "A channel that was just added or changed may not be known yet. See the database first, "
    "then restart Inbox.",
)

CHANNELS: Final = CheckAdvice("Channels", "The state of each number is kept up to date.", _RESTART)

ALERTS: Final = CheckAdvice(
    "Alerts",
    "A channel that falls silent or whose proofs fail is told of.",
    "A channel may fall silent and nobody is told. See the database first, then restart Inbox.",
)

NOTICES: Final = CheckAdvice(
    "Alerts outside",
    "Alerts are told at INBOX_ALERT_URL.",
    f"Nobody is told outside; alerts stand above every page. {_RESTART}",
)

TOKENS: Final = CheckAdvice("API tokens", "When each was used last is noted.", _RESTART)

RETENTION: Final = CheckAdvice("Retention", "Events older than seven days are deleted.", _RESTART)

WEBHOOK_LOG: Final = CheckAdvice(
    "Webhook log", "Webhooks older than INBOX_WEBHOOK_DAYS are deleted.", _RESTART
)

VITALS: Final = CheckAdvice("Status", "The pictures on this page are drawn.", _RESTART)

RELAY: Final = CheckAdvice("Relay", "Processes tell each other what is new.", _RESTART)

REDIS: Final = CheckAdvice(
    "Redis",
    "Processes tell each other at once what is new.",
    "Pages of other processes are up to a second late. See that Redis runs and is reachable.",
)
