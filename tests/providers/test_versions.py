"""Which versions of Meta's API are told of, and when."""

from datetime import date

import pytest

from inbox.providers.cloud_api import CloudApi
from inbox.providers.cloud_api.versions import near_end

GRAPH = "https://graph.facebook.com"


@pytest.mark.parametrize(
    ("base", "today", "words"),
    [
        (f"{GRAPH}/v21.0", date(2026, 11, 29), "ends on"),
        (f"{GRAPH}/v21.0", date(2026, 3, 1), None),
        (f"{GRAPH}/v19.0/", date(2026, 11, 29), "is over"),
        (f"{GRAPH}/v25.0", date(2026, 11, 29), None),
        (f"{GRAPH}/v25.0", date(2028, 7, 1), "ends on"),
        ("https://proxy.example/graph", date(2030, 1, 1), None),
        (CloudApi.default_api_base, date(2026, 11, 29), None),
    ],
)
def test_a_version_near_its_end_is_told_of(base: str, today: date, words: str | None) -> None:
    found = near_end(base, today)
    assert (found is None) is (words is None)
    assert words is None or words in (found or "")
    assert CloudApi.default_api_base.endswith("/v26.0")
