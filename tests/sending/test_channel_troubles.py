"""What keeps everything from being sent is an alert and red on the channel, at the first try."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from inbox.alerts import alerts, told_troubles
from inbox.alerts.listing import standing_alerts
from inbox.channels import health, store
from inbox.channels.shapes import health_shape
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.events import Event, StatusEvent
from inbox.domain.ids import new_id
from inbox.domain.times import DAY, MINUTE, SECOND
from inbox.providers.base import Accepted, Refused
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.answers import judge
from inbox.providers.registry import PROVIDERS
from inbox.receiving import journal
from inbox.sending.results import record_result
from inbox.storage.database import Database
from inbox.storage.secrets import Sealer
from inbox.storage.tables import channels
from tests.sending.conftest import NOW, taken, written
from tests.support.corpus import body

SEALER = Sealer(b"k" * 40)


def refused(code: int) -> Any:
    error = b'{"error": {"message": "no", "code": %d}}' % code
    return judge(Answer(400, error), "12025550142", "token")


async def sent(database: Database, conversation: str, result: Any) -> None:
    await written(database, conversation, "hello")
    [one] = await taken(database)
    await database.write(record_result, one.claim, result, NOW)


async def standing(database: Database, now: int = NOW) -> tuple[str, list[tuple[str, str]]]:
    """The channel's state, and what admins are told of it."""

    def look(connection: Connection) -> tuple[str, list[tuple[str, str]]]:
        told_troubles.follow(connection, now)
        assert not told_troubles.unsettled(connection, now)
        channel = store.listing(connection, SEALER)[0]
        shape = health_shape(channel, health.of(connection, channel.id))
        told = [(one["kind"], one["text"]) for one in standing_alerts(connection)]
        return shape["health"]["state"], told

    return await database.write(look)


@pytest.mark.parametrize("code", [190, 10, 33, 131031, 131042, 131045, 131048, 131064, 368])
async def test_a_refusal_of_the_whole_channel_is_red_and_told_until_a_send_succeeds(
    database: Database, conversation: str, code: int
) -> None:
    await _hear(database)
    result = refused(code)
    assert isinstance(result, Refused)
    await sent(database, conversation, result)
    await _hear(database)  # webhooks still come, and prove nothing
    state, [(kind, words)] = await standing(database)
    assert (state, kind) == ("trouble", "sending")
    assert result.title in words and f"(code {code})" in words
    await sent(database, conversation, Accepted("wamid.1"))
    assert await standing(database) == ("live", [])


async def _hear(database: Database) -> None:
    def note(connection: Connection) -> None:
        connection.execute(channels.update().values(last_webhook_at=NOW + MINUTE))

    await database.write(note)


@pytest.mark.parametrize("code", [131026, 131047, 100, 130472, 131053])
async def test_a_refusal_of_one_message_is_no_alert(
    database: Database, conversation: str, code: int
) -> None:
    await sent(database, conversation, refused(code))
    assert (await standing(database))[1] == []


async def test_a_new_token_takes_the_red_away(database: Database, conversation: str) -> None:
    await sent(database, conversation, refused(190))
    assert (await standing(database))[0] == "trouble"

    def change(connection: Connection) -> None:
        [channel] = store.listing(connection, SEALER)
        store.change(connection, SEALER, channel.id, now=NOW, access_token="new")

    await database.write(change)
    assert (await standing(database))[1] == []


async def test_a_status_tells_it_as_well_and_a_later_one_that_it_is_over(
    database: Database, conversation: str
) -> None:
    def status(word: str, at: int, *codes: int) -> StatusEvent:
        errors: Any = [{"code": code} for code in codes]
        key, ts = f"st:{word}:{at}", NOW + at * SECOND
        return StatusEvent(key=key, ts=ts, message_id=word, status=word, errors=errors)

    await _tell(database, status("failed", 0, 131042))
    assert [kind for kind, _ in (await standing(database))[1]] == ["sending"]
    await sent(database, conversation, Accepted("wamid.1"))  # it is charged for later
    assert (await standing(database))[0] == "trouble"
    await _tell(database, status("delivered", 9))
    assert (await standing(database))[1] == []


async def _tell(database: Database, *events: Event) -> None:
    def work(connection: Connection) -> None:
        channel = store.listing(connection, SEALER)[0]
        entry = Entry(new_id(NOW), channel.id, NOW, b"{}")
        journal.store_entries(connection, [entry])
        owned = [(channel.id, event) for event in events]
        told = Facts(entry.id, NOW, channel.id, owned, [])
        apply(connection, [told], {channel.id: channel}, NOW)

    await database.write(work)


def news(field: str, **value: Any) -> list[Event]:
    told = body("meta/field_account_alerts.json")
    told["entry"][0] |= {"time": NOW // SECOND}
    told["entry"][0]["changes"] = [{"field": field, "value": value}]
    return PROVIDERS["cloud-api"].normalise(told, NOW, b"")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("account_update", {"event": "ACCOUNT_VIOLATION"}, "account violation"),
        (
            "account_update",
            {
                "event": "ACCOUNT_RESTRICTION",
                "restriction_info": [{"restriction_type": "RESTRICTED_MESSAGING"}],
            },
            "restricted messaging",
        ),
        (
            "account_update",
            {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}},
            "disable",
        ),
        ("account_alerts", {"alert_type": "X", "alert_description": "Look"}, "Look"),
        (
            "phone_number_quality_update",
            {"event": "FLAGGED", "current_limit": "TIER_1K"},
            "flagged",
        ),
        (
            "message_template_status_update",
            {"event": "REJECTED", "message_template_name": "sale"},
            "sale",
        ),
        ("message_template_quality_update", {"new_quality_score": "RED"}, "red"),
        ("template_category_update", {"new_category": "MARKETING"}, "marketing"),
    ],
)
async def test_news_of_the_account_reach_admins(
    database: Database, conversation: str, field: str, value: dict[str, Any], words: str
) -> None:
    await _tell(database, *news(field, **value))
    [(kind, text)] = (await standing(database))[1]
    assert kind == "account" and words in text
    await _tell(database, *news("account_update", event=["no", "text"]))
    assert (await standing(database, NOW + 4 * DAY))[1] == []


@pytest.mark.parametrize(
    "told",
    [
        news("message_template_status_update", event="APPROVED"),
        news("phone_number_quality_update", event="UNFLAGGED"),
        news("flows", event="REJECTED"),
    ],
)
async def test_good_news_are_no_alert(
    database: Database, conversation: str, told: list[Event]
) -> None:
    await _tell(database, *told)
    assert (await standing(database))[1] == []


async def test_other_news_renew_the_alert_that_stands(
    database: Database, conversation: str
) -> None:
    await _tell(database, *news("account_update", event="ACCOUNT_VIOLATION"))
    await standing(database)

    def mute_all(connection: Connection) -> None:
        [alert] = standing_alerts(connection)
        alerts.mute(connection, alert["id"], "Ana", NOW)
        connection.execute(channels.update().values(news_at=NOW - SECOND))

    await database.write(mute_all)
    await _tell(database, *news("account_update", event="DISABLED_UPDATE"))
    [(_, text)] = (await standing(database))[1]
    assert "disabled update" in text
    found = await database.read(lambda c: c.execute(select(channels.c.news)).scalar())
    assert found and "disabled update" in found
