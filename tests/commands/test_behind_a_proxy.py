"""Where people come by another address than the server's own, that one is told."""

from pathlib import Path

import httpx

from tests.commands.conftest import serving

PUBLIC = "https://inbox.example"


def test_the_set_up_link_and_the_way_to_sign_in_have_the_public_address(tmp_path: Path) -> None:
    with serving(tmp_path, INBOX_PUBLIC_URL=PUBLIC) as server:
        assert server.line()["url"].startswith(f"{PUBLIC}/setup/")
        page = httpx.get(f"{server.url}/sign-in", trust_env=False).text
        assert f'Sign in at <a href="{PUBLIC}/sign-in">{PUBLIC}</a>' in page
        by_proxy = {"X-Forwarded-Proto": "https"}
        page = httpx.get(f"{server.url}/sign-in", headers=by_proxy, trust_env=False).text
        assert "sign-in-elsewhere" not in page
