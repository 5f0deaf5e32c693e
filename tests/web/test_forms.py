"""Every form in a thread carries the conversation it was written for; the server looks at it."""

import re
from collections.abc import Iterator
from pathlib import Path

from litestar.handlers import HTTPRouteHandler

from inbox.web.urls import HANDLERS
from tests.support.server import Line, Server, said, webhook

TEMPLATES = Path("templates/inbox")
_FORM = re.compile(r"<form\b(?:(?!</form>).)*</form>", re.DOTALL)
_IDS = r"(message\.conversation_id|open\.id|conversation\.id|to\.conversation_id)"
_OWN = re.compile(rf'name="conversation_id"\s+value="\{{\{{ {_IDS} \}}\}}"')


OTHERS = {"_blocking.html", "templates.html", "forward.html"}
"""Forms that say nothing to this customer: their address names whom they block, a channel's
provider is asked for its templates, or they name the others to whom it goes."""


def forms() -> Iterator[tuple[str, str]]:
    """Those of the thread that change something: where, and what stands there."""
    for path in TEMPLATES.rglob("*.html"):
        for form in _FORM.findall(path.read_text()):
            if 'method="post"' in form:
                yield path.name, form


def paths() -> set[str]:
    """What such a form may be sent to, of one message."""
    return {
        path
        for handler in HANDLERS
        if isinstance(handler, HTTPRouteHandler) and "POST" in handler.http_methods
        for path in handler.paths
        if "{message_id" in path and not path.startswith("/api/") and not path.endswith("/forward")
    }


def test_every_form_in_a_thread_carries_its_conversation() -> None:
    found = list(forms())
    assert len(found) >= 4
    assert {name for name, form in found if not _OWN.search(form)} == OTHERS


def test_what_was_written_in_another_conversation_is_refused(server: Server, line: Line) -> None:
    for number in ("12025550142", "12025550143"):
        told = said(f"wamid.{line.id}.{number}", "hello", sender=number)
        assert server.post_signed(line, webhook(messages=[told])).status_code == 200
    server.settle()
    one, other = server.conversations(line)
    assert len(paths()) == 6
    there = f"/api/v1/conversations/{one['id']}/notes"
    note = server.as_admin.post(there, json={"text": "Of ours"}).json()["id"]
    for path in paths():
        about = note if path.startswith("/notes/") else one["last_message"]["id"]
        asked = re.sub(r"\{[^}]*\}", about, path)
        wrong = server.as_admin.post(asked, data={"conversation_id": other["id"]})
        assert (wrong.status_code, "in another conversation" in wrong.text) == (422, True), path
