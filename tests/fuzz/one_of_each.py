"""One of each that an address of the API can name, so that made-up requests lead somewhere."""

from typing import Any

from tests.support.server import Server, said, webhook

_BODY = [{"type": "BODY", "text": "We are open again."}]


def one_of_each(server: Server) -> dict[str, str]:
    """By the name that parameters of paths have. None is Ana's, who asks.

    Needs ``INBOX_WEBHOOKS_PRIVATE=allow``.
    """
    line = server.add_channel(provider="sandbox", name="Made up")
    server.post_signed(line, webhook(messages=[said("wamid.made.up", "Where is it?")]))
    server.settle()
    [conversation] = server.conversations(line)
    found = {
        "channel_id": line.id,
        "conversation_id": conversation["id"],
        "contact_id": conversation["contact"]["id"],
        "key": line.path.rpartition("/")[2],
        "hub.verify_token": line.verify_token,
        "provider_message_id": "wamid.made.up",
        "entry_id": server.get("journal", channel=line.id)["data"][0]["id"],
    }
    below, own = f"conversations/{conversation['id']}", f"channels/{line.id}"
    made = {
        "message_id": _make(server, f"{below}/messages", text="It is on its way."),
        "label_id": _make(server, "labels", name="Made up"),
        "team_id": _make(server, "teams", name="Made up"),
        "view_id": _make(server, "views", name="Made up", filters={"view": "mine"}),
        "response_id": _make(server, "canned-responses", short_code="made", content="Hello"),
        "attribute_id": _make(server, "contact-attributes", key="plan", label="Plan", kind="text"),
        "user_id": _make(server, "users", email="made.up@example.com", name="Ben", role="agent"),
        "token_id": _make(server, "tokens", name="Made up", role="agent"),
        "rehearsal_id": _make(server, f"{own}/rehearsals"),
        "template_id": _make(server, f"{own}/templates", name="open_again", language="en_US",
                             category="UTILITY", components=_BODY),
        "upload_id": _make(server, "media/uploads", kind="document", bytes=2),
        "undo_id": _make(server, "conversations/bulk", "undo_id", ids=[conversation["id"]],
                         set={"status": "pending"}),
    }  # fmt: skip
    found |= made | _with_files(server) | _with_an_endpoint(server)
    [session] = [one["id"] for one in server.admin().get("/api/v1/sessions").json()["data"]][:1]
    return found | {"session_id": session}


def _with_files(server: Server) -> dict[str, str]:
    sent = server.api().post("/api/v1/media", files={"file": ("a.txt", b"Prices", "text/plain")})
    return {"media_id": str(sent.json()["id"])}


def _with_an_endpoint(server: Server) -> dict[str, str]:
    """Nobody listens there."""
    endpoint = _make(server, "webhooks", url="http://127.0.0.1:9/hook")
    delivery = _make(server, f"webhooks/{endpoint}/test")
    return {"webhook_id": endpoint, "delivery_id": delivery}


def _make(server: Server, path: str, name: str = "id", /, **facts: Any) -> str:
    answer = server.as_admin.post(f"/api/v1/{path}", json=facts)
    assert answer.status_code in (200, 201), (path, answer.text)
    return str(answer.json()[name])
