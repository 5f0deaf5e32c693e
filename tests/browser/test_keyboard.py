"""An agent with a keyboard and nothing else."""

import re
import time

import pytest
from playwright.async_api import CDPSession, Page, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number
from tests.browser.visitor import ANA, BEN, Desk, ends
from tests.support.fake_graph import FakeGraph
from tests.support.server import PASSWORD, Line, Server
from tests.support.until import until

FOCUS = """() => {
  const ringed = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  const at = document.activeElement;
  return { name: `${at.localName}.${at.className}#${at.id}`,
    ringed: at === document.body || ringed(at) || ringed(at.parentElement) };
}"""


async def assert_focus_is_seen(page: Page) -> str:
    """The ring is round the focused element, or round the field that it fills."""
    focus = await page.evaluate(FOCUS)
    assert focus["ringed"], f"no ring round {focus['name']}"
    return str(focus["name"])


@pytest.fixture
def queue(inbox: Server, line: Line) -> list[Customer]:
    """The three newest conversations, in the order of the list."""
    found = [Customer(inbox, line, f"{name} {new_number()[-4:]}") for name in ("Cem", "Bo", "Ada")]
    for customer in found:
        customer.say(f"This is {customer.name}")
    inbox.settle()  # which itself is a conversation, the newest
    for customer in found:
        customer.say("Hello?")
        assert customer.conversation
    return found[::-1]


async def test_signs_in(enter: Enter) -> None:
    page = await (await enter(None)).page("/sign-in")
    # A page focuses its first field with its first frame, after it has loaded.
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await page.keyboard.type(BEN)
    await page.keyboard.press("Tab")
    await assert_focus_is_seen(page)
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(ends("/"))


async def test_moves_opens_replies_and_goes_back(enter: Enter, queue: list[Customer]) -> None:
    desk = await (await enter(BEN)).desk()
    keys = desk.page.keyboard
    await keys.press("j")
    await assert_focus_is_seen(desk.page)
    rows = desk.list.locator(".row > a")
    await expect(rows.nth(0)).to_be_focused()
    for key, at in (("j", 1), ("j", 2), ("k", 1)):
        await keys.press(key)
        await expect(rows.nth(at)).to_be_focused()
        await assert_focus_is_seen(desk.page)
    name = (await rows.nth(1).locator(".name").text_content() or "").strip()
    await keys.press("Enter")
    await expect(desk.page.locator(".thread-header h2")).to_contain_text(name)
    await expect(desk.composer).to_be_focused()
    await keys.press("Escape")
    await expect(desk.thread).to_be_focused()
    await assert_focus_is_seen(desk.page)
    await keys.press("r")
    await expect(desk.composer).to_be_focused()
    await assert_focus_is_seen(desk.page)
    await keys.type("First line, jk/?")
    await keys.press("Shift+Enter")
    await keys.type("second line")
    await keys.press("Enter")
    await expect(desk.message("second line").locator(".words")).to_have_text(
        "First line, jk/?\nsecond line", use_inner_text=True
    )
    await expect(desk.composer).to_have_value("")
    await keys.press("Escape")
    await keys.press("u")
    await expect(desk.page).to_have_url(ends("/"))
    await expect(desk.row(name).locator("a")).to_be_focused()
    await assert_focus_is_seen(desk.page)


async def test_enter_in_the_search_opens_the_first_that_is_found(
    enter: Enter, queue: list[Customer]
) -> None:
    queue[0].can_be_found()
    desk = await (await enter(BEN)).desk()
    keys, header = desk.page.keyboard, desk.page.locator(".thread-header h2")
    await keys.press("/")
    await keys.type(queue[0].name)
    await keys.press("Enter")  # before it is answered
    await expect(header).to_have_text(queue[0].name)
    await expect(desk.composer).to_be_focused()
    assert "q=" in desk.page.url


async def test_arrows_lead_from_the_search_to_what_is_found_and_back(
    enter: Enter, queue: list[Customer]
) -> None:
    queue[1].name = f"Ada {queue[1].number}"  # two of a name
    queue[1].say("It is me", at=time.time() + 1)  # of one second the greater name would stay
    for one in queue[:2]:
        one.can_be_found()
    desk = await (await enter(BEN)).desk()
    keys, field = desk.page.keyboard, desk.page.get_by_label("Search conversations")
    rows = desk.list.locator(".row > a")
    await field.fill(queue[0].name.split()[0])
    await expect(desk.page.locator("#list-body")).to_have_attribute("data-q", re.compile("."))
    await keys.press("ArrowDown")
    await expect(rows.nth(0)).to_be_focused()
    await keys.press("ArrowDown")
    await expect(rows.nth(1)).to_be_focused()
    await keys.press("ArrowUp")
    await keys.press("ArrowUp")
    await expect(field).to_be_focused()
    await desk.page.wait_for_load_state("networkidle")


async def test_arrows_lead_along_all_that_was_found_in_a_conversation_and_to_more_of_it(
    enter: Enter, customer: Customer, queue: list[Customer]
) -> None:
    word = f"kettle{customer.number}"
    customer.say(*(f"{word} number {at}" for at in range(1, 9)), at=time.time() - 60)
    queue[0].say(f"No {word} for me")
    for one in (customer, queue[0]):
        one.can_be_found()
    until(lambda: customer.server.get("conversations", q=f"{word} 8")["data"])
    desk = await (await enter(BEN)).desk()
    keys, focused = desk.page.keyboard, desk.page.locator("#list a:focus")
    await desk.page.get_by_label("Search conversations").fill(word)
    await expect(desk.list.locator(".row")).to_have_count(2)
    await keys.press("ArrowDown")
    for words in (f"No {word} for me", "number 8", "number 7", "number 6", "5 more in this"):
        await expect(focused).to_contain_text(words)
        await assert_focus_is_seen(desk.page)
        await keys.press("ArrowDown")
    await keys.press("Enter")  # beyond the last there is nothing
    await expect(focused).to_contain_text("number 5")
    await expect(desk.list.locator(".match")).to_have_count(7)
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(desk.page.locator(".thread-header h2")).to_have_text(customer.name)
    await expect(desk.message(f"{word} number 4")).to_be_in_viewport()
    await expect(desk.list.locator(".match[aria-current]")).to_contain_text("number 4")
    await keys.press("Escape")
    await keys.press("u")
    await keys.press("k")
    await expect(focused).to_contain_text(f"No {word} for me")


async def test_searches_and_leaves_the_field(enter: Enter, queue: list[Customer]) -> None:
    queue[0].can_be_found()
    desk = await (await enter(BEN)).desk()
    keys, field = desk.page.keyboard, desk.page.get_by_label("Search conversations")
    await keys.press("/")
    await expect(field).to_be_focused()
    await assert_focus_is_seen(desk.page)
    await keys.type(queue[0].name)
    await expect(desk.list.locator(".row")).to_have_count(1)
    await expect(desk.row(queue[0].name)).to_be_visible()
    await keys.press("Escape")
    await expect(desk.row(queue[1].name)).to_be_visible()
    await keys.press("Escape")
    await expect(field).not_to_be_focused()
    # Closing the browser in the middle of the last search would be an error of htmx's.
    await desk.page.wait_for_load_state("networkidle")


LAYOUTS = {
    "Cyrillic": {"j": "о", "k": "л", "r": "к", "u": "г", "R": "К", "/": ".", "?": ","},
    "Greek": {"j": "ξ", "k": "κ", "r": "ρ", "u": "θ", "R": "Ρ", "/": "/", "?": "?"},
    "Arabic": {"j": "ت", "k": "ن", "r": "ق", "u": "ع", "R": "ٌ", "/": "ظ", "?": "؟"},
    "Hebrew": {"j": "ח", "k": "ל", "r": "ר", "u": "ו", "R": "R", "/": ".", "?": "?"},
}


async def test_finds_the_keys_in_their_places_on_other_keyboards(
    enter: Enter, queue: list[Customer]
) -> None:
    ben = await enter(BEN)
    desk = await ben.desk()
    session = await desk.page.context.new_cdp_session(desk.page)
    for layout in LAYOUTS.values():
        await desk.page.goto(ben.url)
        await _keys_are_in_their_places(desk, session, layout, queue[0].name)


async def _keys_are_in_their_places(
    desk: Desk, session: CDPSession, layout: dict[str, str], name: str
) -> None:
    rows = desk.list.locator(".row > a")

    async def press(key: str, modifiers: int = 0) -> None:
        code = "Slash" if key in "/?" else f"Key{key.upper()}"
        held = modifiers or (8 if key in "R?" else 0)
        event = {"key": layout[key], "code": code, "modifiers": held}
        await session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        await session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        await press(key)
        await expect(rows.nth(at)).to_be_focused()
    await press("/")
    await expect(desk.page.get_by_label("Search conversations")).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await press("?")
    await expect(desk.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await press("k", 2)  # with Ctrl
    await expect(desk.page.get_by_role("dialog", name="Do or find anything")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await desk.open(name)
    await desk.thread.focus()
    await press("R")
    await expect(desk.message("Hello?").get_by_role("button", name="Reply")).to_be_focused()
    await press("r")
    await expect(desk.composer).to_be_focused()
    await desk.thread.focus()
    await press("u")
    await expect(desk.page).to_have_url(ends("/"))


async def test_asks_for_help_and_chooses_keys_of_her_own(
    enter: Enter, queue: list[Customer]
) -> None:
    """Kept on the server, and a key that is taken is told; single keys may be off (WCAG 2.1.4)."""
    desk = await (await enter(ANA)).desk(f"/conversations/{queue[0].conversation}")
    keys, help_ = desk.page.keyboard, desk.page.get_by_role("dialog", name="Keyboard shortcuts")
    note = desk.page.get_by_role("button", name="Note", exact=True)
    await expect(note).to_have_attribute("aria-keyshortcuts", "N")
    await desk.thread.focus()
    await keys.press("?")
    await expect(help_).to_contain_text("Write a reply")
    await assert_focus_is_seen(desk.page)
    await help_.get_by_role("button", name="Change the key: Write a reply").focus()
    await keys.press("Enter")
    await keys.press("n")
    await expect(help_.get_by_role("status")).to_contain_text("n is taken: Write a note")
    await keys.press("Enter")  # take it from there
    await expect(help_.get_by_role("status")).to_contain_text("Kept")
    await expect(note).not_to_have_attribute("aria-keyshortcuts", "N")
    await desk.page.reload()
    await desk.thread.focus()
    await keys.press("n")
    await expect(desk.composer).to_be_focused()
    await desk.thread.focus()
    await keys.press("?")
    await help_.get_by_role("button", name="The usual keys again").click()
    await expect(help_.get_by_role("status")).to_contain_text("Kept")
    await help_.get_by_label("Keys without Ctrl are on").focus()
    await keys.press("Space")
    await expect(help_.get_by_role("status")).to_contain_text("Kept")
    await keys.press("Escape")
    await expect(help_).to_be_hidden()
    await expect(note).not_to_have_attribute("aria-keyshortcuts", "N")
    await keys.press("j")
    await expect(desk.list.locator(".row > a").nth(0)).not_to_be_focused()
    await desk.page.locator(".keys-help").click()
    await help_.get_by_label("Keys without Ctrl are on").check()
    await expect(help_.get_by_role("status")).to_contain_text("Kept")


async def test_chooses_words_of_an_input_method_with_enter(
    enter: Enter, queue: list[Customer], graph: FakeGraph
) -> None:
    ben, before = await enter(BEN), len(graph.sent_to(queue[0].number))
    desk = await ben.desk(f"/conversations/{queue[0].conversation}")
    await desk.composer.focus()
    input_method = await ben.context.new_cdp_session(desk.page)
    composing = {"text": "にほん", "selectionStart": 3, "selectionEnd": 3}
    await input_method.send("Input.imeSetComposition", composing)
    await desk.page.keyboard.press("Enter")
    await expect(desk.composer).not_to_have_value("")
    await expect(desk.page.locator("#messages > [data-mine]")).to_have_count(0)
    await desk.composer.fill("日本")
    await desk.page.keyboard.press("Enter")
    await expect(desk.tick("日本")).to_have_text("Sent")
    assert len(graph.sent_to(queue[0].number)) == before + 1


async def test_skips_to_the_content(enter: Enter) -> None:
    page = await (await enter(BEN)).page()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()


async def test_always_sees_where_the_focus_is(enter: Enter, customer: Customer) -> None:
    customer.say("See https://example.com/kettle")
    inside = ["/", f"/conversations/{customer.conversation}", "/settings/users"]
    inside.append("/settings/channels/new?provider=cloud-api")
    for email, paths in ((None, ["/sign-in"]), (ANA, inside)):
        visitor = await enter(email)
        page = await visitor.page(paths[0])
        for path in paths:
            await page.goto(visitor.url + path)
            stops: list[str] = []
            while not (stops and re.match(r"body|html", stops[-1])) and len(stops) < 40:
                await page.keyboard.press("Tab")
                stops.append(await assert_focus_is_seen(page))
            assert len(set(stops)) > 3, path


async def test_sees_the_focus_in_a_menu(enter: Enter) -> None:
    page = await (await enter(BEN)).page()
    await page.get_by_role("button", name="Account: Ben").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Your account")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Notices")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    await assert_focus_is_seen(page)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(ends("/sign-in"))


async def test_comes_into_the_details_where_they_are_a_drawer(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Hello")
    ben = await enter(BEN, viewport={"width": 900, "height": 800})
    desk = await ben.desk(f"/conversations/{customer.conversation}")
    await desk.thread.focus()
    await desk.page.keyboard.press("i")
    drawer = desk.page.get_by_role("complementary", name="Contact details")
    await expect(drawer.get_by_role("button", name="Close")).to_be_focused()
    await desk.page.keyboard.press("Tab")
    await expect(drawer.get_by_role("button", name="Copy").first).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(desk.thread).to_be_focused()


async def test_answers_a_certain_message(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Blue or green?", "Or both?")
    desk = await (await enter(BEN)).desk(f"/conversations/{customer.conversation}")
    keys, quote = desk.page.keyboard, desk.page.locator("#quoting")
    await keys.press("Shift+R")
    await expect(
        desk.message("Or both?").get_by_role("button", name="Reply to this")
    ).to_be_focused()
    await assert_focus_is_seen(desk.page)
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(desk.composer).to_be_focused()
    await expect(quote).to_contain_text("Blue or green?")
    await keys.press("Escape")
    await expect(quote).to_be_hidden()
    await expect(desk.composer).to_be_focused()
    await keys.press("Escape")
    await keys.press("Shift+R")
    await keys.press("r")
    await keys.type("Two of each")
    await desk.page.reload()  # a draft, with what it answers
    await expect(quote).to_contain_text("Or both?")
    await desk.composer.focus()
    await keys.press("Enter")
    await expect(quote).to_be_hidden()
    await expect(desk.message("Two of each").locator(".quote")).to_contain_text("Or both?")
    await expect(desk.tick("Two of each")).to_have_text("Sent")
    [asked] = [one.json for one in graph.sent if "Two of each" in str(one.json)]
    [question] = customer.server.get(f"conversations/{customer.conversation}/messages")["data"][1:2]
    assert asked["context"] == {"message_id": question["provider_message_id"]}
