"""Notes as HTML: as messages, and whom they name stands out."""

from markupsafe import Markup, escape

from inbox.domain.content import Content
from inbox.domain.mentions import pattern
from inbox.web.present.rich import rich

_FIRST = 0xF000
"""Of the characters that Unicode leaves to everybody: one for each name while the rest is read."""


def noted(text: str, content: Content) -> Markup:
    """The text as HTML, with the names in it that are mentions marked as such.

    A name is put there last, as one character until then: nothing in it is taken for markup. It
    begins a word, so it is in no address.
    """
    names = dict.fromkeys(one["name"] for one in content.get("mentions") or ())
    if not names:
        return rich(text)
    written: list[str] = []

    def stand_in(name: str) -> str:
        written.append(name)
        return chr(_FIRST + len(written) - 1)

    marked = pattern(names).sub(lambda found: stand_in(found[0]), text, count=200)
    html = str(rich(marked))
    for at, name in enumerate(written):
        html = html.replace(chr(_FIRST + at), f'<bdi class="mention">{escape(name)}</bdi>')
    return Markup(html)  # noqa: S704 - rich text, and names that are escaped
