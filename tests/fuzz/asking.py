"""Requests that the API's contract allows, and some that it does not, made up by schemathesis.

Its answers are held against the contract by schemathesis too, which shares no code with ours.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.one_of_each import one_of_each
from tests.support.server import Server

NOWHERE: Final = "01890000-0000-7000-8000-000000000000"
LOOPBACK: Final = "http://127.0.0.1:9"
"""Where nobody listens: what is made up names no host of others."""
PRIVATE: Final = {"INBOX_WEBHOOKS_PRIVATE": "allow"}
"""What a server must be told that is to post there."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
_CONFIG: Final = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
"""Who asks is somebody: strangers are for tests/web/test_access.py."""
_LATER: Final = {"PATCH": 1, "DELETE": 2}
"""What is paused, closed or gone by these is there for all that comes before."""
Named = dict[str, str]


@dataclass
class Tally:
    """What was asked, and what came of it. ``findings``: the first of each operation."""

    operations: int = 0
    reached: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        cases = self.statuses.total()
        told = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        yield f"{self.operations} operations, {cases} cases: {told}"
        yield f"{len(self.reached)} operations did what they are for, at least once"
        yield from (f"FOUND {name}\n{words}" for name, words in self.findings.items())


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Asks as a program, with an admin's token, and as an admin in a browser."""

    url: str
    program: requests.Session
    person: requests.Session
    named: Named
    document: dict[str, Any]

    def ask(self, examples: int, seeded: int) -> Tally:
        """Each operation so many times. The same ``seeded``, the same requests."""
        schema = schemathesis.openapi.from_dict(self.document, config=_CONFIG)
        found = [one.ok() for one in schema.get_all_operations()]
        found.sort(key=lambda one: _LATER.get(one.method.upper(), 0))
        tally = Tally(operations=len(found))
        for operation in found:
            self._ask_one(operation, examples, f"{seeded} {operation.label}", tally)
        return tally

    def break_texts(self) -> dict[str, str]:
        """Each text of each body's example in turn, with NUL in it, which no column of PostgreSQL's
        takes. What was answered by a 5xx."""
        found = {}
        for method, path, body in self._bodies():
            for place, broken in _broken(body):
                answer = self.program.request(method, self.url + path, json=broken, timeout=30)
                if answer.status_code >= 500:
                    found[f"{method} {path} {place}"] = answer.text
        return found

    def _bodies(self) -> Iterator[tuple[str, str, Any]]:
        schema = schemathesis.openapi.from_dict(self.document, config=_CONFIG)
        for operation in (one.ok() for one in schema.get_all_operations()):
            path = re.sub(r"\{(\w+)\}", lambda one: self.named.get(one[1], NOWHERE), operation.path)
            for body in _example_bodies(operation):
                yield operation.method.upper(), path, _local(_real(body, self.named))

    def _ask_one(self, operation: APIOperation, examples: int, seeded: str, tally: Tally) -> None:
        @seed(seeded)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=_cases(operation, self.named), as_person=st.booleans())
        def once(case: Case, as_person: bool) -> None:
            _at_home(case)
            session = self.person if as_person else self.program
            answer = case.call(base_url=self.url, session=session, timeout=30)
            tally.statuses[answer.status_code] += 1
            if answer.status_code < 300:
                tally.reached.add(operation.label)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as wrong:
                tally.findings.setdefault(operation.label, str(wrong))

        once()


def _cases(operation: APIOperation, named: Named) -> st.SearchStrategy[Case]:
    """At real places in half of them, and there with an example's body as well."""
    names = [one["name"] for one in operation.definition.raw.get("parameters", [])]
    names += re.findall(r"\{(\w+)\}", operation.path)
    here = {"path_parameters": {name: named[name] for name in names if name in named}}
    right, wrong = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    cases = [operation.as_strategy(right, **here), operation.as_strategy(wrong)]
    bodies = [_real(one, named) for one in _example_bodies(operation)]
    cases += [operation.as_strategy(right, **here, body=one, media_type="application/json")
              for one in bodies]  # fmt: skip
    return st.one_of(cases)


def _example_bodies(operation: APIOperation) -> Iterator[Any]:
    content = operation.definition.raw.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    shapes = operation.schema.raw_schema["components"]["schemas"]
    yield from shapes.get(name, {}).get("examples", [])


def _real(part: Any, named: Named, name: str = "") -> Any:
    """The same, with the ids of what is there."""
    match part:
        case dict():
            return {key: _real(value, named, key) for key, value in part.items()}
        case list():
            return [_real(one, named, name.removesuffix("s")) for one in part]
        case str() if name in named:
            return named[name]
    return part


def _broken(part: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """The same as often as it holds a text, with that one broken, and where it is."""
    match part:
        case dict():
            for name, value in part.items():
                for where, one in _broken(value, f"{place}.{name}"):
                    yield where, part | {name: one}
        case list():
            for index, value in enumerate(part):
                for where, one in _broken(value, f"{place}[{index}]"):
                    yield where, [*part[:index], one, *part[index + 1 :]]
        case str():
            yield place, f"{part}\0"


def _at_home(case: Case) -> None:
    """Nothing is waited for, and nobody else's host asked."""
    if "wait" in (case.query or {}):
        case.query["wait"] = 0
    if isinstance(case.body, dict | list):
        case.body = _local(case.body)


def _local(part: Any) -> Any:
    match part:
        case dict():
            return {name: _local(value) for name, value in part.items()}
        case list():
            return [_local(one) for one in part]
        case str():
            return re.sub(r"^\s*https?://[^/]*", LOOPBACK, part, flags=re.IGNORECASE)
    return part


@contextmanager
def asker(server: Server) -> Iterator[Asker]:
    """Who asks this running server, in which there is one of each."""
    named = one_of_each(server)
    document = server.browser().get("/openapi.json").json()
    with requests.Session() as program, requests.Session() as person:
        for session in (program, person):
            session.trust_env = False
        program.headers["Authorization"] = f"Bearer {server.token()}"
        person.cookies.update(dict(server.as_admin.cookies))
        yield Asker(url=server.url, program=program, person=person, named=named, document=document)
