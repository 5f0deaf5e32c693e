"""Whom Graph lets through no more, and what it refuses of being asked so (B.8)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.graph.wrong import Wrong, list_of, only


@dataclass
class Blocklist:
    """By what Graph calls each. ``unwilling``: who cannot be blocked, and why."""

    names: set[str] = field(default_factory=set)
    unwilling: dict[str, str] = field(default_factory=dict)

    def change(self, method: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and answer; raises ``Wrong``. Each name has an end of its own."""
        only(body, {"messaging_product", "block_users"}, "the body")
        if body.get("messaging_product") != "whatsapp":
            raise Wrong(100, "messaging_product must be whatsapp")
        asked = [_name(one) for one in list_of(body.get("block_users"), "block_users", 1_000)]
        failed = [one for one in asked if method == "POST" and one in self.unwilling]
        done = [one for one in asked if one not in failed]
        self.names = self.names | {*done} if method == "POST" else self.names - {*done}
        word = "added_users" if method == "POST" else "removed_users"
        told: dict[str, Any] = {word: [_told(one) for one in done]}
        answer: dict[str, Any] = {"messaging_product": "whatsapp", "block_users": told}
        if failed:
            told["failed_users"] = [_told(one) | self._why(one) for one in failed]
            words = "(#139100) Failed to block/unblock some users"
            answer["error"] = {"message": words, "type": "OAuthException", "code": 139100}
        return 400 if failed else 200, answer

    def _why(self, name: str) -> dict[str, Any]:
        error = {"message": "Failed to block", "code": 131047}
        return {"errors": [error | {"error_data": {"details": self.unwilling[name]}}]}


def _name(given: object) -> str:
    one = only(given, {"user", "user_id"}, "a user")
    user, user_id = one.get("user"), one.get("user_id")
    if user_id is None and re.fullmatch(r"\+?[0-9]{7,15}", str(user)):
        return str(user).lstrip("+")
    if user is None and re.fullmatch(r"[A-Z]{2}\.\w+", str(user_id)):
        return str(user_id)
    raise Wrong(100, "a user has a number as user, or a user_id")


def _told(name: str) -> dict[str, Any]:
    dialled = name.isdigit()
    return {"input": f"+{name}", "wa_id": name} if dialled else {"input": name, "user_id": name}
