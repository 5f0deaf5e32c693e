"""The WhatsApp Business account of the fake Graph: its templates, listed, created, changed."""

import json
import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from msgspec.structs import replace

from tests.support.graph.definitions import check_definition
from tests.support.graph.sessions import Sessions
from tests.support.graph.templates import Definition
from tests.support.graph.wrong import Wrong

BUSINESS_ACCOUNT: Final = "102290129340398"
MOST: Final = 500
_CHANGED: Final = {"APPROVED", "REJECTED", "PAUSED"}
_PATH = re.compile(r"/v25\.0/([0-9]+)(/message_templates)?", re.ASCII)


class Account:
    """``page``: how many at most are listed at once, whatever is asked for. ``show``: keeps what
    somebody handed it, and says at which address it is to be seen."""

    def __init__(self, show: Callable[[bytes, str], str]) -> None:
        self.sessions = Sessions()
        self._show = show
        self.templates: list[Definition] = []
        self.calls: list[tuple[str, str]] = []
        """Method and address of what was asked of it, in order."""
        self.page = MOST
        self.refuses: Wrong | None = None
        self._ids = count(800_000_000_000)

    def add(self, *templates: Definition) -> None:
        self.templates += [replace(one, id=one.id or str(next(self._ids))) for one in templates]

    def is_for(self, method: str, path: str) -> bool:
        """Whether a request is about templates, or asks which account a number is in."""
        found, asked = _PATH.fullmatch(urlsplit(path).path), parse_qs(urlsplit(path).query)
        if found is None:
            return False
        of_a_template = method == "POST" and any(one.id == found[1] for one in self.templates)
        return bool(found[2]) or of_a_template or asked.get("fields") == ["health_status"]

    def answer(self, method: str, path: str, body: object) -> Mapping[str, Any]:
        """Raises ``Wrong``."""
        self.calls.append((method, path))
        if self.refuses:
            raise self.refuses
        parts = urlsplit(path)
        found, asked = _PATH.fullmatch(parts.path), parse_qs(parts.query)
        assert found is not None
        if not found[2]:
            return self._change(found[1], body) if method == "POST" else self._health(found[1])
        if found[1] != BUSINESS_ACCOUNT:
            raise Wrong(100, "There is no such account", 404)
        match method:
            case "GET":
                return self._page(int(asked["limit"][0]), asked.get("after", ["0"])[0])
            case "POST":
                return self._create(body)
            case _:
                return self._delete(asked)

    def _health(self, number: str) -> Mapping[str, Any]:
        entities = [{"entity_type": "WABA", "id": BUSINESS_ACCOUNT}]
        return {"health_status": {"entities": entities}, "id": number}

    def _page(self, limit: int, after: str) -> Mapping[str, Any]:
        start = int(after)
        end = start + min(limit, self.page)
        listed = [self._listed(one) for one in self.templates[start:end]]
        paging: dict[str, Any] = {"cursors": {"before": after, "after": str(end)}}
        if end < len(self.templates):
            paging["next"] = "https://graph.facebook.com/next"
        return {"data": listed, "paging": paging}

    def _create(self, body: object) -> Mapping[str, Any]:
        check_definition(body, self.sessions)
        assert isinstance(body, dict)
        if any(
            (one.name, one.language) == (body["name"], body["language"]) for one in self.templates
        ):
            raise Wrong(100, "There is already content in this language")
        made = Definition(
            name=body["name"],
            language=body["language"],
            status="PENDING",
            category=body["category"],
            named=body.get("parameter_format") == "NAMED",
            components=tuple(body["components"]),
        )
        self.add(made)
        last = self.templates[-1]
        return {"id": last.id, "status": last.status, "category": last.category}

    def _change(self, template_id: str, body: object) -> Mapping[str, Any]:
        [there] = [one for one in self.templates if one.id == template_id]
        if there.status not in _CHANGED:
            raise Wrong(100, "Only approved, rejected and paused templates can be edited")
        assert isinstance(body, dict)
        named = body.get("parameter_format") == "NAMED"
        category = body.get("category", there.category)
        whole = {"name": there.name, "language": there.language, "category": category}
        check_definition(whole | body, self.sessions)
        changed = replace(
            there,
            status="PENDING",
            category=category,
            named=named,
            components=tuple(body["components"]),
        )
        self.templates[self.templates.index(there)] = changed
        return {"success": True, "id": template_id, "status": "PENDING", "category": category}

    def _delete(self, asked: Mapping[str, list[str]]) -> Mapping[str, Any]:
        [name] = asked["name"]
        only = asked.get("hsm_id", [""])[0]
        gone = [one for one in self.templates if one.name == name and only in ("", one.id)]
        if not gone:
            raise Wrong(100, "There is no such template", 404)
        self.templates = [one for one in self.templates if one not in gone]
        return {"success": True}

    def _listed(self, one: Definition) -> Mapping[str, Any]:
        told = json.dumps(one.components)
        for handle, file in self.sessions.handles.items():
            if handle in told:
                told = told.replace(handle, self._show(*file))
        return {
            "id": one.id,
            "name": one.name,
            "language": one.language,
            "status": one.status,
            "category": one.category,
            "parameter_format": "NAMED" if one.named else "POSITIONAL",
            "components": json.loads(told),
            "quality_score": {"score": "UNKNOWN"},
            "rejected_reason": "NONE",
        }
