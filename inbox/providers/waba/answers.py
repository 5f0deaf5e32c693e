"""What an answer of these hosts proves: Graph's forms, the clients' own, 360dialog's (C.7).

All of them are brought into Graph's form of an error and judged like one.
"""

from typing import Any

from inbox.domain.text import JsonObject, mapping, mappings, present, text
from inbox.providers.base import SendResult
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.answers import accepted, by_code
from inbox.providers.cloud_api.problems import code, read_problem
from inbox.providers.errors import advice
from inbox.providers.verdicts import answer_object, by_status

_PLAIN_LIMIT = 300
_ENTRANCE = (401, 402, 403)
"""Statuses that 360dialog also uses as codes, so that the table has words for them."""


def judge(answer: Answer, recipient: str, secret: str) -> SendResult:
    said = answer_object(answer)
    meta = mapping(said.get("meta"))
    if answer.status // 100 == 2:
        if said.get("success") is False or meta.get("success") is False:
            # Nothing was sent: the host says so, whatever the HTTP status is.
            found = code(_http_code(meta)) or 0
            answer = answer._replace(status=found if 400 <= found < 600 else 400)
        elif taken := accepted(said, recipient):
            return taken
    error = _error(said, meta) or _plain(answer)
    return by_code(answer, error, secret) if error else by_status(answer)


def _error(said: JsonObject, meta: JsonObject) -> JsonObject:
    """The first error of an answer as Graph would write it; empty if it tells of none."""
    if error := mapping(said.get("error")):
        return error
    if errors := mappings(said.get("errors")):
        found = read_problem(errors[0])
        return _graph(found.get("code"), found.get("title"), found.get("detail"))
    words = text(meta.get("developer_message")) or text(meta.get("developerMessage"))
    words = words or text(said.get("error")) or text(said.get("message"))
    number = code(_http_code(meta))
    # The table's words are the title of a code that it knows, and these stand below it.
    return _graph(number, None, words) if advice(number) else _graph(number, words, None)


def _http_code(meta: JsonObject) -> Any:
    return meta.get("http_code") or meta.get("httpCode")


def _plain(answer: Answer) -> JsonObject:
    """An answer in plain text, or in nothing but its status."""
    words = _sentence(answer.body)
    if answer.status in _ENTRANCE:
        return _graph(answer.status, None, words)
    refused = answer.status // 100 == 4 and answer.status not in (408, 429)
    return _graph(None, words, None) if words and refused else {}


def _sentence(body: bytes) -> str | None:
    """Nothing of a page: what a browser would show says little, and at length."""
    words = body[:_PLAIN_LIMIT].decode("utf-8", "replace").strip()
    return None if words[:1] in ("", "<", "{", "[") else text(words)


def _graph(number: int | None, title: str | None, detail: str | None) -> JsonObject:
    return present(code=number, message=title, error_user_msg=detail)
