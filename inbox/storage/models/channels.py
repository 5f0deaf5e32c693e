"""Connected numbers, and what they refused."""

from sqlalchemy import false
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class Channel(SQLModel, table=True):
    """A connected number. ``sealed`` holds its secrets, encrypted; the key's digest routes.

    ``gate`` is JSON: what webhooks must prove, where they may come from, and how many.
    ``send_error``: why nothing can be sent, as long as that is so, by an ``answer`` or a
    ``status``. ``news``: what the provider says of the account.
    ``state``: connected, paused or removed; what was said by it stays.
    ``limited_until``: when the provider takes anything of it again, and ``limit_reason`` why.
    ``business_account``: what the number belongs to at Meta, where its templates are.
    ``checked`` is JSON: what the provider said of the number (``domain/stored.py``).
    ``hours`` is JSON: when it is open, and what it says by itself (``domain/hours``).
    ``team_id``: with which team a new conversation is. ``in_turn``: who is there is given new ones
    in turn, up to ``capacity`` each.
    ``currency`` and ``time_zone`` are those in which its account is billed; no currency: unknown.
    """

    __tablename__ = "channels"
    id: str = Field(primary_key=True)
    name: str
    provider: str
    account: str | None = Field(default=None, index=True)
    business_account: str | None = None
    api_base: str
    key_digest: str = Field(unique=True)
    sealed: str = text_column()
    gate: str = text_column(default="{}")
    read_receipts: str = "on"
    agent_names: str = "off"
    direct_send: str = "off"
    hours: str = text_column(default="{}", sa_column_kwargs={"server_default": "{}"})
    state: str = "connected"
    created_at: int = time_column()
    last_webhook_at: int | None = time_column(default=None)
    last_error: str | None = text_column(default=None)
    last_error_at: int | None = time_column(default=None)
    send_error: str | None = text_column(default=None)
    send_error_at: int | None = time_column(default=None)
    send_error_by: str | None = None
    limited_until: int | None = time_column(default=None)
    limit_reason: str | None = text_column(default=None)
    news: str | None = text_column(default=None)
    news_at: int | None = time_column(default=None)
    checked: str | None = text_column(default=None)
    refusals: int = 0
    last_refusal: str | None = text_column(default=None)
    last_refused_at: int | None = time_column(default=None)
    currency: str = Field(default="", sa_column_kwargs={"server_default": ""})
    time_zone: str = Field(default="UTC", sa_column_kwargs={"server_default": "UTC"})
    team_id: str | None = None
    in_turn: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    capacity: int | None = None


class RefusalCount(SQLModel, table=True):
    """How many webhooks of a channel were refused for one kind of reason, and the latest."""

    __tablename__ = "refusals"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    kind: str = Field(primary_key=True)
    number: int
    reason: str = text_column()
    last_at: int = time_column()


class RateOnCard(SQLModel, table=True):
    """A line of the rate card: what one message of a category costs from a day on.

    ``country`` is empty for all that have no line of their own; ``price`` is a decimal.
    """

    __tablename__ = "rates"
    currency: str = Field(primary_key=True)
    country: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    from_day: str = Field(primary_key=True)
    price: str


class Rehearsal(SQLModel, table=True):
    """A sandbox that follows somebody's script until ``ends_at`` at the latest.

    ``conduct`` is JSON (``rehearsal/conduct.py``): what its pretend provider does, until
    ``changes_at`` where that is known.
    """

    __tablename__ = "rehearsals"
    channel_id: str = Field(primary_key=True, foreign_key="channels.id")
    id: str
    ends_at: int = time_column()
    conduct: str = text_column()
    changes_at: int | None = time_column(default=None)
