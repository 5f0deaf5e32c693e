"""Settings: what an admin does there is there at once, for them and for whom it concerns."""

import re
from itertools import count

from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, Visitor, ends, remember, remembered
from tests.support.fake_graph import TOKEN
from tests.support.server import PASSWORD, Line, Server, said, webhook

APP_SECRET = "meta-app-secret-of-the-browser-test"

CLIPBOARD = ["clipboard-read", "clipboard-write"]


_accounts = map(str, count(309876543210987))


async def add_meta_channel(ana: Visitor, name: str) -> Page:
    page = await ana.page("/settings/channels")
    await page.get_by_role("link", name="Add channel").click()
    await page.locator(".choices a[href*=cloud-api]").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Phone number ID").fill(next(_accounts))
    await page.get_by_label("Access token").fill(TOKEN)
    await page.get_by_label("App secret").fill(APP_SECRET)
    await page.get_by_role("button", name="Add channel").click()
    await expect(page.get_by_role("heading", name=name)).to_be_visible()
    return page


async def copied(page: Page, name: str) -> str:
    """What a copy button brings into the clipboard."""
    button = page.get_by_role("button", name=name)
    await button.click()
    await expect(button).to_contain_text("Copied")
    text: str = await page.evaluate("navigator.clipboard.readText()")
    return text


async def as_line(page: Page) -> Line:
    """The channel of this page as Meta knows it, from what its page tells."""
    callback = await copied(page, "Copy callback URL")
    assert callback.startswith("http")
    return Line(
        id=page.url.rpartition("/")[2],
        path="/webhooks/" + callback.rpartition("/webhooks/")[2],
        verify_token=await copied(page, "Copy verify token"),
        account=await page.get_by_label("Phone number ID").input_value(),
        secret=APP_SECRET,
    )


async def test_a_meta_channel_is_connected_with_what_its_page_tells(
    enter: Enter, inbox: Server
) -> None:
    ana = await enter(ANA, permissions=CLIPBOARD)
    page = await add_meta_channel(ana, "Flower shop")
    line = await as_line(page)
    asked = {"hub.mode": "subscribe", "hub.verify_token": line.verify_token, "hub.challenge": "42"}
    assert inbox.provider.get(line.path, params=asked).text == "42"
    channels = await ana.page("/settings/channels")
    row = channels.locator("#channels li", has_text="Flower shop")
    await expect(row).to_contain_text("Waiting")
    await expect(page.get_by_role("heading", name="Waiting for the first webhook…")).to_be_visible()
    await remember(page)
    inbox.post_signed(line, webhook(line.account, messages=[said("wamid.flowers", "Roses?")]))
    await expect(page.get_by_role("heading", name="Connected")).to_be_visible()
    await expect(row).to_contain_text("Live")
    assert await remembered(page)


async def test_a_refused_webhook_says_why_at_once(enter: Enter, inbox: Server) -> None:
    ana = await enter(ANA, permissions=CLIPBOARD)
    page = await add_meta_channel(ana, "Book shop")
    line = await as_line(page)
    await remember(page)
    forged = Line(**(vars(line) | {"secret": "not the secret"}))
    answer = inbox.post_signed(forged, webhook(line.account, messages=[said("wamid.x", "Forged")]))
    assert answer.status_code == 401
    status = page.locator("section.status")
    await expect(status).to_contain_text("1 webhook refused.")
    await expect(status).to_contain_text(re.compile("signature", re.IGNORECASE))
    await expect(status).not_to_contain_text("Connected")
    assert await remembered(page)


async def test_secrets_are_never_sent_to_a_page(enter: Enter) -> None:
    ana = await enter(ANA)
    page = await add_meta_channel(ana, "Tea shop")
    paths = [page.url.removeprefix(ana.url), "/settings/channels", "/settings/webhook-log", "/"]
    for path in paths:
        answer = await ana.context.request.get(ana.url + path)
        html = await answer.text()
        assert answer.ok
        assert APP_SECRET not in html
        assert TOKEN not in html


async def invited(ana: Visitor, enter: Enter, name: str) -> Visitor:
    """Somebody new, come by the link that Ana was shown."""
    page = await ana.page("/settings/users")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
    await page.get_by_role("button", name="Add user").click()
    link = await copied(page, "Copy one-time link")
    newcomer = await enter(None)
    theirs = await newcomer.context.new_page()
    await theirs.goto(link)
    await expect(theirs.get_by_role("heading", name=f"Welcome, {name}")).to_be_visible()
    await theirs.get_by_label("New password", exact=True).fill(PASSWORD)
    await theirs.get_by_role("button", name="Save and sign in").click()
    await expect(theirs).to_have_url(ends("/"))
    again = await newcomer.context.request.get(link)
    assert again.status == 410
    return newcomer


async def change(ana: Visitor, name: str, action: str) -> None:
    page = await ana.page("/settings/users")
    await page.get_by_role("button", name=f"Actions for {name}").click()
    await page.get_by_role("button", name=action).click()
    await expect(page).to_have_url(ends("/settings/users"))


async def test_who_is_disabled_is_out_at_once(enter: Enter) -> None:
    ana = await enter(ANA, permissions=CLIPBOARD)
    dora = await invited(ana, enter, "Dora")
    [page] = dora.context.pages
    await change(ana, "Dora", "Disable")
    await expect(page).to_have_url(re.compile("/sign-in"))
    answer = await dora.context.request.get(dora.url + "/conversations", max_redirects=0)
    assert answer.status == 303
    await page.get_by_label("E-mail").fill("dora@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("do not go together")
    dora.troubles = [one for one in dora.troubles if "status of 422" not in one]


async def test_who_has_another_role_comes_back_with_it(enter: Enter) -> None:
    ana = await enter(ANA, permissions=CLIPBOARD)
    eve = await invited(ana, enter, "Eve")
    [page] = eve.context.pages
    answer = await eve.context.request.get(eve.url + "/settings/users", max_redirects=0)
    assert answer.status == 403
    hers = await ana.page("/settings/users")
    await hers.get_by_role("link", name="Eve").click()
    await hers.get_by_label("Role").select_option("admin")
    await hers.get_by_role("button", name="Save").click()
    await expect(hers.get_by_text("Saved", exact=True)).to_be_visible()
    await expect(page).to_have_url(re.compile("/sign-in"))
    await eve.sign_in("eve@example.com")
    answer = await eve.context.request.get(eve.url + "/settings/users", max_redirects=0)
    assert answer.status == 200


async def test_who_signs_out_in_one_tab_is_out_in_the_others(enter: Enter) -> None:
    ana = await enter(ANA)
    here, there = await ana.desk(), await ana.page("/settings/channels")
    await here.page.get_by_role("button", name="Account: Ana").click()
    await here.page.get_by_role("button", name="Sign out").click()
    for page in (here.page, there):
        await expect(page).to_have_url(re.compile("/sign-in"))


async def test_the_webhook_log_keeps_each_body_as_it_came(
    enter: Enter, customer: Customer, inbox: Server
) -> None:
    body = b'{ "object":"whatsapp_business_account",\n  "entry": [], "extra": "\\u00e9 *kept*" }'
    assert inbox.post_signed(customer.line, body).status_code == 200
    customer.say("Hello")
    inbox.settle()
    page = await (await enter(ANA)).page(f"/settings/webhook-log?channel={customer.line.id}")
    rows = page.locator("#entries > li")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(0)).to_contain_text("1 message")
    await expect(rows.nth(0)).to_contain_text("Applied")
    await rows.nth(1).locator("a").click()
    await expect(page.locator("#raw-body")).to_contain_text('"extra": "é *kept*"')


async def test_an_api_token_is_shown_once_and_works(enter: Enter, inbox: Server) -> None:
    page = await (await enter(ANA, permissions=CLIPBOARD)).page("/settings/tokens")
    await page.get_by_label("Name", exact=True).fill("Nightly report")
    await page.get_by_role("button", name="Make token").click()
    token = await copied(page, "Copy token")
    program = inbox.browser(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/conversations").status_code == 200
    await page.goto(page.url)
    await expect(page.locator(".row", has_text="Nightly report")).to_be_visible()
    assert token not in await page.content()
    await page.get_by_role("button", name="Revoke Nightly report").click()
    await page.get_by_role("button", name="Revoke token").click()
    await expect(page.get_by_role("button", name="Revoke Nightly report")).to_have_count(0)
    await expect(page).to_have_url(ends("/settings/tokens"))
    assert program.get("/api/v1/conversations").status_code == 401


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_a_notifier_channel_is_protected_and_tried_without_a_mouse(
    enter: Enter, inbox: Server
) -> None:
    ana = await enter(ANA)
    page = await ana.page("/settings/channels/new?provider=notifier")
    await expect(page.get_by_label("Phone number ID")).to_have_count(0)
    await page.get_by_label("Name", exact=True).focus()
    await page.keyboard.type("Kiosk")
    await press(page, "Tab")
    await page.keyboard.type("the first secret")
    await press(page, "Tab")
    await page.keyboard.type("an api token")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", name="Kiosk")).to_be_visible()
    await page.locator("details.kept", has_text="Webhook secret").locator("summary").focus()
    await press(page, "Enter", "Tab")
    await page.keyboard.type("the second secret")
    await press(page, "Enter")
    await expect(page.get_by_text("The former secret still counts until")).to_be_visible()
    await expect(page.get_by_label("Header", exact=True)).to_be_hidden()
    await page.get_by_label("Proof", exact=True).focus()
    await page.keyboard.type("Signature")  # as one chooses in a list by its first letters
    await press(page, "Tab")
    await expect(page.get_by_label("Header", exact=True)).to_be_focused()
    await page.keyboard.type("X-Kiosk")
    await page.get_by_label("Allowed addresses").focus()
    await page.keyboard.type("everybody")
    await page.get_by_role("button", name="Save protection").focus()
    await press(page, "Enter")
    await expect(page.locator("#error-allowed")).to_contain_text("“everybody” is no address")
    await expect(page.get_by_label("Header", exact=True)).to_have_value("X-Kiosk")
    await page.get_by_label("Allowed addresses").fill("203.0.113.0/24")
    await page.get_by_role("button", name="Save protection").focus()
    await press(page, "Enter")
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.get_by_role("button", name="Send a test webhook").focus()
    await press(page, "Enter")
    steps = page.locator(".tested > li")
    await expect(steps).to_have_count(5)
    await expect(page.locator(".tested > li[data-state=good]")).to_have_count(5)
    await page.get_by_role("button", name="End it now").focus()
    await press(page, "Enter")
    await expect(page.get_by_text("The former secret still counts until")).to_have_count(0)
    assert "the second secret" not in await page.content()
    ana.troubles = [one for one in ana.troubles if "status of 422" not in one]
