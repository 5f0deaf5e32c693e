"""Settings, frozen at start; the only reader of the environment and of ``.env``."""

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from dotenv import dotenv_values
from zxcvbn_rs_py import zxcvbn

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]

LOCALES = Path(__file__).parent / "locale"
"""Where catalogues of texts are: a file ``de.po`` is a language."""
_MADE_UP = ("en-XA", "ar-XB")
"""For trials: inbox/languages/pseudo.py."""

_KEY_DIGITS = 18
"""A key takes more than ten to this power of tries."""
_PLACEHOLDER = re.compile(
    r"change.?(me|this|it\b)|replace.?(me|this)|your.?(secret|key)|placeholder|example",
    re.IGNORECASE,
)

ANY_ADDRESS = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, never bound


class WrongSetting(ValueError):
    """A setting that cannot work; the sentence names it and says what would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every ``INBOX_…`` setting under its own name, in lower case."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")
    media_dir: Path = Path("data/media")
    media_limit: int = 100
    media_hosts: frozenset[str] = frozenset()
    database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    public_url: str = ""
    trust_proxy: str = ""
    cors_origins: frozenset[str] = frozenset()
    secret_key: str = field(default="", repr=False)
    log_level: LogLevel = "info"
    log_format: LogFormat = "console"
    webhook_days: int = 30
    alert_url: str = field(default="", repr=False)
    language: str = "en"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def local_url(self) -> str:
        """Where this machine reaches the server: never the any-address."""
        host = "127.0.0.1" if self.host in ANY_ADDRESS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises ``WrongSetting``."""
    environment = _environment() if environment is None else environment

    def setting(name: str, default: str) -> str:
        return environment.get(f"INBOX_{name}", "").strip() or default

    host, port = setting("HOST", "127.0.0.1"), _port(setting("PORT", "8000"))
    data_dir = Path(setting("DATA_DIR", "data")).expanduser().absolute()
    default_database = f"sqlite+aiosqlite:///{data_dir / 'inbox.db'}"
    return Settings(
        host=host,
        port=port,
        data_dir=data_dir,
        media_dir=Path(setting("MEDIA_DIR", str(data_dir / "media"))).expanduser().absolute(),
        media_limit=_megabytes(setting("MEDIA_LIMIT", "100")),
        media_hosts=_hosts(setting("MEDIA_HOSTS", "")),
        database_url=_database_url(setting("DATABASE_URL", default_database)),
        redis_url=_redis_url(setting("REDIS_URL", "")),
        public_url=_public_url(setting("PUBLIC_URL", "")),
        trust_proxy=trusted_proxies("INBOX_TRUST_PROXY", setting("TRUST_PROXY", "")),
        cors_origins=_origins(setting("CORS_ORIGINS", "")),
        secret_key=_secret_key(setting("SECRET_KEY", "")),
        log_level=cast(
            LogLevel, _one_of("LOG_LEVEL", setting("LOG_LEVEL", "info"), get_args(LogLevel))
        ),
        log_format=cast(
            LogFormat, _one_of("LOG_FORMAT", setting("LOG_FORMAT", "console"), get_args(LogFormat))
        ),
        alert_url=_alert_url(setting("ALERT_URL", "")),
        webhook_days=_days("WEBHOOK_DAYS", setting("WEBHOOK_DAYS", "30")),
        language=spoken_language(environment),
    )


def _environment() -> Mapping[str, str]:
    dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return dotenv | dict(os.environ)


def languages() -> tuple[str, ...]:
    """The codes that a language may be asked for by."""
    return ("en", *sorted(file.stem for file in LOCALES.glob("*.po")), *_MADE_UP)


def spoken_language(environment: Mapping[str, str] | None = None) -> str:
    """The setting that every command needs, even where no other matters."""
    environment = _environment() if environment is None else environment
    value = environment.get("INBOX_LANGUAGE", "").strip() or "en"
    for known in languages():
        if value.lower() == known.lower():
            return known
    raise WrongSetting(f"INBOX_LANGUAGE must be one of {', '.join(languages())}, not {value!r}.")


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and int(value) < 65536:
        return int(value)
    raise WrongSetting(f"INBOX_PORT must be a number from 0 to 65535, not {value!r}.")


def _days(name: str, value: str) -> int:
    if value.isascii() and value.isdigit() and int(value[:6]) <= 36_500:
        return int(value)
    raise WrongSetting(f"INBOX_{name} must be a number of days, or 0 for ever, not {value!r}.")


def _megabytes(value: str) -> int:
    if value.isascii() and value.isdigit() and int(value) <= 100_000:
        return int(value)
    raise WrongSetting(f"INBOX_MEDIA_LIMIT must be a number of megabytes, not {value!r}.")


def _hosts(value: str) -> frozenset[str]:
    hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
    if any("/" in host or " " in host for host in hosts):
        raise WrongSetting(
            "INBOX_MEDIA_HOSTS must be hosts with commas between, like files.example:8080, "
            f"not {value!r}."
        )
    return frozenset(hosts)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value.lower() in known:
        return value.lower()
    raise WrongSetting(f"INBOX_{name} must be one of {', '.join(known)}, not {value!r}.")


def _database_url(value: str) -> str:
    if value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        return value
    raise WrongSetting(
        "INBOX_DATABASE_URL must start with sqlite+aiosqlite:/// or postgresql+asyncpg://."
    )


def _redis_url(value: str) -> str:
    if not value or value.startswith(("redis://", "rediss://", "unix://")):
        return value
    raise WrongSetting("INBOX_REDIS_URL must start with redis://, rediss:// or unix://.")


def _public_url(value: str) -> str:
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme in {"http", "https"} and parts.hostname and not parts.query:
        return value.rstrip("/")
    raise WrongSetting(
        f"INBOX_PUBLIC_URL must be an address like https://inbox.example, not {value!r}."
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
        f"not {value!r}."
    )


def _alert_url(value: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(value)
        if not value or (parts.scheme in {"http", "https"} and parts.hostname):
            return value
    # Not the value: such addresses hold a secret.
    raise WrongSetting("INBOX_ALERT_URL must be an address that begins with http:// or https://.")


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
        f"not {value[:200]!r}."
    )


def _secret_key(value: str) -> str:
    if value and len(value) < 32:
        raise WrongSetting("INBOX_SECRET_KEY must have at least 32 characters.")
    if value and (_PLACEHOLDER.search(value) or zxcvbn(value[:48]).guesses_log10 < _KEY_DIGITS):
        # Not the value: it may be in use.
        raise WrongSetting(
            "INBOX_SECRET_KEY is too easy to guess: make one with openssl rand -base64 48."
        )
    return value


def bare_environment() -> dict[str, str]:
    """For a process that shall find its modules, and know nothing else of what this one knows."""
    known = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    libraries = os.environ.get("LD_LIBRARY_PATH")
    return known | {"LD_LIBRARY_PATH": libraries} if libraries else known
