"""The table of what each system can send says what is so."""

import re
from pathlib import Path

from inbox.providers.registry import PROVIDERS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "providers.md").read_text()
COLUMNS = (
    PROVIDERS["cloud-api"].can,
    PROVIDERS["waba"].can_at("https://waba-v2.360dialog.io"),
    PROVIDERS["waba"].can_at("https://whatsapp.example.com/v1"),
    PROVIDERS["whatsable"].can,
    PROVIDERS["notifier"].can,
)


def test_the_table_says_what_each_system_can_send() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ((?:yes|) ?\|.*)$", DOCUMENT, re.MULTILINE)
    assert len(rows) >= 10
    for ability, cells in rows:
        told = [cell.strip() == "yes" for cell in cells.split("|")[: len(COLUMNS)]]
        assert told == [ability in can for can in COLUMNS], ability
