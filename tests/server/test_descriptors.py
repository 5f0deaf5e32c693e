"""A process asks for as many descriptors as it may have, and says how many that is."""

import json
import subprocess
import sys

import pytest

from inbox.server.descriptors import most_connections

TOLD = """
import json, logging, resource
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s %(limit)s")
resource.setrlimit(resource.RLIMIT_NOFILE, (256, HARD))
from inbox.server.descriptors import raise_limit
print(json.dumps([raise_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)]))
"""


@pytest.mark.parametrize(("hard", "level"), [(300, "WARNING"), (4_096, "INFO")])
def test_the_limit_is_raised_to_what_is_allowed_and_said(hard: int, level: str) -> None:
    script = TOLD.replace("HARD", str(hard))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == [hard, [hard, hard]]
    assert done.stderr == f"{level} descriptors {hard}\n"


@pytest.mark.parametrize("limit", [64, 256, 1_024, 65_536])
def test_some_are_kept_for_files_and_the_database(limit: int) -> None:
    assert 0 < most_connections(limit) <= limit * 3 // 4
