"""The documents as this server shows them: whole, open to everybody, and every link leads on."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from inbox.web.documents.drawn import drawn
from inbox.web.documents.links import as_markdown
from inbox.web.documents.shelf import MADE, START, Shelf, found_shelf, shelf
from tests.support.server import Server

PAGES = ["/docs", *(f"/docs/{entry.name}" for entry in found_shelf().order())]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


class Seen(HTMLParser):
    """What a page links to and shows, and the names that its parts have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value and tag != "use":
                self.links.append(value)
            if name == "id" and value:
                self.names.append(value)


@pytest.fixture
def anybody(servers: object) -> httpx.Client:
    """Who has not signed in."""
    server: Server = servers("sqlite")  # type: ignore[operator]  # it gives the server of an engine
    return server.browser()


def seen(client: httpx.Client, path: str) -> Seen:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text[:200])
    return Seen(answer.text)


def test_every_link_of_every_page_leads_somewhere(anybody: httpx.Client) -> None:
    pages = {path: seen(anybody, path) for path in PAGES}
    known: dict[str, int] = {}
    for path, page in pages.items():
        assert len(set(page.names)) == len(page.names), path
        for link in page.links:
            to = urlsplit(urljoin(path, link))
            if to.netloc:
                assert to.scheme == "https", (path, link)
                continue
            if to.path in pages:
                assert not to.fragment or to.fragment in pages[to.path].names, (path, link)
            if to.path not in known:
                known[to.path] = anybody.get(to.path).status_code
            assert known[to.path] in (200, 303), (path, link)


def test_every_link_of_every_page_as_markdown_leads_somewhere(anybody: httpx.Client) -> None:
    found = set()
    for path in ["/llms.txt", *(f"{page}.md" for page in PAGES[1:]), "/docs/README.md"]:
        answer = anybody.get(path)
        assert answer.headers["content-type"].startswith("text/"), path
        links = LINK.findall(FENCE.sub("", answer.text))
        found |= {urljoin(path, link).partition("#")[0] for link in links}
    inside = [link for link in found if not link.startswith("https:")]
    assert len(inside) >= len(PAGES) - 1
    assert {link: anybody.get(link).status_code for link in inside} == dict.fromkeys(inside, 200)


def test_the_start_lists_every_document_once() -> None:
    here = found_shelf()
    listed = [entry.name for entry in here.order()]
    assert sorted(listed) == sorted([*(here.pages.keys() - {START}), *(one.name for one in MADE)])
    assert [group.title for group in here.groups] == ["Guides", "Reference", "Running"]


def test_llms_txt_has_the_form_of_llmstxt_org(anybody: httpx.Client) -> None:
    text = anybody.get("/llms.txt").text
    assert re.match(r"# .+\n\n> ", text)
    sections = re.split(r"^## .+\n\n", text, flags=re.MULTILINE)[1:]
    entries = [line for part in sections for line in part.replace("\n  ", " ").strip().split("\n")]
    assert all(re.fullmatch(r"- \[.+\]\(/docs/\S+\.md\): .+", one) for one in entries), entries


def test_a_copy_is_good_while_its_etag_is(anybody: httpx.Client) -> None:
    for path in ("/docs", "/docs/feed", "/docs/feed.md", "/llms.txt"):
        first = anybody.get(path)
        etag = first.headers["etag"]
        again = anybody.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cache-control"] == "no-cache"


def test_what_is_no_document_is_not_served(anybody: httpx.Client) -> None:
    for path in (
        "/docs/nothing",
        "/docs/..%2fpyproject.toml",
        "/docs/%2e%2e/README.md",
        "/docs/README",
    ):
        assert anybody.get(path).status_code == 404, path


def small(tmp_path: Path, text: str) -> Shelf:
    (tmp_path / "guides").mkdir()
    (tmp_path / "README.md").write_text("# Start\n\n## Guides\n\n- [A](guides/a.md): of it\n")
    (tmp_path / "guides" / "a.md").write_text(text)
    return shelf(tmp_path)


def test_raw_html_and_scripts_in_links_are_only_text(tmp_path: Path) -> None:
    html = drawn("<script>1</script> [x](javascript:alert(1)) <b onclick=1>", str).html
    assert "<script" not in html
    assert "<b " not in html
    assert "<a" not in html
    assert "&lt;script&gt;" in html


def test_a_file_that_is_no_page_is_named_and_not_linked(tmp_path: Path) -> None:
    text = as_markdown(
        small(tmp_path, "[rules](../../CONTRIBUTING.md) [b](../README.md#start)"), "guides/a"
    )
    assert text == "rules (`CONTRIBUTING.md` of the source) [b](/docs/README.md#start)"


def test_a_heading_that_is_there_twice_has_two_names() -> None:
    body = drawn("# A\n\n## It's `so`\n\n## Its so\n", str)
    assert [one.anchor for one in body.contents] == ["its-so", "its-so-1"]
