"""The one Jinja environment: pages, their fragments and the feed's are the same partials."""

import uuid
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from inbox.conversations.belonging import views_of
from inbox.desk.label_colors import LabelColors
from inbox.domain import language
from inbox.domain.formatting import (
    calendar_day,
    clock,
    enumerated,
    lasting,
    millis,
    quantity,
    size,
)
from inbox.domain.language import N_, number, retold
from inbox.domain.markup import plain
from inbox.domain.message_types import notice, playtime
from inbox.domain.money import country_name, money
from inbox.domain.templates.languages import name_of
from inbox.domain.times import iso, now
from inbox.domain.undo import UNDOABLE
from inbox.domain.vcard import called, with_vcard
from inbox.domain.webhooks import ENDED
from inbox.media import voice
from inbox.media.bounds import LONGEST_VOICE
from inbox.providers.registrars import REGISTRARS
from inbox.web.present import event_cards, message_types
from inbox.web.present.compiled import CompiledTemplates
from inbox.web.present.costs import category_name, charged
from inbox.web.present.failures import asking_number, failure, failure_reason
from inbox.web.present.files import file_view
from inbox.web.present.kept_parts import KeptParts
from inbox.web.present.lateness import late, late_message
from inbox.web.present.links import host, mailto, tel, weblink, website
from inbox.web.present.message_details import bill, filled, location_details
from inbox.web.present.message_types import kind, preview, unsupported
from inbox.web.present.naming import (
    both_forms,
    display_name,
    hue,
    in_short,
    initials,
    near,
    pretty_phone,
)
from inbox.web.present.national import region_of
from inbox.web.present.noted import noted
from inbox.web.present.offers import offered
from inbox.web.present.rich import beginning, jumbo, rich
from inbox.web.present.row_facts import arrival, digits
from inbox.web.present.standing import priority_word, status_word
from inbox.web.present.template_forms import words_of
from inbox.web.present.view_keys import count_words
from inbox.web.present.view_words import view_word
from inbox.web.present.windows import can, window


def environment(
    templates: Path,
    asset: Callable[[str], str],
    colors: LabelColors | None = None,
) -> jinja2.Environment:
    """``asset`` turns ``css/every.css`` into its immutable address."""
    colors = colors or LabelColors()
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        enable_async=False,
        auto_reload=False,  # else every fragment of every event asks the disk
        bytecode_cache=CompiledTemplates(Path(__file__)),
        extensions=["jinja2.ext.i18n"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension adds it
    env.globals |= {"_": _said, "gettext": _said, "ngettext": _counted, "N_": N_}
    env.globals["language"] = language.language
    env.globals["asset"] = asset
    env.globals["registrars"] = REGISTRARS
    env.globals["endings"] = ENDED
    env.globals["voice"] = {"longest": LONGEST_VOICE, "converts": voice.able()}
    # One form is one message, also where no script makes its id and a button is pressed twice.
    env.globals["moment"] = lambda: iso(now())
    env.globals["fresh_id"] = lambda: str(uuid.uuid4())
    env.filters |= {
        "arrival": arrival,
        "asking_number": asking_number,
        "beginning": beginning,
        "bill": bill,
        "both_forms": both_forms,
        "brief": brief,
        "calendar_day": calendar_day,
        "called": called,
        "can": can,
        "category_name": category_name,
        "charged": charged,
        "clock": clock,
        "coordinate": coordinate,
        "country_name": country_name,
        "count_words": count_words,
        "counted": event_cards.counted,
        "described": message_types.described,
        "digits": digits,
        "display_name": display_name,
        "failure": failure,
        "filled": filled,
        "from_customer": message_types.is_from_customer,
        "glimpse": message_types.glimpse_of,
        "host": host,
        "hue": hue,
        "in_short": in_short,
        "initials": initials,
        "jumbo": jumbo,
        "kind": kind,
        "near": near,
        "place": location_details,
        "plain": plain,
        "playtime": playtime,
        "priority": priority_word,
        "pretty_phone": pretty_phone,
        "preview": preview,
        "quantity": quantity,
        "reason": failure_reason,
        "rich": rich,
        "region": region_of,
        "language_name": name_of,
        "lasting": lasting,
        "label_color": colors.of,
        "late": late,
        "late_message": late_message,
        "listed": enumerated,
        "number": number,
        "offered": offered,
        "retold": retold,
        "view_word": view_word,
        "views": views_of,
        "undoable": lambda reason: reason == UNDOABLE,
        "mailto": mailto,
        "media": file_view,
        "noted": noted,
        "notice": notice,
        "millis": millis,
        "money": money,
        "size": size,
        "status_word": status_word,
        "tel": tel,
        "template_words": words_of,
        "told": with_vcard,
        "unsupported": unsupported,
        "weblink": weblink,
        "website": website,
        "window": window,
    }
    env.globals["ui"] = ui = env.get_template("macros.html").module
    vars(ui)["icon"] = lru_cache(1_024)(vars(ui)["icon"])  # the same for all; a page has hundreds
    env.globals["kept_parts"] = KeptParts(env, colors)
    return env


def _said(text: str, /, **values: object) -> Markup:
    """``language._`` for markup: texts may hold some, and values are escaped."""
    spoken = language.language()
    return _with(text, spoken, values) if values else _alone(text, spoken)


def _with(text: str, spoken: language.Language, values: Mapping[str, object]) -> Markup:
    return Markup(spoken.texts.gettext(text)) % values  # noqa: S704 - a text of ours


@lru_cache(maxsize=8_192)
def _alone(text: str, spoken: language.Language) -> Markup:
    return _with(text, spoken, {})


def _counted(one: str, many: str, num: int, /, **values: object) -> Markup:
    text = language.language().texts.ngettext(one, many, num)
    return Markup(text) % {"num": number(num), **values}  # noqa: S704 - texts are ours, and what goes into them is escaped


def brief(key: str) -> str:
    """A short name for an id of a provider's, for finding it on a page: eight hex digits."""
    return f"{zlib.crc32(key.encode()):08x}"


def coordinate(degrees: float) -> str:
    """Degrees as maps take them, to within a metre: 48.85837."""
    return f"{degrees:.5f}"
