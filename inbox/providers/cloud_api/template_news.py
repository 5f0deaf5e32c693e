"""What Meta tells of one template (wire-formats A.13): its state, quality, category or parts."""

from typing import Final

from inbox.domain.events import TemplateNews
from inbox.domain.text import JsonObject, identifier, text
from inbox.domain.times import Micros
from inbox.providers.cloud_api.account_news import sentence_of
from inbox.providers.templates import state_now

FIELDS: Final = frozenset(
    {
        "message_template_status_update",
        "message_template_quality_update",
        "message_template_components_update",
        "template_category_update",
    }
)


def read_template_news(
    field: str, value: JsonObject, at: Micros | None, business_account: str | None
) -> TemplateNews | None:
    """None for what names no template."""
    name = identifier(value.get("message_template_name"))
    language = identifier(value.get("message_template_language"))
    if field not in FIELDS or name is None or language is None:
        return None
    told = value.get
    status = state_now(told("event")) if field == "message_template_status_update" else None
    quality = text(told("new_quality_score"), 40)
    category = text(told("new_category"), 40)
    reason = text(told("reason"), 500)
    return TemplateNews(
        reason="field",
        field=field,
        ts=at,
        name=name,
        language=language,
        business_account=business_account,
        status=status,
        quality=quality.upper() if quality else None,
        category=category.upper() if category else None,
        rejected_reason=None if reason in ("NONE", "none") else reason,
        reread=field == "message_template_components_update",
        sentence=sentence_of(field, value),
    )
