"""A conversation that is open follows its channel: paused, resumed and removed."""

from playwright.async_api import expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.visitor import ANA, BEN


async def test_the_composer_gives_way_to_a_sentence_and_comes_back_with_what_was_typed(
    enter: Enter, customer: Customer
) -> None:
    customer.say("Are you open?")
    path = f"/conversations/{customer.conversation}"
    desks = [await (await enter(who)).desk(path) for who in (ANA, BEN)]
    act = f"/settings/channels/{customer.line.id}/state"
    for desk in desks:
        await desk.page.locator("#composer textarea").fill("We are")
    for action, state in (("pause", "is paused"), ("resume", ""), ("remove", "was removed")):
        customer.server.as_admin.post(act, data={"action": action})
        for desk, admin in zip(desks, (True, False), strict=True):
            note = desk.page.locator("#pane #closed")
            composer = desk.page.locator("#pane #composer")
            await expect(composer).to_be_visible(visible=not state)
            await expect(note).to_be_visible(visible=bool(state))
            if state:
                await expect(note).to_contain_text(f"This channel {state}", use_inner_text=True)
                await expect(note.get_by_role("link")).to_have_count(1 if admin else 0)
            else:
                await expect(composer.locator("textarea")).to_have_value("We are")
                await expect(composer.locator("textarea")).to_be_editable()
