"""The command line. Exit codes: 0 done, 1 failed with one line on stderr, 2 wrong usage."""

import io
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from importlib import import_module
from typing import Any

from inbox import __version__
from inbox.config import WrongSetting, spoken_language
from inbox.domain.language import N_, _, speak
from inbox.server.failure import Failure, Usage
from inbox.server.garbage_collection import no_rubbish

COMMANDS = {
    "serve": N_("migrate, then serve the inbox"),
    "migrate": N_("bring the database up to date"),
    "user": N_("add and list who may sign in"),
    "channel": N_("connect and list numbers"),
    "token": N_("make, list and revoke API tokens"),
    "webhook": N_("tell addresses of yours what happens"),
    "tail": N_("print the feed, one JSON per line"),
    "sandbox": N_("play a customer and a provider that misbehaves, by a script"),
    "seed": N_("fill a channel of its own with made-up data"),
    "replay": N_("apply webhooks of the log again"),
    "media": N_("fetch files that are missing"),
    "backup": N_("copy the database and the files, while the server goes on"),
    "restore": N_("put a backup in the place of what is there"),
    "doctor": N_("look for what is wrong, and say what to do"),
    "parse": N_("print what a webhook body means"),
}

EXAMPLES = """
  inbox serve
  inbox user add ana@example.com --name Ana --role admin
  inbox channel add Trial --provider sandbox
  inbox COMMAND --help
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # JSON is UTF-8, and a name from a phone must not break a terminal that is not.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    name = given[0] if given and given[0] in COMMANDS else None
    if name is None:
        return _without_command(given)
    try:
        _speak()
        _run(name, given[1:])
    except (Failure, WrongSetting) as failure:
        print(f"inbox {name}: {failure}", file=sys.stderr)
        return 2 if isinstance(failure, Usage) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return 0


def _speak() -> None:
    code = spoken_language()
    if code and code != "en":
        # Whoever speaks English needs no catalogue, and nothing that reads one.
        speak(import_module("inbox.languages.catalogues").named(code))


def _run(name: str, given: list[str]) -> None:
    # Only the chosen command is imported: help and parse need no server.
    with no_rubbish():
        command = import_module(f"inbox.commands.{name}")
    parser = _parser(f"inbox {name}", _(COMMANDS[name]), command.EXAMPLES)
    command.configure(parser)
    command.run(parser.parse_args(given))


def _without_command(given: list[str]) -> int:
    parser = _parser("inbox", _("Inbox, a real-time WhatsApp inbox for teams."), EXAMPLES)
    parser.add_argument("--version", action="version", version=f"Inbox {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name, sentence in COMMANDS.items():
        commands.add_parser(name, help=_(sentence), add_help=False)
    parser.parse_args(given)
    parser.print_help(sys.stderr)
    return 2


class _Parser(ArgumentParser):
    """Prints its examples as they are written, and so do the parsers of its actions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": RawDescriptionHelpFormatter, **options})


def _parser(program: str, sentence: str, examples: str) -> ArgumentParser:
    return _Parser(prog=program, description=sentence, epilog=f"examples:{examples}")


if __name__ == "__main__":
    sys.exit(main())
