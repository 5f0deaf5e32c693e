"""What runs in containers, and behind the proxies of the documents: as strict as it says.

No container is run here. What theirs run is.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from inbox.config import load
from inbox.web.urls import HANDLERS
from tests.support.server import Server

HOME = Path(__file__).parents[1]
DOCKERFILE = (HOME / "Dockerfile").read_text()
COMPOSE = (HOME / "compose.yaml").read_text()
OPERATING = (HOME / "docs" / "operating.md").read_text()

EXACT = re.compile(r"[\w./-]+:(\d+\.\d+[\w.-]*)(@sha256:[0-9a-f]{64})?")
FEW_SECRETS = re.compile(r"PASSWORD|SECRET|TOKEN|KEY")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
    assert {"inbox", "postgres", "redis"} <= found.keys()
    return found


def test_every_image_has_an_exact_version(services: dict[str, Any]) -> None:
    images = [one["image"] for one in services.values() if "image" in one]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 3
    assert all(EXACT.fullmatch(image) for image in images), images


def test_no_container_can_become_more_than_it_is(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"] and "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"] and service["pids_limit"], name
        assert "privileged" not in service, name
        assert name == "inbox" or service["user"] != "root", name
    assert re.search(r"^USER inbox$", DOCKERFILE, re.MULTILINE)


def test_no_secret_is_in_the_environment(services: dict[str, Any]) -> None:
    named = {
        name: value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        if FEW_SECRETS.search(name)
    }
    assert len(named) == 3
    for name, value in named.items():
        assert name.endswith("_FILE") and value.startswith("/run/secrets/"), name
    assert not re.search(r"\$\{\w*(PASSWORD|SECRET|KEY)", COMPOSE)


def test_the_settings_of_the_containers_are_settings(
    services: dict[str, Any], tmp_path: Path
) -> None:
    for name in ("postgres_password", "secret_key"):
        (tmp_path / name).write_text(f"{os.urandom(30).hex()}/@:%\n")
    given = {
        name: re.sub(r"\$\{\w+:?-([^}]*)\}", r"\1", value).replace("/run/secrets", str(tmp_path))
        for name, value in services["inbox"]["environment"].items()
    }
    found = load(given)
    assert found.secret_key == (tmp_path / "secret_key").read_text().strip()
    assert "@postgres/inbox" in found.database_url
    assert found.database_url.startswith("postgresql+asyncpg://inbox:")


def test_the_health_check_asks_the_port_that_is_set(server: Server) -> None:
    command = json.loads(re.findall(r"^HEALTHCHECK .*CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
    assert command[0] == "python"
    port = server.url.rsplit(":", 1)[1]
    # A proxy of the environment must not be asked.
    asked = {"INBOX_PORT": port, "http_proxy": "http://127.0.0.1:9", "PATH": os.environ["PATH"]}
    for given, code in ((asked, 0), (asked | {"INBOX_PORT": "9"}, 1)):
        done = subprocess.run(
            [sys.executable, *command[1:]], env=given, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == code, done.stderr
    assert re.search(r"^ENV .*INBOX_PORT=8000", DOCKERFILE, re.MULTILINE)


def paths() -> dict[str, bool]:
    """Every address that somebody may come to by a proxy, and whether it is to be let through."""
    found = {}
    for handler in HANDLERS:
        for path in handler.paths:
            filled = re.sub(r"\{[^}]+\}", "019a", path)
            inside = path.startswith("/sandbox/") and handler.opt.get("browsed") is False
            found[filled] = found.get(filled, True) and not inside
    return found


def test_the_proxies_of_the_documents_keep_in_what_is_for_this_machine() -> None:
    nginx, caddy = re.findall(r"```(?:nginx|caddy)\n(.*?)```", OPERATING, re.DOTALL)
    denied = re.findall(r"location ~ (\S+) \{ return 404; \}", nginx)
    prefixes = re.findall(r"location (/\S+) \{ return 404; \}", nginx)
    only, but = re.findall(r"path_regexp (\S+)", caddy)
    commands = re.findall(r"@commands path (.+)", caddy)[0].split()
    assert "respond @commands 404" in caddy and "respond @pretend 404" in caddy
    for path, wanted in (paths() | {"/internal/commands": False}).items():
        by_nginx = not (
            any(re.search(one, path) for one in denied) or path.startswith(tuple(prefixes))
        )
        by_caddy = not (
            any(re.fullmatch(one.replace("*", ".*"), path) for one in commands)
            or (re.search(only, path) and not re.search(but, path))
        )
        assert (by_nginx, by_caddy) == (wanted, wanted), path
