"""Settings → API tokens in a browser, and what a token of one purpose can do with it."""

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.visitor import ANA
from tests.support.server import Server


async def test_a_token_is_made_for_what_is_ticked_and_for_nothing_else(
    enter: Enter, inbox: Server
) -> None:
    ana = await enter(ANA)
    page = await ana.page("/settings/tokens")
    await page.get_by_label("Name", exact=True).fill("Spreadsheet")
    await expect(page.locator("input[name=scope][value=read]")).to_be_hidden()
    await page.get_by_label("Only this", exact=True).check()
    await page.get_by_role("button", name="Make token").click()
    await expect(page.get_by_text("Choose what the token may be used for.")).to_be_visible()
    ana.troubles = [one for one in ana.troubles if "status of 422" not in one]
    await page.locator("input[name=scope][value=read]").check()
    await page.get_by_role("button", name="Make token").click()
    token = await page.locator(".once code").first.inner_text()
    program = inbox.browser(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/conversations").status_code == 200
    assert program.post("/api/v1/undo/x").json()["scope"] == "desk"
    row = page.locator(".token-row", has_text="Spreadsheet")
    await expect(row.locator(".badge", has_text="read")).to_be_visible()


async def test_a_token_is_changed_and_what_uses_it_goes_on_with_that(
    enter: Enter, inbox: Server
) -> None:
    wish = {"name": "Nightly", "scopes": ["read"], "channel_ids": []}
    made = inbox.as_admin.post("/api/v1/tokens", json=wish).json()
    program = inbox.browser(headers={"Authorization": f"Bearer {made['token']}"})
    page = await (await enter(ANA)).page("/settings/tokens")
    await page.get_by_role("link", name="Nightly", exact=True).click()
    await expect(page.get_by_text("It never ends.")).to_be_visible()
    await expect(page.locator("input[name=scope][value=read]")).to_be_checked()
    await page.get_by_label("Name", exact=True).fill("Weekly")
    await page.get_by_label("Ends", exact=True).select_option("30")
    await page.locator("input[name=scope][value=desk]").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".notice.good")).to_have_text("Saved")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Weekly")
    told = inbox.as_admin.get(f"/api/v1/tokens/{made['id']}").json()
    assert (told["scopes"], told["channel_ids"], bool(told["expires_at"])) == (
        ["read", "desk"], [], True,
    )  # fmt: skip
    assert program.post("/api/v1/undo/x").status_code == 404


async def test_a_browser_follows_the_feed_by_itself(enter: Enter, inbox: Server) -> None:
    """By ``EventSource``, with its cookie."""
    page = await (await enter(ANA)).page("/settings/labels")
    await page.evaluate(
        """() => {
            window.heard = []; window.opened = 0;
            const stream = new EventSource("/api/v1/events?types=labels:updated");
            const look = new EventTarget();
            window.until = (so) => new Promise((done) => {
                const again = () => so() && done();
                look.addEventListener("news", again);
                again();
            });
            const news = () => look.dispatchEvent(new Event("news"));
            stream.onopen = () => { window.opened += 1; news(); };
            stream.addEventListener("labels:updated", (event) => {
                window.heard.push(event);
                news();
            });
        }"""
    )
    await page.evaluate("until(() => opened === 1)")
    for name in ("First", "Second"):
        made = inbox.as_admin.post("/api/v1/labels", json={"name": name})
        assert made.status_code == 201, made.text
    await page.evaluate("until(() => heard.length === 2)")
    ids = await page.evaluate("window.heard.map((event) => Number(event.lastEventId))")
    frames = await page.evaluate("window.heard.map((event) => JSON.parse(event.data).seq)")
    assert ids == frames == sorted(ids)
