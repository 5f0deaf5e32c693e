"""Settings, frozen at start; the only reader of the environment and of ``.env``."""

import os
import re
import sys
import unicodedata
from collections.abc import Container, Mapping
from contextlib import suppress
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import quote, urlsplit

from inbox.discreet import Discreet, Private

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]

LOCALES = Path(__file__).parent / "locale"
"""Where catalogues of texts are: a file ``de.po`` is a language."""
_MADE_UP = ("en-XA", "ar-XB")
"""For trials: inbox/languages/pseudo.py."""

_KEY_DIGITS = 18
"""A key takes more than ten to this power of tries."""
_PRIVATE = ("refuse", "allow")
_PLACEHOLDER = re.compile(
    r"change.?(me|this|it\b)|replace.?(me|this)|your.?(secret|key)|placeholder|example",
    re.IGNORECASE,
)

ANY_ADDRESS = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, never bound


LONGEST = 10_000
"""Letters of a file with a secret in it."""
SHOWN = 80
"""So much of a wrong value is enough to know it again."""
_HOST = re.compile(r"[A-Za-z0-9.:_%-]{1,253}")
_NAME = re.compile(r"[^\s/?#@\[\]:%\\<>^`{|}\"]{1,253}")
_SQLITE_OPTIONS = frozenset({"timeout", "uri", "cached_statements"})
_DURATION = re.compile(r"(?=.*[1-9])\d{1,6}(\.\d{1,6})?", re.ASCII)
_FORMS = {
    "timeout": (_DURATION, "a number of seconds, like 5 or 0.5"),
    "command_timeout": (_DURATION, "a number of seconds, like 5 or 0.5"),
    "statement_cache_size": (re.compile(r"[0-9]{1,6}"), "a number, like 100"),
    "prepared_statement_cache_size": (re.compile(r"[0-9]{1,6}"), "a number, like 100"),
    "cached_statements": (re.compile(r"[0-9]{1,6}"), "a number, like 100"),
    "direct_tls": (re.compile("true|false"), "true or false"),
}
"""What drivers do not take as words, or understand in their own way."""
_POSTGRESQL_OPTIONS = frozenset(
    {
        *("host", "port", "ssl", "passfile", "timeout", "command_timeout", "target_session_attrs"),
        *("statement_cache_size", "prepared_statement_cache_size", "direct_tls", "krbsrvname"),
    }
)


class WrongSetting(ValueError):
    """A setting that cannot work; the sentence names it and says what would."""


class Settings(Discreet, frozen=True, kw_only=True):
    """Every ``INBOX_…`` setting under its own name, in lower case."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")
    media_dir: Path = Path("data/media")
    media_limit: int = 100
    media_hosts: frozenset[str] = frozenset()
    database_url: Private[str] = ""
    redis_url: Private[str] = ""
    public_url: str = ""
    trust_proxy: str = ""
    cors_origins: frozenset[str] = frozenset()
    database_password: Private[str] = ""
    secret_key: Private[str] = ""
    token: Private[str] = ""
    log_level: LogLevel = "info"
    log_format: LogFormat = "console"
    webhook_days: int = 30
    alert_url: Private[str] = ""
    push_hosts: frozenset[str] = frozenset()
    api_rate: int = 3_000
    """Requests a minute of one token; 0: as many as it likes."""
    webhooks_private: bool = False
    language: str | None = None
    """None: to each what their browser asks for, and English on the command line."""

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def own_url(self) -> str:
        """Where others find it, as who runs it says; else where this machine does."""
        return self.public_url or self.local_url

    @property
    def api_url(self) -> str:
        """Where links to the API begin."""
        return f"{self.own_url}/api/v1/"

    @property
    def local_url(self) -> str:
        """Where this machine reaches the server: never the any-address."""
        host = "127.0.0.1" if self.host in ANY_ADDRESS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises ``WrongSetting``."""
    environment = _environment() if environment is None else environment

    def setting(name: str, default: str) -> str:
        return _readable(name, _given(name, environment)) or default

    host, port = (
        _host(setting("HOST", "127.0.0.1")),
        _number("PORT", setting("PORT", "8000"), 65_535),
    )
    data_dir = _folder("DATA_DIR", setting("DATA_DIR", "data"))
    if "?" in str(data_dir):
        # An address of a database begins its options there, and has no other way to write it.
        raise WrongSetting(
            f"INBOX_DATA_DIR is {_shown(str(data_dir))}: the database needs a folder with no "
            "question mark in its name."
        )
    database_password = setting("DATABASE_PASSWORD", "")
    default_database = f"sqlite+aiosqlite:///{data_dir / 'inbox.db'}"
    return Settings(
        host=host,
        port=port,
        data_dir=data_dir,
        media_dir=_folder("MEDIA_DIR", setting("MEDIA_DIR", str(data_dir / "media"))),
        media_limit=_number("MEDIA_LIMIT", setting("MEDIA_LIMIT", "100"), 100_000),
        media_hosts=_hosts("MEDIA_HOSTS", setting("MEDIA_HOSTS", "")),
        push_hosts=_hosts("PUSH_HOSTS", setting("PUSH_HOSTS", "")),
        database_url=_with_password(
            _database_url(setting("DATABASE_URL", default_database)), database_password
        ),
        database_password=database_password,
        webhooks_private=_one_of(
            "WEBHOOKS_PRIVATE", setting("WEBHOOKS_PRIVATE", "refuse"), _PRIVATE
        )
        == "allow",
        api_rate=_number("API_RATE", setting("API_RATE", "3000"), 1_000_000),
        redis_url=_redis_url(setting("REDIS_URL", "")),
        public_url=_public_url(setting("PUBLIC_URL", "")),
        trust_proxy=trusted_proxies("INBOX_TRUST_PROXY", setting("TRUST_PROXY", "")),
        cors_origins=_origins(setting("CORS_ORIGINS", "")),
        secret_key=_secret_key(setting("SECRET_KEY", "")),
        token=setting("TOKEN", ""),
        log_level=cast(
            LogLevel, _one_of("LOG_LEVEL", setting("LOG_LEVEL", "info"), get_args(LogLevel))
        ),
        log_format=cast(
            LogFormat, _one_of("LOG_FORMAT", setting("LOG_FORMAT", "console"), get_args(LogFormat))
        ),
        alert_url=_alert_url(setting("ALERT_URL", "")),
        webhook_days=_number("WEBHOOK_DAYS", setting("WEBHOOK_DAYS", "30"), 36_500),
        language=spoken_language(environment),
    )


def _environment() -> Mapping[str, str]:
    if not os.path.lexists(".env"):
        return dict(os.environ)
    from dotenv import dotenv_values  # noqa: PLC0415 - most machines have no such file

    try:
        found = dotenv_values(".env")
    except (OSError, UnicodeDecodeError) as fault:
        raise WrongSetting(f".env cannot be read: {type(fault).__name__}.") from None
    return {name: value for name, value in found.items() if value is not None} | dict(os.environ)


@cache
def languages() -> tuple[str, ...]:
    """The codes that a language may be asked for by."""
    return ("en", *sorted(file.stem for file in LOCALES.glob("*.po")), *_MADE_UP)


def spoken_language(environment: Mapping[str, str] | None = None) -> str | None:
    """The setting that every command needs, even where no other matters; None: it is not set."""
    environment = _environment() if environment is None else environment
    value = _readable("LANGUAGE", environment.get("INBOX_LANGUAGE", "").strip())
    if not value:
        return None
    for known in languages():
        if value.lower() == known.lower():
            return known
    raise WrongSetting(
        f"INBOX_LANGUAGE must be one of {', '.join(languages())}, not {_shown(value)}."
    )


def _given(name: str, environment: Mapping[str, str]) -> str:
    """The value itself, or what is in the file that ``…_FILE`` names: a secret of a container."""
    value, path = (environment.get(f"INBOX_{name}{end}", "").strip() for end in ("", "_FILE"))
    if not path:
        return value
    if value:
        raise WrongSetting(f"INBOX_{name} and INBOX_{name}_FILE are both set: leave one away.")
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a path with a NUL is refused here
            return file.read(LONGEST).strip()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        raise WrongSetting(
            f"INBOX_{name}_FILE is {_shown(path)}, which cannot be read: {reason}."
        ) from None


def _readable(name: str, value: str) -> str:
    """Nothing that no setting has, and on which each reader would stumble in its own way."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        raise WrongSetting(f"INBOX_{name} has characters in it that are none: type it anew.")
    return value


def _shown(value: str) -> str:
    return repr(value if len(value) <= SHOWN else f"{value[:SHOWN]}…")


def _number(name: str, value: str, most: int) -> int:
    short = value.isascii() and value.isdigit() and len(value) <= len(str(most)) + 3
    if short and int(value) <= most:
        return int(value)
    raise WrongSetting(f"INBOX_{name} must be a number from 0 to {most}, not {_shown(value)}.")


def _folder(name: str, value: str) -> Path:
    with suppress(RuntimeError):  # ~nobody, or ~ without a home
        return Path(value).expanduser().absolute()
    raise WrongSetting(
        f"INBOX_{name} must be a folder, not {_shown(value)}: there is no such home."
    )


def _host(value: str) -> str:
    if _HOST.fullmatch(value) and all(len(label) < 64 for label in value.split(".")):
        return value
    raise WrongSetting(
        f"INBOX_HOST must be an address of this machine, like 127.0.0.1 or ::, not {_shown(value)}."
    )


def _hosts(name: str, value: str) -> frozenset[str]:
    hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
    for host in hosts:
        with suppress(ValueError):
            if _is_address(f"//{host}", {""}, path=False):
                continue
        raise WrongSetting(
            f"INBOX_{name} must be hosts with commas between, like files.example:8080, "
            f"not {_shown(value)}."
        )
    return frozenset(hosts)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value.lower() in known:
        return value.lower()
    raise WrongSetting(f"INBOX_{name} must be one of {', '.join(known)}, not {_shown(value)}.")


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise WrongSetting(
            "INBOX_DATABASE_URL must start with sqlite+aiosqlite:/// or postgresql+asyncpg://."
        )
    # Only who opens a database needs what reads such addresses.
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - see above
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - see above

    known = _SQLITE_OPTIONS if value.startswith("sqlite") else _POSTGRESQL_OPTIONS
    unknown: list[str] = []
    odd: list[str] = []
    nameless = False
    with suppress(SQLAlchemyError, ValueError):
        url = make_url(value)
        unknown = sorted(url.query.keys() - known)
        odd = [
            name
            for name in sorted(_FORMS.keys() & url.query.keys())
            if not _FORMS[name][0].fullmatch(str(url.query[name]))
        ]
        nameless = value.startswith("sqlite") and not _names_a_file(url.database or "")
        if not nameless and not unknown and not odd and (url.port is None or 0 < url.port < 65_536):
            return value
    if nameless:
        raise WrongSetting(
            "INBOX_DATABASE_URL must name a file, like sqlite+aiosqlite:///inbox.db."
        )
    if odd:
        raise WrongSetting(
            f"INBOX_DATABASE_URL has a {odd[0]} behind its question mark, which must be "
            f"{_FORMS[odd[0]][1]}."
        )
    if unknown:
        raise WrongSetting(
            f"INBOX_DATABASE_URL has {_shown(unknown[0])} behind its question mark, and may have "
            f"{', '.join(sorted(known))}."
        )
    # Not the value: it may hold a password.
    raise WrongSetting(
        "INBOX_DATABASE_URL must be an address like postgresql+asyncpg://user:password@host/name; "
        "in user and password write @ as %40, : as %3A and / as %2F."
    )


def _names_a_file(database: str) -> bool:
    """What is empty is told by who opens it; ``file:`` would be one to read and one to write."""
    return not database or bool(Path(database).name and not database.startswith("file:"))


def _with_password(url: str, password: str) -> str:
    """The password of a PostgreSQL that is kept apart from its address."""
    if not password or url.startswith("sqlite"):
        return url
    parts = urlsplit(url)
    account, _, place = parts.netloc.rpartition("@")
    if not account or ":" in account:
        raise WrongSetting(
            "INBOX_DATABASE_PASSWORD is for an INBOX_DATABASE_URL that names a user and no "
            "password, like postgresql+asyncpg://user@host/name."
        )
    return parts._replace(netloc=f"{account}:{quote(password, safe='')}@{place}").geturl()


def _redis_url(value: str) -> str:
    if not value:
        return value
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise WrongSetting("INBOX_REDIS_URL must start with redis://, rediss:// or unix://.")
    # Its driver takes memory and time to load, and most run without one.
    from redis.asyncio import ConnectionPool  # noqa: PLC0415 - see above
    from redis.exceptions import RedisError  # noqa: PLC0415 - see above

    with suppress(RedisError, ValueError, TypeError, AttributeError):
        parts = urlsplit(value)
        pool = ConnectionPool.from_url(value)
        pool.connection_class(**pool.connection_kwargs)
        if parts.scheme == "unix" or _is_address(value, {"redis", "rediss"}, account=True):
            return value
    # Not the value: it may hold a password.
    raise WrongSetting("INBOX_REDIS_URL must be an address like redis://host:6379/0.")


def _public_url(value: str) -> str:
    if not value:
        return value
    below_a_path = False
    with suppress(ValueError):
        if _is_address(value, {"http", "https"}, path=False):
            return value.rstrip("/")
        below_a_path = _is_address(value, {"http", "https"})
    if below_a_path:
        raise WrongSetting(
            f"INBOX_PUBLIC_URL is {_shown(value)}: Inbox cannot be served below a path; give it a "
            "name of its own, like https://inbox.example."
        )
    raise WrongSetting(
        f"INBOX_PUBLIC_URL must be an address like https://inbox.example, not {_shown(value)}."
    )


def _origins(value: str) -> frozenset[str]:
    return frozenset(_origin(one.strip()) for one in value.split(",") if one.strip())


def _origin(value: str) -> str:
    """As a browser writes it."""
    with suppress(ValueError):
        parts = urlsplit(value.lower().rstrip("/"))
        alone = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc:
            usual = {"http": 80, "https": 443}[parts.scheme]
            if alone == parts.geturl() and "*" not in alone:
                return alone.removesuffix(f":{usual}") if parts.port == usual else alone
    raise WrongSetting(
        "INBOX_CORS_ORIGINS must be origins with commas between, like https://crm.example, "
        f"not {_shown(value)}."
    )


def _alert_url(value: str) -> str:
    with suppress(ValueError):
        if not value or _is_address(value, {"http", "https"}, account=True, query=True):
            return value
    # Not the value: such addresses hold a secret.
    raise WrongSetting("INBOX_ALERT_URL must be an address that begins with http:// or https://.")


def _is_address(
    value: str,
    schemes: Container[str],
    *,
    path: bool = True,
    query: bool = False,
    account: bool = False,
) -> bool:
    """Whether it has a host, a port that there is, and nothing that is not asked for.

    Raises ``ValueError`` where no address can be made of it at all.
    """
    parts = urlsplit(value)
    host, port = parts.hostname or "", parts.port
    if ":" in host:
        ip_address(host)
        named = True
    else:
        named = bool(_NAME.fullmatch(host)) and len(host.encode("idna")) < 254
    return (
        named
        and port != 0
        and parts.scheme in schemes
        and (path or parts.path in ("", "/"))
        and (query or not (parts.query or parts.fragment or value.endswith(("?", "#"))))
        and (account or "@" not in parts.netloc)
        and " " not in value
    )


def trusted_proxies(name: str, value: str) -> str:
    """Addresses and networks with commas between, or * for whoever connects."""
    asked = [each.strip() for each in value.split(",") if each.strip()]
    with suppress(ValueError):
        for each in asked:
            if each != "*":
                ip_network(each)
        return ",".join(asked)
    raise WrongSetting(
        f"{name} must be addresses or networks with commas between, like 127.0.0.1,172.16.0.0/12, "
        f"not {_shown(value)}."
    )


def _secret_key(value: str) -> str:
    if value and len(value) < 32:
        raise WrongSetting("INBOX_SECRET_KEY must have at least 32 characters.")
    if value and (_PLACEHOLDER.search(value) or _digits_of_tries(value[:48]) < _KEY_DIGITS):
        # Not the value: it may be in use.
        raise WrongSetting(
            "INBOX_SECRET_KEY is too easy to guess: make one with openssl rand -base64 48."
        )
    return value


def _digits_of_tries(key: str) -> float:
    from zxcvbn_rs_py import zxcvbn  # noqa: PLC0415 - most have their key in a file

    return zxcvbn(key).guesses_log10


def bare_environment(*more: str) -> dict[str, str]:
    """For a process that shall find its modules, and know nothing else of what this one knows.

    ``more``: names that it is to know all the same, where they are set.
    """
    known = {name: os.environ.get(name) for name in ("LD_LIBRARY_PATH", *more)}
    modules = os.pathsep.join(filter(None, sys.path))
    return {"PYTHONPATH": modules} | {name: value for name, value in known.items() if value}
