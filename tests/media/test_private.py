"""Customers' files are for the owner of the process alone."""

import stat
from pathlib import Path

from inbox.media.store import Store


async def test_the_folder_that_the_first_file_makes_is_closed_to_others(tmp_path: Path) -> None:
    store = Store(tmp_path / "above" / "media")
    async with store.incoming() as file:
        await file.write(b"hello")
        await file.finish()
        await store.keep(file)
    made = [store.folder, *(path for path in store.folder.rglob("*") if path.is_dir())]
    assert len(made) == 3
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in made} == {0o700}
