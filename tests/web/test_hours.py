"""Business hours by the API: what is set is what is given back, and who may do either."""

from typing import Any

from tests.support.inside import Inside

WEEK: dict[str, list[dict[str, str]]] = {
    day: [{"opens": "09:00", "closes": "24:00"}]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
HOURS: dict[str, Any] = {
    "time_zone": "Asia/Kathmandu",
    "week": WEEK,
    "holidays": [{"name": "Dashain", "first": "2026-10-17", "last": "2026-10-26", "yearly": False}],
    "away": {"text": "We are closed."},
    "greeting": {"text": "Welcome!", "after_days": None},
}


async def test_hours_are_given_back_as_they_were_set(house: Inside) -> None:
    channel = await house.add_channel()
    address = f"/api/v1/channels/{channel.id}/hours"
    always = (await house.http.get(address)).json()
    assert always["now"] == {"open": True, "since": None, "until": None}
    assert always["week"] is always["away"] is always["greeting"] is None
    answer = await house.http.put(address, json=HOURS)
    assert (answer.status_code, {**HOURS, "now": answer.json()["now"]}) == (200, answer.json())
    found = (await house.http.get(address)).json()
    assert {name: found[name] for name in HOURS} == HOURS
    # What is left out is taken away.
    assert (await house.http.put(address, json={})).json() == always


async def test_hours_that_cannot_be_are_refused_and_change_nothing(house: Inside) -> None:
    channel = await house.add_channel()
    address = f"/api/v1/channels/{channel.id}/hours"
    await house.http.put(address, json=HOURS)
    week = {**WEEK, "friday": [{"opens": "09:00", "closes": "9am"}]}
    refused = await house.http.put(address, json={**HOURS, "week": week})
    assert (refused.status_code, refused.json()["field"]) == (422, "friday")
    assert (await house.http.get(address)).json()["week"] == WEEK
    assert (
        await house.http.put(address.replace(channel.id, "nowhere"), json={})
    ).status_code == 404
    assert (await house.http.get(address.replace(channel.id, "nowhere"))).status_code == 404
