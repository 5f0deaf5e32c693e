"""``inbox parse``: what a webhook body means, touching nothing."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from inbox.commands.output import print_json
from inbox.domain.events import as_json
from inbox.domain.language import _
from inbox.domain.times import now
from inbox.providers.registry import PROVIDERS, UnknownProvider, provider_named
from inbox.receiving.body import NotJson, parse
from inbox.server.failure import Failure, Usage

EXAMPLES = """
  inbox parse --provider cloud-api body.json
  pbpaste | inbox parse --provider cloud-api
"""


def configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--provider", required=True, help=_("one of %(known)s", known=", ".join(PROVIDERS))
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", default="-", help=_("- is standard input")
    )
    parser.add_argument("--json", action="store_true", help=_("it always prints JSON"))


def run(options: Namespace) -> None:
    try:
        provider = provider_named(options.provider)
    except UnknownProvider as error:
        raise Usage(str(error)) from None
    try:
        raw = _read(options.file)
        events = provider.normalise(parse(raw), now(), raw)
    except NotJson as error:
        raise Failure(str(error)) from None
    print_json([as_json(event) for event in events])


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Failure(
            _("%(file)s cannot be read: %(strerror)s.", file=file, strerror=error.strerror)
        ) from None
