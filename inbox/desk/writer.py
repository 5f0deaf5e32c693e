"""Who does something at the desk: a user, or a program that is known by the name of its token."""

from typing import Self

from msgspec import Struct

from inbox.access.principal import Principal
from inbox.domain.public import Sender
from inbox.domain.reach import EVERYTHING, Reach


class Writer(Struct, frozen=True, kw_only=True):
    """``user_id`` None: a program, known by the name of its token. ``reach``: how far it sees."""

    user_id: str | None
    name: str
    reach: Reach = EVERYTHING

    @classmethod
    def of(cls, principal: Principal) -> Self:
        user_id = principal.id if principal.kind == "user" else None
        return cls(user_id=user_id, name=principal.name, reach=principal.reach)

    @property
    def sender(self) -> Sender:
        return {"id": self.user_id, "name": self.name}
