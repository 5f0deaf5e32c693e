"""Everything from WhatsApp is a stranger's: it is shown as they wrote it, and does nothing."""

import json
import time
from urllib.parse import quote

from playwright.async_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_wamid
from tests.browser.visitor import ANA
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server

WORDS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</span></div></li><h1>Free</h1>",
    "</textarea></template><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "javascript:alert(1)",
    "[click](javascript:alert(1)) <a href='javascript:alert(1)'>click</a>",
    'https://example.com/"onmouseover="alert(1)',
    "<b onclick=alert(1)>bold</b>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "<div hx-get='/sign-out' hx-trigger='load'></div>",
    "&lt;i&gt; &amp;amp; &#x27;",
    "\u202egnp.exe\u202c \u2066isolated\u2069",
]
NAMES = ["<script>alert(1)</script>", "<svg/onload=alert(1)>", '"><img src=x onerror=alert(1)>']

STRANGE = """() => {
  const found = [];
  const ours = /^(https?|mailto|tel):/;
  for (const part of document.querySelectorAll("#list, #messages, .thread-header, #contact"))
    for (const element of part.querySelectorAll("*")) {
      const loads = /^(img|audio|video|source)$/.test(element.localName);
      const foreign = loads && !element.src.startsWith(`${location.origin}/media/`);
      if (foreign || /^(script|iframe|object|embed|svg:script|style|h1)$/.test(element.localName))
        found.push(element.outerHTML);
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on") || name.startsWith("hx-")) found.push(`${name}=${value}`);
        if (name === "href" && !value.startsWith("/") && !ours.test(value)) found.push(value);
      }
    }
  return found;
}"""


async def assert_tame(page: Page) -> None:
    assert await page.evaluate(STRANGE) == []


async def test_words_are_only_words(enter: Enter, customer: Customer) -> None:
    customer.say("Hello")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    customer.say(*WORDS)
    await expect(desk.messages).to_have_count(1 + len(WORDS))
    for state in ("live", "reloaded"):
        if state == "reloaded":
            await desk.page.reload()
        assert await desk.texts() == ["Hello", *WORDS]
        await assert_tame(desk.page)


async def test_names_are_only_names(enter: Enter, customer: Customer) -> None:
    # Of two names of one second nobody knows which is the newer: each message has one of its own.
    began = time.time() - 60
    customer.say("Hello", at=began)
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    for later, name in enumerate(NAMES, 1):
        customer.name = f"{name} {customer.number[-4:]}"
        customer.say("My name is my name", at=began + later)
        for state in ("live", "reloaded"):
            if state == "reloaded":
                await desk.page.reload()
            for place in (desk.row(customer.name), desk.page.locator(".thread-header")):
                await expect(place.locator(".name")).to_have_text(customer.name)
            await assert_tame(desk.page)


async def test_a_name_without_anything_to_see_is_the_number(
    enter: Enter, customer: Customer
) -> None:
    ana = await enter(ANA)
    page = await ana.page()
    for name in ("\u200b\u2060\u00ad", "\u3164 \u2800", "\u202e\u2069", "   "):
        stranger = Customer(customer.server, customer.line, name)
        stranger.say("Guess who")
        await page.goto(f"{ana.url}/conversations/{stranger.conversation}")
        await expect(page.locator(".thread-header h2")).to_contain_text("+1 202-555")
        row = page.locator(f"#row-{stranger.conversation} .name")
        await expect(row).to_contain_text(f"+1 202-555-{stranger.number[-4:]}")


async def test_an_override_of_direction_ends_with_its_name(
    enter: Enter, customer: Customer
) -> None:
    customer.name = f"\u202e{customer.number[-4:]} evil \u202e\u202e"
    customer.say("Hello \u202e\u202e\u202e")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    row = desk.page.locator(f"#row-{customer.conversation}")
    for strange in (row.locator(".name > *"), row.locator(".preview > :not(svg)").last):
        await expect(strange).to_have_css("unicode-bidi", "isolate")
    for clock in (row.locator("time"), desk.messages.locator("time")):
        shown = await clock.evaluate("(time) => time.getBoundingClientRect().left")
        assert shown > await row.evaluate("(row) => row.getBoundingClientRect().left")
    await expect(desk.messages.locator(".words")).to_have_css("unicode-bidi", "plaintext")


async def test_names_of_files_places_and_cards_are_only_names(
    enter: Enter, customer: Customer
) -> None:
    evil = "<img src=x onerror=alert(1)>.pdf"
    document = {"id": "1", "filename": evil, "mime_type": "text/html", "caption": evil}
    place = {
        "latitude": 1.5,
        "longitude": 2.5,
        "name": evil,
        "address": evil,
        "url": "javascript:1",
    }
    card = {"name": {"formatted_name": evil}, "urls": [{"url": "javascript:alert(1)"}]}
    for kind, content in (("document", document), ("location", place), ("contacts", [card])):
        base = customer.spoken("")
        del base["text"]
        customer.send(base | {"type": kind, kind: content})
    customer.send(customer.spoken("") | {"type": evil, "id": new_wamid()})
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    await expect(desk.messages).to_have_count(4)
    await expect(desk.messages.nth(0).locator(".title")).to_have_text(evil)
    await expect(desk.messages.nth(1).locator(".title")).to_have_text(evil)
    await assert_tame(desk.page)


async def test_the_webhook_log_shows_a_hostile_body_as_it_came(
    enter: Enter, customer: Customer, inbox: Server
) -> None:
    customer.name = NAMES[0]
    customer.say(WORDS[0])
    inbox.settle()
    [entry] = inbox.entries(customer.line)
    page = await (await enter(ANA)).page(f"/settings/webhook-log/{entry}")
    body = json.loads(await page.locator("#raw-body").inner_text())
    value = body["entry"][0]["changes"][0]["value"]
    assert value["messages"][0]["text"]["body"] == WORDS[0]
    assert value["contacts"][0]["profile"]["name"] == NAMES[0]


async def test_a_search_gives_back_only_words(enter: Enter) -> None:
    first, second = "<img src=y onerror=alert(2)>", '"><script>nowhere(2)</script>'
    desk = await (await enter(ANA)).desk(f"/?q={quote(first)}")
    await expect(desk.page.get_by_text(f"No conversation matches “{first}”")).to_be_visible()
    await desk.page.get_by_label("Search conversations").fill(second)
    await expect(desk.page.get_by_text(f"No conversation matches “{second}”")).to_be_visible()


async def test_the_pretend_phone_shows_only_words(enter: Enter, inbox: Server) -> None:
    ana = await enter(ANA)
    channel = inbox.add_channel(provider="sandbox", name=NAMES[1])
    phone = await ana.page(f"/sandbox/{channel.id}")
    await expect(phone.locator("h1")).to_have_text(NAMES[1])
    for word in WORDS[:4]:
        await phone.get_by_label("Message to").fill(word)
        await phone.get_by_role("button", name="Send", exact=True).click()
    await expect(phone.locator("#talk .said.mine[data-status=received]")).to_have_count(4)
    said = phone.locator("#talk .said.mine .text")
    assert await said.all_text_contents() == WORDS[:4]
    await phone.reload()
    assert await said.all_text_contents() == WORDS[:4]


async def test_what_a_provider_says_of_a_failure_is_only_words(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello")
    desk = await (await enter(ANA)).desk(f"/conversations/{customer.conversation}")
    evil = "<img src=x onerror=alert(1)>"
    graph.answer_next({"error": {"code": 999999, "message": evil, "error_user_title": evil}}, 400)
    await desk.reply("Good morning")
    await expect(desk.message("Good morning").locator(".failure")).to_contain_text("Not delivered")
    await assert_tame(desk.page)
