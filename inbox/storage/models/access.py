"""Who may come in: users, their browsers, programs and links."""

from sqlalchemy import BigInteger, false, true
from sqlmodel import Field, SQLModel

from inbox.storage.models.columns import text_column, time_column


class User(SQLModel, table=True):
    """Who signs in. ``password_hash`` is empty until the one-time link was used.

    ``alias``: by which name customers know them, if not by their own. ``own_keys``, as JSON: those
    that they press in place of the usual ones. ``preferences``, as JSON: how they like pages. Of
    who was deleted the row stays, with nothing but the name, as the name of what they wrote.
    """

    __tablename__ = "users"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    password_hash: str | None = None
    created_at: int = time_column()
    disabled_at: int | None = time_column(default=None)
    deleted_at: int | None = time_column(default=None)
    read_by_answers: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    alias: str | None = text_column(default=None)
    undoes_sends: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    own_channels_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    own_teams_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    own_keys: str | None = text_column(default=None)
    preferences: str | None = text_column(default=None)


class UserChannel(SQLModel, table=True):
    """A channel of a user who sees ``own_channels_only``."""

    __tablename__ = "user_channels"
    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    channel_id: str = Field(primary_key=True, foreign_key="channels.id", ondelete="CASCADE")


class Session(SQLModel, table=True):
    """A signed-in browser. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "sessions"
    digest: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    created_at: int = time_column()
    expires_at: int = time_column()
    user_agent: str = text_column(default="")


class ApiToken(SQLModel, table=True):
    """A program that may read the API and the feed; shown once, kept as SHA-256.

    ``owner_id``: the user it is of; that of the command line is nobody's. ``scopes``: words with
    blanks between (``access/scopes.py``); null is all of them.
    """

    __tablename__ = "api_tokens"
    id: str = Field(primary_key=True)
    name: str
    role: str
    digest: str = Field(unique=True)
    owner_id: str | None = None
    created_at: int = time_column()
    expires_at: int | None = time_column(default=None)
    last_used_at: int | None = time_column(default=None)
    revoked_at: int | None = time_column(default=None)
    own_channels_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    scopes: str | None = None


class TokenChannel(SQLModel, table=True):
    """A channel of a token that sees ``own_channels_only``."""

    __tablename__ = "token_channels"
    token_id: str = Field(primary_key=True, foreign_key="api_tokens.id", ondelete="CASCADE")
    channel_id: str = Field(primary_key=True, foreign_key="channels.id", ondelete="CASCADE")


class OneTimeLink(SQLModel, table=True):
    """``setup`` names the first admin; ``password`` lets a user choose theirs."""

    __tablename__ = "one_time_links"
    digest: str = Field(primary_key=True)
    purpose: str
    user_id: str | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE")
    created_at: int = time_column()
    expires_at: int = time_column()
    used_at: int | None = time_column(default=None)


class SignInTries(SQLModel, table=True):
    """How often one account, or one network, was lately tried: ``key`` is a SHA-256."""

    __tablename__ = "sign_in_tries"
    key: str = Field(primary_key=True)
    tries: int
    last_at: int = Field(sa_type=BigInteger, index=True)
