"""Templates of the sandbox: one of each form, so that all can be tried without an account."""

from typing import Final

from inbox.domain.channels import Channel
from inbox.domain.ids import new_id
from inbox.domain.templates.definition import Definition
from inbox.domain.text import JsonObject
from inbox.domain.times import now
from inbox.providers.base import Http
from inbox.providers.templates import SampleFile, TemplateFound, TemplatePage


def _body(text: str, *examples: str) -> JsonObject:
    return {"type": "BODY", "text": text} | (
        {"example": {"body_text": [list(examples)]}} if examples else {}
    )


def _buttons(*buttons: JsonObject) -> JsonObject:
    return {"type": "BUTTONS", "buttons": list(buttons)}


_STOP: JsonObject = {"type": "QUICK_REPLY", "text": "Stop messages"}
_TRACK: JsonObject = {
    "type": "URL",
    "text": "Track your order",
    "url": "https://shop.example/orders/{{1}}",
    "example": ["https://shop.example/orders/1042"],
}
_CALL: JsonObject = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+12025550100"}
_CARD: JsonObject = {
    "components": [
        {"type": "HEADER", "format": "IMAGE"},
        _body("The kettle in {{1}}.", "blue"),
        _buttons({"type": "QUICK_REPLY", "text": "This one"}),
    ]
}

SAMPLES: Final = (
    Definition(
        name="order_ready",
        language="en",
        components=[
            {"type": "HEADER", "format": "TEXT", "text": "Your order is ready"},
            _body("Hello {{1}}, your order {{2}} can be picked up today.", "Amara", "1042"),
            {"type": "FOOTER", "text": "Thank you for your order"},
            _buttons(_TRACK, _CALL),
        ],
    ),
    Definition(
        name="appointment_reminder",
        language="en",
        named=True,
        components=[
            {"type": "HEADER", "format": "LOCATION"},
            {
                "type": "BODY",
                "text": "Dear {{first_name}}, we see you on {{day}} at {{time}} o'clock.",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "first_name", "example": "Amara"},
                        {"param_name": "day", "example": "Friday"},
                        {"param_name": "time", "example": "nine"},
                    ]
                },
            },
            _buttons({"type": "QUICK_REPLY", "text": "I will come"}, _STOP),
        ],
    ),
    Definition(
        name="we_would_like_to_answer",
        language="en",
        components=[
            _body("Hello {{1}}, we have an answer for you. Write back to read it.", "Amara"),
            _buttons({"type": "QUICK_REPLY", "text": "Show me"}),
        ],
    ),
    Definition(
        name="spring_offer",
        language="en",
        category="MARKETING",
        components=[
            {"type": "HEADER", "format": "IMAGE"},
            _body("Hello {{1}}, spring is here: a quarter off everything.", "Amara"),
            {
                "type": "LIMITED_TIME_OFFER",
                "limited_time_offer": {"text": "Until Sunday", "has_expiration": True},
            },
            _buttons({"type": "COPY_CODE", "text": "Copy code", "example": "SPRING25"}, _TRACK),
        ],
    ),
    Definition(
        name="kettles",
        language="en",
        category="MARKETING",
        components=[
            _body("Have a look at what is new, {{1}}, in our shop.", "Amara"),
            {"type": "CAROUSEL", "cards": [_CARD, _CARD]},
        ],
    ),
    Definition(
        name="pedido_listo",
        language="es",
        components=[_body("Hola {{1}}, su pedido {{2}} está listo.", "Amara", "1042")],
    ),
)


class SandboxTemplates:
    whole = False
    changes = True
    fetches = False
    wants_handles = False

    async def business_account(self, http: Http, channel: Channel) -> None:
        """There is none: what is made here is kept by Inbox alone."""

    async def templates(self, http: Http, channel: Channel, after: str) -> TemplatePage:
        return TemplatePage([_approved(one, one.name) for one in SAMPLES])

    async def hand_sample(self, http: Http, channel: Channel, sample: SampleFile) -> str:
        """Nobody looks at it."""
        return f"sandbox:{sample.file.digest}"

    async def create_template(
        self, http: Http, channel: Channel, definition: Definition
    ) -> TemplateFound:
        """Approved at once, as nobody looks at it."""
        return _approved(definition, new_id(now()))

    async def change_template(
        self, http: Http, channel: Channel, provider_id: str, definition: Definition
    ) -> TemplateFound:
        return _approved(definition, provider_id)

    async def delete_template(
        self, http: Http, channel: Channel, name: str, provider_id: str | None
    ) -> None:
        return None


def _approved(definition: Definition, provider_id: str) -> TemplateFound:
    return TemplateFound(definition=definition, status="APPROVED", provider_id=provider_id)
