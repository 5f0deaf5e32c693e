"""``inbox sandbox run``: a customer and a provider that misbehaves, for other people's CI."""

import asyncio
import random
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path

import httpx
from msgspec import Struct

from inbox.commands.following import Follower
from inbox.commands.output import print_json
from inbox.commands.secrets_on_stdin import add_stdin_options, read_secrets
from inbox.commands.server_here import feed_address, feed_bearer, server_here
from inbox.commands.stage import BegunRehearsal, Stage, StageHere, StageThere
from inbox.config import Settings, load
from inbox.domain.language import _
from inbox.domain.times import now
from inbox.providers.sandbox import PretendPhone
from inbox.rehearsal.playing import Run, StepOutcome
from inbox.rehearsal.reports import ScriptRun, junit, run_report
from inbox.rehearsal.script import LONGEST, Script, read_script
from inbox.rehearsal.tape import Tape
from inbox.rehearsal.yaml_places import WrongScript
from inbox.server.failure import Failure, Usage

EXAMPLES = """
  inbox sandbox run hours.yaml
  inbox sandbox run scripts/*.yaml --junit report.xml
  INBOX_TOKEN=… inbox sandbox run hours.yaml --url https://inbox.example

a script, of which docs/sandbox.md tells all:
  steps:
    - customer: When do you open?
    - expect: nine
    - status: [delivered, read]
"""

_UP_SECONDS = 15
_SPARE = 60
"""Seconds beside those of the script: for what is asked before and after it."""


def configure(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="run")
    running = actions.add_parser("run", help=_("play scripts"), epilog=parser.epilog)
    running.add_argument("scripts", metavar="SCRIPT", nargs="+", help=_("a file of YAML"))
    running.add_argument(
        "--channel", metavar="ID", help=_("the sandbox, if the script names none: its id or name")
    )
    running.add_argument(
        "--url", metavar="U", help=_("of the server; else the one on this machine")
    )
    running.add_argument(
        "--token", metavar="T", help=_("an admin's API token, for --url; else INBOX_TOKEN")
    )
    add_stdin_options(running, "--token")
    running.add_argument("--junit", metavar="FILE", help=_("write a report as JUnit's XML there"))
    running.add_argument("--json", action="store_true", help=_("print a report as JSON"))


def run(options: Namespace) -> None:
    read_secrets(options, "--token")
    settings = load()
    scripts = {path: _read(path) for path in options.scripts}
    runs = asyncio.run(_until_stopped(settings, scripts, options))
    if options.json:
        print_json(run_report(runs))
    if options.junit:
        _write(options.junit, junit(runs))
    if failures := [_failure(one) for one in runs if one.failed]:
        raise Failure("\n".join(failures))


def _read(path: str) -> Script:
    """Raises ``Usage``, with the line and the column of what is wrong."""
    try:
        return read_script(Path(path).read_text(encoding="utf-8"))
    except WrongScript as wrong:
        raise Usage(f"{path}:{wrong.place.line}:{wrong.place.column}: {wrong}") from None
    except UnicodeDecodeError:
        raise Usage(_("%(path)s is no text in UTF-8.", path=path)) from None
    except OSError as error:
        raise Usage(f"{path}: {error.strerror}") from None


def _write(path: str, text: bytes) -> None:
    try:
        Path(path).write_bytes(text)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None


def _failure(run: ScriptRun) -> str:
    """One line: which step of which script, and what came instead."""
    step = run.failed
    assert step is not None, "it failed"
    return f"{run.script}:{step.line}: {step.number}. {step.title}: {step.failure}"


async def _until_stopped(
    settings: Settings, scripts: dict[str, Script], options: Namespace
) -> list[ScriptRun]:
    """A pipeline that is cancelled ends what it has begun."""
    task = asyncio.ensure_future(_play_all(settings, scripts, options))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _play_all(
    settings: Settings, scripts: dict[str, Script], options: Namespace
) -> list[ScriptRun]:
    token = options.token or (settings.token if options.url else "")
    if options.url and not token:
        raise Usage(_("--url needs a token: --token, --token-stdin or INBOX_TOKEN."))
    url = (options.url or server_here(settings)).rstrip("/")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30) as http,
        httpx.AsyncClient(trust_env=False, timeout=30) as provider,
    ):
        stage: Stage = StageThere(http) if token else StageHere(settings)
        theatre = _Theatre(url, stage, provider, feed_bearer(settings, token), options.json)
        return [
            ScriptRun(path, await theatre.play(script, options.channel))
            for path, script in scripts.items()
        ]


class _Theatre(Struct, frozen=True):
    """A server with a sandbox, and the ways to it."""

    url: str
    stage: Stage
    provider: httpx.AsyncClient
    bearer: Callable[[], str]
    silent: bool

    async def play(self, script: Script, channel: str | None) -> list[StepOutcome]:
        """The sandbox follows us until we leave, however that is."""
        seconds = min(ceil(script.timeout) + _SPARE, LONGEST)
        begun = await self.stage.begin(script.channel or channel or "", seconds)
        try:
            return await self._listening(script, begun)
        finally:
            await self.stage.end(begun)

    async def _listening(self, script: Script, begun: BegunRehearsal) -> list[StepOutcome]:
        """Nothing is played before the feed is open, or an answer could come before it."""
        tape, up = Tape(begun["channel_id"]), asyncio.Event()
        line = Follower(
            feed_address(self.url), self.bearer, tape.hear, _ignore, random.random, up.set
        )
        following = asyncio.ensure_future(line.follow(None))
        playing = asyncio.ensure_future(self._playing(script, begun, tape, up))
        try:
            await asyncio.wait({following, playing}, return_when=asyncio.FIRST_COMPLETED)
            return following.result() if following.done() else playing.result()
        finally:
            following.cancel()
            playing.cancel()

    async def _playing(
        self, script: Script, begun: BegunRehearsal, tape: Tape, up: asyncio.Event
    ) -> list[StepOutcome]:
        try:
            await asyncio.wait_for(up.wait(), _UP_SECONDS)
        except TimeoutError:
            raise Failure(_("The feed of %(url)s does not open.", url=self.url)) from None
        phone = PretendPhone(
            http=self.provider,
            webhook_url=self.url + begun["webhook_path"],
            secret=begun["secret"],
            account=begun["account"],
        )
        direct = partial(self.stage.direct, begun)
        outcomes = []
        async for one in Run(script=script, phone=phone, tape=tape, direct=direct, now=now).play():
            outcomes.append(one)
            if not self.silent:
                _say(one)
        return outcomes


def _ignore(_sentence: str) -> None:
    """A line that breaks resumes where it was."""


def _say(one: StepOutcome) -> None:
    mark = "-" if one.skipped else "ok" if one.failure is None else "FAILED"
    print(f"{mark:6}  {one.number:>3}. {one.title}  {one.seconds:.1f} s", flush=True)
