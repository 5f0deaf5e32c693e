"""An alert in one sentence, for programs and logs; pages say the same in the reader's zone."""

from datetime import datetime, timedelta

from inbox.domain.formatting import clock, lasting
from inbox.domain.language import _, number, retold
from inbox.domain.public import AlertFacts, AlertKind
from inbox.domain.times import SECOND, Micros, iso
from inbox.domain.webhooks import ENDED, EndpointAlertFacts


def alert_sentence(kind: AlertKind, facts: AlertFacts, since: Micros, raised_at: Micros) -> str:
    """``Usually about 40 webhooks between 14:00 and 15:00 UTC on Saturdays; nothing for 2 h.``"""
    if kind == "silent":
        return _silent(facts, lasting(max(0, raised_at - since) / SECOND))
    if kind in ("sending", "account"):
        return retold(facts["reason"])
    refused, accepted = facts["refused"], facts["accepted"]
    known = {"time": clock(iso(since), "time"), "reason": facts["reason"]}
    if accepted:
        return _(
            "%(refused)s of %(total)s webhooks since %(time)s UTC were refused: %(reason)s",
            refused=number(refused),
            total=number(refused + accepted),
            **known,
        )
    return _(
        "All %(refused)s webhooks since %(time)s UTC were refused: %(reason)s",
        refused=number(refused),
        **known,
    )


def switched_off_sentence(facts: EndpointAlertFacts) -> str:
    """``For three days it took nothing. It answered 500``"""
    why = _(ENDED[facts["because"]])
    return f"{why} {retold(facts['error'] or '')}" if facts["because"] == "failing" else why


def _silent(facts: AlertFacts, lasted: str) -> str:
    begin = datetime.fromisoformat(facts["hour"])
    hours = [f"{at:%Y-%m-%dT%H}:00:00Z" for at in (begin, begin + timedelta(hours=1))]
    known = {
        "usual": number(facts["usual"]),
        "since": clock(hours[0], "time"),
        "until": clock(hours[1], "time"),
        "lasted": lasted,
    }
    if facts["basis"] == "weeks":
        return _(
            "Usually about %(usual)s webhooks between %(since)s and %(until)s UTC"
            " on %(weekday)ss; nothing for %(lasted)s.",
            weekday=clock(hours[0], "weekday"),
            **known,
        )
    return _(
        "Usually at least %(usual)s webhooks between %(since)s and %(until)s UTC"
        " on any day; nothing for %(lasted)s.",
        **known,
    )
