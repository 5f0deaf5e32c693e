"""Customers of a connected number: they write, with names and clocks of their own."""

import time
from itertools import count
from typing import Any

from tests.browser.visitor import ANA
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until

_numbers = count(1)


def new_number() -> str:
    """A phone number that nobody had before."""
    return f"1202555{next(_numbers):04d}"


def new_wamid() -> str:
    return f"wamid.browser.{next(_numbers)}"


class Customer:
    """One contact on a line; ``name`` may change with every message."""

    def __init__(self, server: Server, line: Line, name: str, number: str = "") -> None:
        self.server, self.line = server, line
        self.name, self.number = name, number or new_number()

    def spoken(self, text: str, at: float | None = None) -> Any:
        """The message itself, in Meta's spelling."""
        return said(new_wamid(), text, self.number, at)

    def send(self, *messages: Any) -> None:
        who = {"profile": {"name": self.name}, "wa_id": self.number}
        self.post(contacts=[who], messages=list(messages))

    def post(self, **arrays: Any) -> None:
        """Anything that Meta may post about this line."""
        body = webhook(self.line.account, **arrays)
        # A kept connection may be closed by the server just when it is used again.
        answer = self.server.post_signed(self.line, body, Connection="close")
        assert answer.status_code == 200, answer.text

    def say(self, *texts: str, at: float | None = None) -> None:
        """Write these, one a second from ``at`` on: now, unless told otherwise."""
        start = time.time() if at is None else at
        self.send(*(self.spoken(text, start + step) for step, text in enumerate(texts)))

    def was_read(self, email: str = ANA) -> None:
        """An agent has seen all that this customer wrote so far."""
        agent = self.server.as_admin if email == ANA else self.server.agent(email)
        answer = agent.post(f"/conversations/{self.conversation}/seen", data={"count": 1_000_000})
        assert answer.status_code == 204, answer.text

    def can_be_found(self) -> None:
        """Return when the search knows the name: it follows what is written a moment behind."""
        until(lambda: self.server.get("conversations", q=self.name)["data"])

    @property
    def conversation(self) -> str:
        """The id of the conversation, once the first message is applied."""
        self.server.settle()
        found = self.server.conversations(self.line)
        return next(str(one["id"]) for one in found if one["contact"]["wa_id"] == self.number)


def crowd(inbox: Server, line: Line, count: int, name: str) -> list[Customer]:
    """So many new customers, who write at the same time."""
    people = [Customer(inbox, line, f"{name} {number}.") for number in range(count)]
    now = time.time()
    people[0].post(
        contacts=[{"profile": {"name": one.name}, "wa_id": one.number} for one in people],
        messages=[one.spoken("Hello", now) for one in people],
    )
    return people
