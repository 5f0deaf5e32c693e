"""What a notice says to who gets it: by whom, the beginning of what they wrote, where it leads."""

from typing import Final, TypedDict

from inbox.desk.telling.pushes import PushJob
from inbox.domain.language import _, language, speaking
from inbox.domain.shapes import encoded
from inbox.domain.text import clip
from inbox.domain.times import MILLISECOND
from inbox.languages.choosing import language_chosen
from inbox.web.present.message_types import preview
from inbox.web.present.naming import display_name

TITLE_SHOWN: Final = 120
BODY_SHOWN: Final = 240


class PushedNotice(TypedDict):
    """What static/js/service_worker.js reads. Of one ``tag`` a browser shows the newest."""

    title: str
    body: str
    tag: str
    url: str
    at: int | None
    lang: str
    dir: str


def push_words(job: PushJob | None) -> str:
    """As JSON, far below what a push may hold; None: a test, for who asks for it."""
    if job is None:
        title = _("Notices arrive here")
        return _notice(title, _("This is the test that you asked for."), "test", "/account/notices")
    with speaking(language_chosen(job.language)):
        return _told(job)


def _told(job: PushJob) -> str:
    name = display_name(job.contact)
    body = clip(preview(job.glimpse), BODY_SHOWN)
    if job.kind == "mention":
        title = _("%(who)s names you in a note on %(name)s", who=job.sender or "", name=name)
        body = "" if job.muffled else body
    elif job.kind == "assignment":
        title = _("%(name)s was assigned to you", name=name)
        body = "" if job.muffled else body
    else:
        title, body = name, _("New message") if job.muffled else body
    tag = f"{job.kind}:{job.conversation_id}"
    address = f"/conversations/{job.conversation_id}?message={job.glimpse['id']}"
    return _notice(title, body, tag, address, job.at // MILLISECOND)


def _notice(title: str, body: str, tag: str, url: str, at: int | None = None) -> str:
    spoken = language()
    told: PushedNotice = {
        "title": clip(title, TITLE_SHOWN),
        "body": body,
        "tag": tag,
        "url": url,
        "at": at,
        "lang": spoken.code,
        "dir": "auto" if spoken.direction == "ltr" else spoken.direction,
    }
    return encoded(told)
