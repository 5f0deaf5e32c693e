"""Two agents at once see the same; what each has read is their own."""

from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer, new_number, new_wamid
from tests.browser.test_attaching import GIVEN, given
from tests.browser.visitor import ANA, BEN, Desk
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server, said, webhook

_ROWS = "rows => rows.map((row) => row.id + row.querySelector('.preview').textContent)"


async def rows(desk: Desk) -> list[str]:
    found: list[str] = await desk.list.locator(".row").evaluate_all(_ROWS)
    return found


@pytest.fixture
async def desks(enter: Enter, customer: Customer) -> AsyncIterator[list[Desk]]:
    """Ana and Ben, each at a browser of their own, with the same conversation open."""
    customer.say("Who is there?")
    path = f"/conversations/{customer.conversation}"
    visitors = [await enter(who) for who in (ANA, BEN)]
    yield [await one.desk(path) for one in visitors]
    for one in visitors:  # who answers in vain is told so with a status that says it
        one.troubles = [trouble for trouble in one.troubles if "status of 409" not in trouble]


async def test_both_see_the_same_list_and_thread_while_both_write(
    desks: list[Desk], customer: Customer
) -> None:
    ana, ben = desks
    for who, text in ((ana, "Ana is"), (ben, "Ben is too"), (ana, "How can we help?")):
        await who.reply(text)
        for desk in desks:  # who has not seen a colleague's answer is stopped
            await expect(desk.tick(text)).to_have_text("Sent")
    customer.say("Thank you both")
    for desk in desks:
        await expect(desk.message("Thank you both")).to_be_visible()
        await expect(desk.row(customer.name)).to_contain_text("Thank you both")
    assert await ana.texts() == await ben.texts()
    assert await rows(ana) == await rows(ben)


async def test_a_colleagues_reply_bears_their_name_and_ones_own_does_not(
    desks: list[Desk],
) -> None:
    ana, ben = desks
    await ben.reply("This is Ben")
    await expect(ana.message("This is Ben").locator(".sender")).to_have_text("Ben")
    await expect(ana.message("This is Ben").locator(".sender")).to_be_visible()
    await expect(ben.message("This is Ben").locator(".sender")).to_be_hidden()


async def test_what_one_agent_has_read_is_unread_to_the_other(
    enter: Enter, customer: Customer
) -> None:
    ana, ben = await (await enter(ANA)).desk(), await (await enter(BEN)).desk()
    customer.say("One", "Two")
    for desk in (ana, ben):
        await expect(desk.row(customer.name).locator(".unread-count")).to_have_text("2")
    await ana.open(customer.name)
    await expect(ana.row(customer.name).locator(".unread-count")).to_be_hidden()
    await ben.page.reload()
    await expect(ben.row(customer.name).locator(".unread-count")).to_have_text("2")


async def test_what_is_read_in_one_tab_is_read_in_the_agents_others(
    enter: Enter, customer: Customer
) -> None:
    here, elsewhere = await enter(ANA), await enter(ANA)
    reading, beside, away = await here.desk(), await here.desk(), await elsewhere.desk()
    customer.say("One", "Two")
    for desk in (beside, away):
        await expect(desk.row(customer.name).locator(".unread-count")).to_have_text("2")
    await reading.open(customer.name)
    for desk in (beside, away):
        await expect(desk.row(customer.name).locator(".unread-count")).to_be_hidden()


async def test_a_double_click_on_send_is_one_message(
    desks: list[Desk], customer: Customer, graph: FakeGraph
) -> None:
    ana, ben = desks
    before = len(graph.sent_to(customer.number))
    await ana.composer.fill("Only once")
    await ana.page.get_by_role("button", name="Send", exact=True).dblclick()
    await expect(ana.tick("Only once")).to_have_text("Sent")
    await ana.reply("And the next")
    await expect(ben.tick("And the next")).to_have_text("Sent")
    assert (await ben.texts()).count("Only once") == 1
    assert len(graph.sent_to(customer.number)) == before + 2


async def test_a_draft_goes_where_its_conversation_goes(
    enter: Enter, inbox: Server, line: Line, customer: Customer
) -> None:
    """Whom we took for two is one: what was being written to either is written to them."""
    number, person = new_number(), {"from_user_id": f"US.{new_number()}"}
    hidden = said(new_wamid(), "by id", number) | person
    del hidden["from"]
    for message in (said(new_wamid(), "by number", number), hidden):
        assert inbox.post_signed(line, webhook(line.account, messages=[message])).is_success
        inbox.settle()
    [gone] = [
        each["id"]
        for each in inbox.conversations(line)
        if (each["last_message"] or {}).get("text") == "by id"
    ]
    desk = await (await enter(BEN)).desk(f"/conversations/{gone}")
    async with desk.page.expect_response("**/draft"):
        await desk.page.evaluate(GIVEN, given("paste", "Hours.txt", "text/plain", b"nine"))
    await desk.page.get_by_role("dialog", name="Send files").press("Escape")
    await desk.composer.fill("We open at")
    customer.say("Somebody else")
    await desk.open(customer.name)
    both = said(new_wamid(), "by both", number) | person
    assert inbox.post_signed(line, webhook(line.account, messages=[both])).is_success
    await expect(desk.row("by id")).to_be_hidden()
    await desk.row("by both").click()
    await expect(desk.message("by number")).to_be_visible()
    await expect(desk.composer).to_have_value("We open at")
    await desk.composer.press_sequentially(" nine")
    await desk.page.keyboard.press("Enter")
    await expect(desk.message("We open at nine")).to_be_visible()
    assert gone not in desk.page.url
    elsewhere = await (await enter(BEN)).desk(urlsplit(desk.page.url).path)
    for each in (desk, elsewhere):
        await expect(each.page.locator(".filed")).to_contain_text("Hours.txt")


async def test_two_in_one_conversation_see_each_other_there_and_what_they_write(
    desks: list[Desk], customer: Customer
) -> None:
    ana, ben = desks
    seen = [desk.page.locator(".thread-header .viewing") for desk in desks]
    await expect(seen[0]).to_have_text("BBen is viewing")  # the letter is on the picture
    await expect(seen[1]).to_have_text("AAna is viewing")
    for one, other in ((ana, "Ben"), (ben, "Ana")):
        await expect(one.page.locator(".rail > .here")).to_contain_text(f"{other} is here")
        await expect(one.row(customer.name).locator(".viewing")).to_contain_text(
            f"{other} is viewing"
        )
    await ben.composer.press_sequentially("One mom")
    head, row = ana.page.locator(".who > .writing"), ana.row(customer.name)
    await expect(head).to_have_text("Ben is replying…")
    await expect(row.locator(".writing")).to_have_text("Ben is replying…")
    await expect(row.locator(".preview")).to_be_hidden()
    await ben.composer.press("Enter")
    await expect(head).to_be_empty()
    await expect(row.locator(".preview")).to_contain_text("One mom")
    await ben.page.locator("[data-note]").click()
    note = ben.page.locator("#noting textarea")
    await expect(note).to_be_visible()  # what is typed before are keys of the page
    await note.press_sequentially("Ask")
    await expect(head).to_have_text("Ben is writing a note…")
    await ben.page.close()
    await expect(seen[0]).to_have_count(0)
    await expect(head).to_be_empty()


async def test_who_has_not_seen_a_colleagues_answer_is_shown_it(
    desks: list[Desk], customer: Customer, graph: FakeGraph
) -> None:
    ana, ben = desks
    await _answer_unseen(ana, ben, "We open at nine")
    sent = len(graph.sent_to(customer.number))
    await ben.reply("Ten, I think")
    shown = ben.page.locator("#refusal .answered")
    await expect(shown).to_contain_text("We open at nine")
    await expect(shown).to_contain_text("Ana")
    await expect(ben.composer).to_have_value("Ten, I think")
    await expect(ben.message("Ten, I think")).to_have_count(0)
    assert len(graph.sent_to(customer.number)) == sent
    await shown.get_by_role("button", name="Send anyway").click()
    await expect(ana.message("Ten, I think")).to_be_visible()
    await expect(shown).to_have_count(0)


async def test_what_is_more_than_words_is_kept_as_it_is_where_a_colleague_was_faster(
    desks: list[Desk], graph: FakeGraph, customer: Customer
) -> None:
    """A card with an address, changed and sent anyway; then a file."""
    ana, ben = desks
    await _answer_unseen(ana, ben, "Ask the courier")
    await ben.composer.fill("half a word")
    await ben.page.get_by_role("button", name="Send something else").click()
    await ben.page.get_by_role("button", name="Contact card", exact=True).click()
    dialog = ben.page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Courier")
    await dialog.get_by_label("Phone number").fill("+44 7700 900123")
    await dialog.get_by_label("E-mail address").fill("post@example.com")
    await dialog.get_by_role("button", name="Send").click()
    shown = ben.page.locator("#refusal .answered")
    await expect(shown).to_contain_text("Ask the courier")
    await expect(shown.locator(".stopped")).to_have_text("Courier")
    await ben.page.reload()
    await shown.get_by_role("button", name="Edit").click()
    await expect(dialog.get_by_label("E-mail address")).to_have_value("post@example.com")
    await ben.page.keyboard.press("Escape")
    await shown.get_by_role("button", name="Send anyway").click()
    await expect(ana.tick("post@example.com")).to_have_text("Sent")
    [card] = [one["contacts"][0] for one in graph.sent_to(customer.number) if "contacts" in one]
    assert card["emails"][0]["email"] == "post@example.com"
    await expect(shown).to_have_count(0)
    await expect(ben.composer).to_have_value("half a word")
    await _answer_unseen(ana, ben, "Here it is")
    photo = b64encode(jpeg(64, 48)).decode()
    assert await ben.page.evaluate(GIVEN, ["drop", "Shelf.jpg", "image/jpeg", photo])
    await dialog.get_by_role("button", name="Send", exact=True).click()
    await expect(shown.locator(".stopped")).to_have_text("Shelf.jpg")
    await shown.get_by_role("button", name="Edit").click()
    await dialog.get_by_label("Caption").fill("This one")
    await dialog.get_by_role("button", name="Send", exact=True).click()
    await expect(ana.message("This one")).to_be_visible()


async def _answer_unseen(ana: Desk, ben: Desk, text: str) -> None:
    """Ben's page is behind: what Ana answers has not come to it."""
    await ana.reply(text)
    await expect(ben.message(text)).to_be_visible()
    await expect(ben.tick(text)).to_have_text("Sent")
    await ben.never_shows(text)
