"""Values that hold what no log and no traceback may show."""

from typing import Annotated, TypeVar, get_type_hints

from msgspec import Struct

T = TypeVar("T")

_PRIVATE = "left out of the repr"

Private = Annotated[T, _PRIVATE]
"""A field of a ``Discreet`` value that its ``repr`` leaves out: ``token: Private[str]``."""


class Discreet(Struct, frozen=True):
    """A value whose ``repr`` says all but what is ``Private``."""

    def __repr__(self) -> str:
        kinds = get_type_hints(type(self), include_extras=True)
        shown = [
            f"{name}={getattr(self, name)!r}"
            for name in self.__struct_fields__
            if _PRIVATE not in getattr(kinds[name], "__metadata__", ())
        ]
        return f"{type(self).__name__}({', '.join(shown)})"
