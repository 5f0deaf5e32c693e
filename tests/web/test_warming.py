"""What a first page would wait for is there soon after a start, and no change of ours is missed."""

from pathlib import Path

import httpx
import jinja2
import pytest

from inbox import kept
from inbox.access import people, sessions
from inbox.domain.times import now
from inbox.web.http import session_cookie
from inbox.web.pages import warming
from inbox.web.present.compiled import CompiledTemplates
from tests.support.inside import Inside
from tests.support.server import said, webhook


async def test_no_page_of_the_inbox_waits_for_a_template(house: Inside) -> None:
    channel = await house.add_channel()
    body = webhook(messages=[said("wamid.1", "hello")])
    assert (await house.post_signed(channel, body)).status_code == 200
    conversation_id = (await house.wait_for("message:new"))["conversation_id"]
    facts = {"email": "ana@example.com", "name": "Ana", "role": "admin"}
    ana = await house.database.write(people.add, **facts, now=now())
    jar = {session_cookie.NAME: await house.database.write(sessions.start, ana.id, "", now())}
    await warming.warm(house.house)
    pages = house.house.pages
    assert pages.cache is not None
    known = set(pages.cache.keys())
    async with httpx.AsyncClient(base_url=house.url, cookies=jar, trust_env=False) as browser:
        for path in ("/", f"/conversations/{conversation_id}"):
            assert (await browser.get(path)).status_code == 200
    assert set(pages.cache.keys()) == known


def test_a_template_is_compiled_anew_once_it_says_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "inbox" / "kept.py"))
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    template, options = tmp_path / "page.html", tmp_path / "options.py"
    options.write_text("one")

    def shown(said: str, **other: bool) -> str:
        template.write_text(said)
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(tmp_path),
            bytecode_cache=CompiledTemplates(options),
            autoescape=other.get("escape", True),
        )
        return environment.get_template("page.html").render(x="<")

    assert shown("{{ x }}") == "&lt;"
    assert shown("{{ x }}", escape=False) == "&lt;"  # it was kept
    assert shown("2{{ x }}", escape=False) == "2<"
    options.write_text("another")
    assert shown("2{{ x }}") == "2&lt;"
