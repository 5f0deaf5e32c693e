"""What is private is in no repr, and so in no log and no traceback."""

from typing import get_type_hints

import pytest
from msgspec.structs import fields

import inbox.commands.serve  # noqa: F401 - and with it all of them
from inbox.config import Settings
from inbox.discreet import Discreet, Private


class _Door(Discreet, frozen=True, kw_only=True):
    name: str
    key: Private[str | None] = None


class _Vault(_Door, frozen=True, kw_only=True):
    number: Private[int]
    floors: tuple[int, ...] = ()


def test_a_repr_says_all_but_what_is_private() -> None:
    assert repr(_Door(name="front", key="hunter2")) == "_Door(name='front')"
    vault = _Vault(name="cellar", key="hunter2", number=4711, floors=(1, 2))
    assert repr(vault) == "_Vault(name='cellar', floors=(1, 2))"


def test_whatever_a_setting_keeps_secret_is_private() -> None:
    said = repr(Settings())
    secret = {"secret_key", "token", "database_password", "database_url", "redis_url", "alert_url"}
    assert {one.name for one in fields(Settings) if f"{one.name}=" not in said} == secret


@pytest.mark.parametrize("kind", Discreet.__subclasses__())
def test_every_kind_has_something_private(kind: type[Discreet]) -> None:
    hints = get_type_hints(kind, include_extras=True)
    assert any(
        getattr(hint, "__metadata__", ()) == Private[int].__metadata__ for hint in hints.values()
    )
