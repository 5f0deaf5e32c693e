"""What is to be sent, once it is known that WhatsApp would take it."""

from msgspec import Struct

from inbox.domain.content import Content, TypeName


class Said(Struct, frozen=True):
    """The type of a message and what it says, as its row keeps both.

    The modules beside this one make it, and raise ``Invalid`` for what WhatsApp would refuse.
    """

    type: TypeName
    content: Content

    @property
    def words(self) -> str:
        """Its text or caption; empty if it has none."""
        return self.content.get("text") or self.content.get("caption") or ""
