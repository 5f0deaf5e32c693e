"""Secrets by standard input: what is on a command line, all processes of the machine can read."""

import sys
from argparse import ArgumentParser, Namespace

from inbox.domain.language import _
from inbox.server.failure import Usage


def add_stdin_options(parser: ArgumentParser, *options: str) -> None:
    """Beside each of these the same with ``-stdin``."""
    for option in options:
        parser.add_argument(
            f"{option}-stdin",
            action="store_true",
            help=_("read it from standard input, where no other process sees it"),
        )


def read_secrets(options: Namespace, *names: str) -> None:
    """Put each that is to come from standard input in its place; several are a line each."""
    for option in names:
        name = option.removeprefix("--").replace("-", "_")
        if not getattr(options, f"{name}_stdin"):
            continue
        if getattr(options, name) is not None:
            words = _("Give it by %(option)s or by %(option)s-stdin, not by both.", option=option)
            raise Usage(words)
        setattr(options, name, sys.stdin.readline().rstrip("\r\n"))
