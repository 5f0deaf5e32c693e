"""A connected number, as far as a provider needs to know it. No tables, no I/O."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One number with its provider and its open secrets; never logged, so ``repr`` hides them.

    ``account`` is the provider's id of the number (Meta's ``phone_number_id``).
    An empty ``secret`` means that webhooks are authentic by their secret URL alone.
    """

    id: str
    name: str
    provider: str
    account: str | None = None
    api_base: str
    key: str = field(repr=False)
    verify_token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
