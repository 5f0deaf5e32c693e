"""Every kind of message: the same live and reloaded, harmless, whole on a phone, by keyboard."""

import copy
import time
from typing import Any

import pytest
from playwright.async_api import expect

from inbox.trial.samples import LASTING
from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.gallery import INTERACTIVE, KINDS, REFERRAL, every_kind, of_kind
from tests.browser.test_changes import edit, revoke
from tests.browser.test_hostile import STRANGE
from tests.browser.test_looks import SCREENS, WIDER
from tests.browser.visitor import ANA, Desk, remember, remembered
from tests.support.server import Server

EVIL = "\"'><img src=x onerror=alert(1)>\u202e{{ 7*7 }}</a></li>"
SPILLED = """() => [...document.querySelectorAll("#messages .bubble")].flatMap((bubble) => {
  const { left, right } = bubble.getBoundingClientRect();
  return [...bubble.querySelectorAll(":not(.meta *, .visually-hidden *, .visually-hidden)")]
    .filter((part) => !part.closest(".clamp, .line, .who, .tools"))
    .map((part) => [part.getBoundingClientRect(), part.outerHTML.slice(0, 80)])
    .filter(([at]) => at.width > 1 && (at.right > right + 1 || at.left < left - 1))
    .map(([, html]) => html);
})"""
"""Parts of bubbles that stand out of them."""
UNSEEN = """() => [...document.querySelectorAll("#messages .bubble")].filter((bubble) => {
  const { opacity, position, visibility } = getComputedStyle(bubble);
  const plain = opacity === "1" && position === "relative" && visibility === "visible";
  return !plain || bubble.getBoundingClientRect().height < 20;
}).map((bubble) => bubble.outerHTML.slice(0, 80))"""
"""Bubbles that are there and cannot be seen."""
BAD_LINK = "javascript:alert(1)//" + EVIL


async def opened(enter: Enter, customer: Customer, **options: Any) -> Desk:
    customer.say("Hello", at=time.time() - 3600)
    customer.was_read()
    desk = await (await enter(ANA, **options)).desk(f"/conversations/{customer.conversation}")
    await remember(desk.page)
    return desk


async def test_every_kind_that_comes_live_is_as_after_a_reload(
    enter: Enter, customer: Customer
) -> None:
    desk = await opened(enter, customer)
    told = every_kind(customer)
    customer.send(*told)
    await expect(desk.messages).to_have_count(1 + len(told))
    await equals_reloaded(desk.page)
    assert await remembered(desk.page)


def spoiled(value: Any) -> Any:
    """The same with every text replaced by what a stranger would like to have there."""
    match value:
        case dict():
            return {name: _evil(name, item) for name, item in value.items()}
        case list():
            return [spoiled(item) for item in value]
    return EVIL if isinstance(value, str) else value


def _evil(name: str, item: Any) -> Any:
    if name in ("id", "type") and isinstance(item, str):
        return item
    return BAD_LINK if "url" in name and isinstance(item, str) else spoiled(item)


async def test_every_kind_of_a_stranger_is_harmless(enter: Enter, customer: Customer) -> None:
    desk = await opened(enter, customer)
    kinds = copy.deepcopy(KINDS)
    told = [of_kind(customer, kind, spoiled(content)) for kind, content in kinds.items()]
    told += [
        of_kind(customer, "interactive", {"type": kind, kind: spoiled(answer)})
        for kind, answer in INTERACTIVE.items()
    ]
    told.append(customer.spoken(EVIL) | {"referral": spoiled(REFERRAL)})
    form = {"name": EVIL, "body": EVIL, "response_json": '{"<b>x</b>": "<img src=x onerror=1>"}'}
    told.append(of_kind(customer, "interactive", {"type": "nfm_reply", "nfm_reply": form}))
    quote = {"id": told[0]["id"], "referred_product": {"product_retailer_id": EVIL}}
    told.append(customer.spoken(EVIL) | {"context": quote})
    customer.send(*told)
    await expect(desk.messages).to_have_count(1 + len(told))
    for state in ("live", "reloaded"):
        if state == "reloaded":
            await desk.page.reload()
        assert await desk.page.evaluate(STRANGE) == []
        links = desk.messages.locator("a[target=_blank]")
        rels = await links.evaluate_all("(all) => all.map(({ rel }) => rel)")
        assert rels
        assert all("noopener" in rel for rel in rels)


@pytest.mark.parametrize("screen", SCREENS)
async def test_every_kind_fits_its_screen_however_long_its_words(
    enter: Enter, customer: Customer, screen: str
) -> None:
    customer.name = "W" * 300
    long = {"name": {"formatted_name": "N" * 400}, "emails": [{"email": "m" * 300}]}
    place = {"latitude": 1, "longitude": 2, "name": "P" * 400, "address": "A" * 900}
    file = {"id": "9", "filename": "f" * 300 + ".pdf", "mime_type": "application/" + "x" * 200}
    line = {"product_retailer_id": "K" * 300, "quantity": 1, "item_price": 1, "currency": "EUR"}
    told = every_kind(customer)
    told.append(of_kind(customer, "contacts", [long] * 5))
    told.append(of_kind(customer, "location", place))
    told.append(of_kind(customer, "document", file))
    told.append(of_kind(customer, "order", {"product_items": [line] * 30}))
    told.append(customer.spoken("q" * 200) | {"context": {"id": told[-1]["id"]}})
    customer.send(*told)
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA, **SCREENS[screen])).desk(path)
    await expect(desk.messages).to_have_count(len(told))
    assert await desk.page.evaluate(WIDER) == []
    assert await desk.page.evaluate(SPILLED) == []
    assert await desk.page.evaluate(UNSEEN) == []


async def test_a_quote_follows_what_it_quotes(enter: Enter, customer: Customer) -> None:
    desk = await opened(enter, customer)
    original = customer.spoken("Is it blue?", time.time() - 60)
    customer.send(customer.spoken("Well?") | {"context": {"id": original["id"]}})
    quote = desk.message("Well?").locator(".quote")
    await expect(quote).to_have_text("In reply to an earlier message")
    customer.send(original)  # it was overtaken by its quote
    await expect(quote).to_contain_text("Is it blue?")
    customer.post(messages=[edit(customer, original["id"], "Is it *green*?")])
    await expect(quote).to_contain_text("Is it green?")
    await equals_reloaded(desk.page)
    customer.post(messages=[revoke(customer, original["id"])])
    await expect(quote).to_contain_text("Deleted message")
    customer.name = f"Renamed {customer.number[-4:]}"
    customer.say("It is me")
    await expect(quote.locator(".who")).to_have_text(customer.name)
    await equals_reloaded(desk.page)


async def test_a_quote_is_followed_by_keyboard(enter: Enter, customer: Customer) -> None:
    opening = customer.spoken("How it began", time.time() - 900)
    customer.send(opening)
    customer.say(*(f"Line {n}" for n in range(40)), at=time.time() - 800)
    customer.send(customer.spoken("Remember?") | {"context": {"id": opening["id"]}})
    path = f"/conversations/{customer.conversation}"
    desk = await (await enter(ANA)).desk(path)
    await remember(desk.page)
    await desk.message("Remember?").locator(".quote").press("Enter")
    began = desk.messages.first
    await expect(began).to_be_in_viewport(ratio=1)
    await expect(began).to_be_focused()
    assert desk.page.url.endswith(path)
    assert await remembered(desk.page)


async def test_a_contact_is_saved_by_its_link(enter: Enter, customer: Customer) -> None:
    desk = await opened(enter, customer)
    customer.send(of_kind(customer, "contacts", KINDS["contacts"]))
    async with desk.page.expect_download() as coming:
        await desk.page.get_by_role("link", name="Save as vCard").click()
    saved = await coming.value
    assert saved.suggested_filename == "Jonas Weiß.vcf"


async def test_the_pretend_phone_sends_one_of_each_and_all_are_seen(
    enter: Enter, inbox: Server
) -> None:
    channel = inbox.add_channel(provider="sandbox", name="Sandbox")
    ana = await enter(ANA)
    phone = await ana.page(f"/sandbox/{channel.id}")
    await phone.get_by_label("Send something else").press("Enter")
    await phone.get_by_role("button", name="One of each").press("Enter")
    await expect(phone.locator("#talk > .mine")).to_have_count(len(LASTING))
    desk = await ana.desk(f"/conversations/{inbox.conversations(channel)[0]['id']}")
    await expect(desk.messages).to_have_count(len(LASTING))
    assert await desk.page.evaluate(UNSEEN) == []
