"""Make all that starts keep, where nothing can be written later: ``python -m`` this in an image."""

from inbox.storage import tables
from inbox.web.present.templating import environment
from inbox.web.process.assets import found_assets
from inbox.web.process.web_files import web_files


def keep_all() -> None:
    """Whatever was not kept yet is, by being made."""
    assert tables.metadata.tables  # they were made when they were imported
    pages = environment(web_files().templates, found_assets().url)
    for name in pages.list_templates():
        pages.get_template(name)
    found_assets().compress()


if __name__ == "__main__":
    keep_all()
