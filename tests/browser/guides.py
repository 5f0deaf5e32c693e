"""A guide of docs/guides on the stage: its files as they are printed, its commands run in a shell.

What a block is its first line says. With a name behind the language it is a file, as
``python bot.py``; ``sh`` alone is what the reader types, in the folder that has these files.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from playwright._impl._driver import compute_driver_executable

from tests.support.server import PATIENCE

GUIDES = sorted((Path(__file__).parents[2] / "docs" / "guides").glob("*.md"))
NODE = compute_driver_executable()[0]
"""That of Playwright, as many a machine has none that is new enough."""


class Block(NamedTuple):
    language: str
    name: str
    """Of a file; "" for a command."""
    text: str


def blocks_of(guide: Path) -> list[Block]:
    found = []
    for token in MarkdownIt().parse(guide.read_text()):
        assert token.type != "code_block", f"{guide.name}: fence it, or nothing runs it"
        if token.type == "fence":
            language, _, name = token.info.partition(" ")
            found.append(Block(language, name, token.content))
    return found


class Lines:
    """What a program says, line by line."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def until(self, part: str) -> list[str]:
        """What it says until a line that has this, with that one."""
        said: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while not said or part not in said[-1]:
                line = await self._stream.readline()
                assert line, f"it ended without {part!r}: {said}"
                said.append(line.decode().rstrip("\n"))
        return said


class Stage:
    """The folder of a reader, and what of the guide was run in it."""

    def __init__(self, guide: Path, folder: Path, url: str, token: str) -> None:
        self.blocks, self.folder = blocks_of(guide), folder
        self._run: set[Block] = set()
        programs = [str(Path(sys.executable).parent), str(Path(NODE).parent)]
        self._environment = os.environ | {
            "INBOX": url,
            "INBOX_TOKEN": token,
            "PATH": os.pathsep.join([*programs, os.environ["PATH"]]),
            "no_proxy": "*",
        }
        for block in self.blocks:
            if block.name:
                (folder / block.name).write_text(block.text)

    @property
    def never_run(self) -> list[Block]:
        return [one for one in self.blocks if one not in self._run]

    def take(self, name: str) -> str:
        """A file of it, for who does with it what its reader does."""
        [block] = [one for one in self.blocks if one.name == name]
        self._run.add(block)
        return block.text

    @asynccontextmanager
    async def typed(self, part: str, **environment: str) -> AsyncIterator[Lines]:
        """Run the command that has this in it, and kill it in the end: it must not have ended."""
        [block] = [one for one in self.blocks if one.language == "sh" and part in one.text]
        named = {one for one in self.blocks if one.name and one.name in block.text}
        self._run |= {block, *named}
        async with self.running("sh", "-c", block.text, **environment) as lines:
            yield lines

    @asynccontextmanager
    async def running(self, *command: str, **environment: str) -> AsyncIterator[Lines]:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=self.folder, env=self._environment | environment,
            stdout=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        assert process.stdout
        try:
            yield Lines(process.stdout)
            assert process.returncode is None, "it goes on"
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
            await process.communicate()  # what it said still; its pipe is closed then
