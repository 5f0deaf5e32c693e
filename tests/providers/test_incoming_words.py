"""What came in and cannot be shown has words for every reason, and what to do about it."""

import pytest

from inbox.providers.errors.incoming import unshown

_NAMES = """
    button edit gif group_invite hsm image interactive keep_in_chat link_preview list location
    media_placeholder order pin poll_creation poll_update product reaction ephemeral
"""


@pytest.mark.parametrize("code", [131000, 131051, 131052, 131060, 501])
def test_every_code_has_words_and_a_way_on(code: int) -> None:
    told = unshown(None, {"code": code, "title": "Their title"})
    assert "Their title" not in told.reason
    assert told.reason.endswith(".")
    assert told.todo.startswith("Ask the customer")
    assert told.code == str(code)


@pytest.mark.parametrize("name", _NAMES.split())
def test_every_kind_is_called_by_a_word(name: str) -> None:
    assert name not in unshown(name, {}).what.split()[2:3]
    assert unshown(name, {}).what.startswith("This was a")


@pytest.mark.parametrize(
    ("kind", "error", "what", "reason", "code"),
    [
        ("view_once_v9", {}, "WhatsApp calls it “view_once_v9”.", "form that", ""),
        ("errors", {"code": 7, "title": "Odd.", "detail": "x"}, "", "Odd. x.", "7"),
        (None, {"title": "Same", "detail": "Same"}, "", "Same.", ""),
        (["x"], {"code": True, "title": 5}, "", "5.", "True"),
        ("__proto__", {"code": "131051"}, "WhatsApp calls it “__proto__”.", "form that", "131051"),
    ],
)
def test_a_new_kind_and_a_new_code_are_told_in_whatsapps_words(
    kind: object, error: dict[str, object], what: str, reason: str, code: str
) -> None:
    told = unshown(kind, error)
    assert (told.what, told.code) == (what, code)
    assert reason in told.reason
