"""The checks of ``/health`` in words: what each looks at, and what to do while it is red."""

from typing import Final

from inbox.domain.language import N_
from inbox.web.process.part import CheckAdvice

_RESTART: Final = N_("Restart Inbox. If it comes again, the log on the server's stderr says why.")

DATABASE: Final = CheckAdvice(
    N_("Database"),
    N_("Answers."),
    N_(
        "See that it runs, is reachable and has room on its disk. Nothing that was acknowledged "
        "is lost; providers send again what was not."
    ),
)

MISTAKES: Final = CheckAdvice(
    N_("Mistakes of ours"),
    N_("Nothing went wrong lately that was not foreseen."),
    N_(
        "Something was not done, once or more; all else goes on. Update Inbox; the log on the "
        "server's stderr has the traceback, which we would like to see."
    ),
)

JOURNAL: Final = CheckAdvice(
    N_("Journal"),
    N_("Webhooks are safely on disk before they are acknowledged."),
    N_(
        "Webhooks are answered 503 and sent again by their providers. See that the database runs "
        "and its disk has room."
    ),
)

INGEST: Final = CheckAdvice(
    N_("Ingest"),
    N_("Webhooks become messages and ticks."),
    N_(
        "Webhooks are kept and wait; they appear by themselves once this is green. See the "
        "database first, then restart Inbox."
    ),
)

READING: Final = CheckAdvice(
    N_("Reading"),
    N_("Every webhook that came lately was understood."),
    N_(
        "Some webhooks hold what a mistake of ours keeps from being read. They are kept as "
        "failed, and all else in them is there. Update Inbox, then run inbox replay --failed; the "
        "log on the server's stderr has the traceback, which we would like to see."
    ),
)

OUTBOX: Final = CheckAdvice(
    N_("Outbox"),
    N_("Replies go out."),
    N_("Replies wait and go out once this is green. See the database first, then restart Inbox."),
)

REACTIONS: Final = CheckAdvice(
    N_("Reactions"),
    N_("Customers are told of the reactions that agents give to messages."),
    N_("They see them once this is green. See the database first, then restart Inbox."),
)

SCHEDULE: Final = CheckAdvice(
    N_("Schedule"),
    N_("Replies that are to be sent later go out in time, and held ones once customers write."),
    N_("They wait and go out once this is green. See the database first, then restart Inbox."),
)

TURNS: Final = CheckAdvice(
    N_("Turns"),
    N_("New conversations are given to who is there, where a team or a channel gives in turn."),
    N_("Until this is green, take them yourselves. See the database first, then restart Inbox."),
)

DESK_CLOCK: Final = CheckAdvice(
    N_("Clock of the desk"),
    N_("What was snoozed opens again in time, and windows that close soon are told."),
    N_("It all happens once this is green. See the database first, then restart Inbox."),
)

VIEW_COUNTS: Final = CheckAdvice(
    N_("Numbers beside views"),
    N_("Pages show how many conversations each view has, as they change."),
    N_("Lists are right, only the numbers beside them are old. See the database first."),
)

AUTOMATIC_MESSAGES: Final = CheckAdvice(
    N_("Automatic messages"),
    N_("Away messages and greetings go out, where a channel has them."),
    N_(
        "What is older than ten minutes by the time this is green is not answered. See the "
        "database first, then restart Inbox."
    ),
)

READ_MARKS: Final = CheckAdvice(
    N_("Read marks"),
    N_("Customers are told that their messages are read, where their channel says so."),
    N_(
        "Their ticks turn blue once this is green, within a day. See the database first, then "
        "restart Inbox."
    ),
)

LOOKOUT: Final = CheckAdvice(
    N_("Notices"),
    N_("What agents are told with no page open is noted."),
    N_(
        "Pages tell it as always. What is older than ten minutes once this is green is told no "
        "more. See the database first, then restart Inbox."
    ),
)

DEVICES: Final = CheckAdvice(
    N_("Devices"),
    N_("Agents are told on their devices with no page open."),
    N_(
        "Pages tell it as always. What is older than ten minutes once this is green is told no "
        "more. See the database first, then restart Inbox."
    ),
)

MEDIA: Final = CheckAdvice(
    N_("Files"),
    N_("What customers send is fetched and kept."),
    N_(
        "Files wait and are fetched once this is green. See the database first, then restart "
        "Inbox; providers keep files for days, links for a day."
    ),
)

MEDIA_FOLDER: Final = CheckAdvice(
    N_("Media folder"),
    N_("There is room for files."),
    N_(
        "Messages come all the same, and files wait. See that the disk of the media folder has "
        "room and can be written; providers keep files for days, links for a day."
    ),
)

FILES: Final = CheckAdvice(
    N_("Tidying files"), N_("Files that no message has any more are deleted."), _RESTART
)

FEED: Final = CheckAdvice(
    N_("Feed"),
    N_("What happens reaches open pages at once."),
    N_(
        "Open pages stand still; reloading one shows what is new. See the database first, then "
        "restart Inbox."
    ),
)

SOCKETS: Final = CheckAdvice(
    N_("Sockets"),
    N_("What happens is told on every open socket as it is."),
    N_(
        "Something could not be told live: a mistake of ours. Open pages "
        "read it anew by themselves. The log on the server's stderr has "
        "the traceback, which we would like to see."
    ),
)

TEMPLATES: Final = CheckAdvice(
    N_("Templates"),
    N_("Message templates are read from providers once a day, and when somebody asks."),
    N_(
        "Messages are sent as always; a template that is new or changed may not be known yet. "
        "See the database first, then restart Inbox."
    ),
)

SEARCH: Final = CheckAdvice(
    N_("Search"),
    N_("What is written can be found a moment later."),
    N_(
        "What is new cannot be found yet; nothing else is touched. See the database first, then "
        "restart Inbox."
    ),
)

DIRECTORY: Final = CheckAdvice(
    N_("Directory"),
    N_("Connected numbers and their secrets are known."),
    N_(
        "A channel that was just added or changed may not be known yet. See the database first, "
        "then restart Inbox."
    ),
)

CHANNELS: Final = CheckAdvice(
    N_("Channels"), N_("The state of each number is kept up to date."), _RESTART
)

ALERTS: Final = CheckAdvice(
    N_("Alerts"),
    N_("A channel that falls silent or whose proofs fail is told of."),
    N_("A channel may fall silent and nobody is told. See the database first, then restart Inbox."),
)

NOTICES: Final = CheckAdvice(
    N_("Alerts outside"),
    N_("Alerts are told at INBOX_ALERT_URL."),
    N_(
        "Nobody is told outside; alerts stand above every page. Restart Inbox. If it comes again, "
        "the log on the server's stderr says why."
    ),
)

TOKENS: Final = CheckAdvice(N_("API tokens"), N_("When each was used last is noted."), _RESTART)

RETENTION: Final = CheckAdvice(
    N_("Retention"), N_("Events older than seven days are deleted."), _RESTART
)

WEBHOOK_LOG: Final = CheckAdvice(
    N_("Webhook log"), N_("Webhooks older than INBOX_WEBHOOK_DAYS are deleted."), _RESTART
)

VITALS: Final = CheckAdvice(N_("Status"), N_("The pictures on this page are drawn."), _RESTART)

PRESENCE: Final = CheckAdvice(
    N_("Presence"),
    N_("Agents see who is viewing and who is replying."),
    N_("All else works. Restart Inbox; the log on the server's stderr says why."),
)

RELAY: Final = CheckAdvice(N_("Relay"), N_("Processes tell each other what is new."), _RESTART)

REDIS: Final = CheckAdvice(
    N_("Redis"),
    N_("Processes tell each other at once what is new."),
    N_("Pages of other processes are up to a second late. See that Redis runs and is reachable."),
)

OUTGOING_WEBHOOKS: Final = CheckAdvice(
    N_("Outgoing webhooks"),
    N_("Other programs are told what happens."),
    N_(
        "What happens is kept and told later, in its order. See the database first, then restart "
        "Inbox."
    ),
)

OUTGOING_AGAIN: Final = CheckAdvice(
    N_("Outgoing webhooks, again"),
    N_("What other programs did not take is tried again."),
    N_("What waits is kept. See the database first, then restart Inbox."),
)

OUTGOING_ENDED: Final = CheckAdvice(
    N_("Programs that are told"),
    N_("No outgoing webhook was switched off by itself."),
    N_(
        "A program took nothing for three days, or said that it is gone. See what it answered, "
        "repair it and switch its webhook on again, or remove it."
    ),
)
