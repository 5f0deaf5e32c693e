"""A channel at Meta, and a Graph API to send through."""

from collections.abc import AsyncIterator

import httpx
import pytest

from inbox.domain.channels import Channel
from tests.support import tls
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY) as http:
        yield http


@pytest.fixture
def channel(graph: FakeGraph) -> Channel:
    return Channel(
        id="channel-1",
        name="Main line",
        provider="cloud-api",
        account=ACCOUNT,
        api_base=graph.base_url,
        key="key",
        verify_token="vérify",
        secret="meta-app-secret-example-0017",
        access_token=TOKEN,
    )
