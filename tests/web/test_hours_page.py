"""The page of a channel's business hours, as who has no script works with it as well."""

from typing import Any

from tests.support.server import Server

OFFICE: dict[str, Any] = {
    "kind": "week",
    "time_zone": "Europe/Berlin",
    "monday-opens": ["09:00", "13:30"],
    "monday-closes": ["12:30", "18:00"],
    "sunday-opens": ["22:00"],
    "sunday-closes": ["00:00"],
    "holiday-name": ["Labour Day", ""],
    "holiday-first": ["2026-05-01", ""],
    "holiday-last": ["", ""],
    "holiday-yearly": ["1", "1"],
    "away": "We are closed, {{contact.first_name|friend}}.",
    "greeting": "",
    "after_days": "",
}


def test_what_is_typed_is_what_the_channel_keeps(server: Server) -> None:
    channel, admin = server.add_channel(), server.as_admin
    here = f"/settings/channels/{channel.id}/hours"
    saved = admin.post(here, data=OFFICE)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{here}?saved=1")
    kept = admin.get(f"/api/v1/channels/{channel.id}/hours").json()
    assert kept["week"]["monday"] == [
        {"opens": "09:00", "closes": "12:30"},
        {"opens": "13:30", "closes": "18:00"},
    ]
    assert kept["week"]["sunday"] == [{"opens": "22:00", "closes": "24:00"}]
    assert [one["first"] for one in kept["holidays"]] == ["2026-05-01"]
    assert (kept["away"]["text"], kept["greeting"]) == (OFFICE["away"], None)
    page = admin.get(here).text
    assert 'name="monday-opens" value="13:30"' in page and "We are closed, friend." in page
    admin.post(here, data={**OFFICE, "kind": "always"})
    assert admin.get(f"/api/v1/channels/{channel.id}/hours").json()["week"] is None


def test_what_cannot_be_comes_back_as_it_was_typed(server: Server) -> None:
    channel, admin = server.add_channel(), server.as_admin
    here = f"/settings/channels/{channel.id}/hours"
    overlap = {**OFFICE, "monday-opens": ["09:00", "12:00"]}
    answer = admin.post(here, data=overlap)
    assert answer.status_code == 422
    assert "overlap" in answer.text and 'name="monday-opens" value="12:00"' in answer.text
    preview = admin.post(f"{here}/preview", data=overlap)
    assert preview.status_code == 200 and "Monday: " in preview.text
    assert admin.get(f"/api/v1/channels/{channel.id}/hours").json()["week"] is None


def test_another_line_is_had_without_a_script_and_saves_nothing(server: Server) -> None:
    channel, admin = server.add_channel(), server.as_admin
    here = f"/settings/channels/{channel.id}/hours"
    for name, line in (("tuesday", 'name="tuesday-opens"'), ("holidays", 'name="holiday-first"')):
        typed = admin.post(here, data=OFFICE | {"away": "{{"}).text.count(line)
        more = admin.post(here, data=OFFICE | {"add": name}).text.count(line)
        assert more == typed + 1
    assert admin.get(f"/api/v1/channels/{channel.id}/hours").json()["week"] is None
    agent = server.agent("hours-agent@example.com")
    assert agent.get(here).status_code == 403
