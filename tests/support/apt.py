"""Installs what the tests need on a Debian where we are root, and nowhere else."""

import os
import platform
import subprocess


def is_debian(*like: str) -> bool:
    """Debian itself, or one of those ``like`` it."""
    try:
        return platform.freedesktop_os_release().get("ID") in {"debian", *like}
    except OSError:
        return False


def command(*packages: str) -> tuple[str, ...]:
    return ("apt-get", "install", "-y", "--no-install-recommends", *packages)


def install(*packages: str) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (("apt-get", "update"), command(*packages)):
        subprocess.run(words, check=True, env=quiet, stdin=subprocess.DEVNULL)
