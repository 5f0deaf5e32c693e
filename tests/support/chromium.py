"""Finds a real Chromium for the tests, and installs one where that needs no question.

``python -m tests.support.chromium`` prints where it is; ``make test`` runs that first, so that
an installation shows its progress. ``INBOX_TEST_CHROMIUM`` names another one.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.support import apt

_UNWANTED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
"""What Playwright does without, and what an address bar that nobody sees would draw: a process of
its own for each window, with more work than most tests. The last list of these counts alone."""

ARGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    f"--disable-features={','.join(_UNWANTED)}",
]
"""Chromium refuses root with its sandbox, and containers have a tiny /dev/shm and no microphone:
the one that it makes up beeps, and who has no window to ask in is given it."""

_SHELL = ("chromium-headless-shell",)
"""The same without windows, which nobody sees: a quarter less work for each test. It cannot tell
anybody of anything, for which ``whole_chromium_path`` is."""
_WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_PLAYWRIGHT_SHELL = ("chromium_headless_shell-*/chrome-headless-shell-*/chrome-headless-shell",)
_PLAYWRIGHT_WHOLE = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
_PACKAGES = ("chromium", "fonts-noto-core", "fonts-noto-color-emoji")


class NoChromium(Exception):
    """There is none and we may not install one; the text says what to run."""


@functools.cache
def chromium_path() -> str:
    """The Chromium to test with: the shell where there is one."""
    return _named() or _installed(_SHELL, _PLAYWRIGHT_SHELL) or whole_chromium_path()


@functools.cache
def whole_chromium_path() -> str:
    """The one that people use, installed on a Debian where we are root. May take a minute."""
    if found := _named() or _installed(_WHOLE, _PLAYWRIGHT_WHOLE, _MAC):
        return found
    if _may_install():
        print("==> Installing Chromium for the tests (some 150 MB, only once)", flush=True)
        apt.install(*_PACKAGES)
        if found := _installed(_WHOLE, _PLAYWRIGHT_WHOLE):
            return found
    raise NoChromium(f"The tests drive a real Chromium. Install it with:\n  {_remedy()}")


def _may_install() -> bool:
    """On Debian itself: Ubuntu's package of this name needs snapd."""
    return apt.is_debian() and os.geteuid() == 0


def _named() -> str | None:
    named = os.environ.get("INBOX_TEST_CHROMIUM")
    if named and not _runs(named):
        raise NoChromium(f"INBOX_TEST_CHROMIUM={named} does not run; unset it or name another.")
    return named or None


def _installed(names: Iterable[str], patterns: Iterable[str], *more: Path) -> str | None:
    browsers = _playwright_browsers()
    kept = (path for pattern in patterns for path in sorted(browsers.glob(pattern), reverse=True))
    known = (*map(str, kept), *filter(None, map(shutil.which, names)), *map(str, more))
    return next((path for path in known if _runs(path)), None)


def _playwright_browsers() -> Path:
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / caches / "ms-playwright"


def _runs(path: str) -> bool:
    """Ubuntu has a ``chromium-browser`` that only says how to get one."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _remedy() -> str:
    if apt.is_debian():
        return f"sudo apt-get update && sudo {' '.join(apt.command(*_PACKAGES))}"
    return ".venv/bin/playwright install --with-deps chromium"


def _add_the_shell() -> None:
    """It is worth its megabytes, and not needed."""
    if _may_install() and not _installed(_SHELL, _PLAYWRIGHT_SHELL):
        print("==> Installing Chromium without windows for the tests (only once)", flush=True)
        with suppress(subprocess.CalledProcessError):
            apt.install(*_SHELL)


def main() -> int:
    try:
        whole_chromium_path()
        _add_the_shell()
        print(f"Chromium: {chromium_path()}")
    except (NoChromium, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
