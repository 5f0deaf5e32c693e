"""A template that is to be sent: which one, and what is put into it.

What of that fits is for its definition to say, which only the channel knows
(``sending/templating.py``).
"""

from inbox.domain.content import Content, Template
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.checks import mapping_of, words
from inbox.domain.outgoing.said import Said
from inbox.domain.templates.definition import Definition
from inbox.domain.templates.filling import Value, Values, components_of
from inbox.domain.templates.given import given_values
from inbox.domain.templates.rendering import shown_template
from inbox.domain.text import JsonObject, mapping
from inbox.domain.times import Micros

NAME_LIMIT = 512
LANGUAGE_LIMIT = 20
_PARTS = ("name", "language", "components", "values")


class AskedTemplate(Said, frozen=True):
    """One that is not held against its definition yet; ``values`` by the names of its fields."""

    values: Values


def template(given: object) -> Said:
    """``{name, language, components?}``, or ``values`` by the names of its form's fields."""
    asked = mapping_of(given, "template", _PARTS)
    language = asked.get("language")
    code = mapping(language).get("code") if isinstance(language, dict) else language
    told: Template = {
        "name": words(asked.get("name"), "template.name", NAME_LIMIT),
        "language": words(code, "template.language", LANGUAGE_LIMIT),
    }
    if asked.get("components") and asked.get("values"):
        raise Invalid("template.values", _("Give either components or values."))
    if components := asked.get("components"):
        told["components"] = _objects(components)
    given = mapping(asked.get("values")).items()
    values = {name: _value(name, value) for name, value in given}
    return AskedTemplate("template", {"template": told}, values)


def _objects(components: object) -> list[JsonObject]:
    if not isinstance(components, list) or not all(isinstance(one, dict) for one in components):
        raise Invalid("template.components", _("A list of objects belongs here."))
    return components


def _value(name: str, value: object) -> Value:
    if isinstance(value, str | dict):
        return value
    raise Invalid(f"template.{name}", _("A value is a text or an object."))


def filled_template(said: Said, definition: Definition, now: Micros) -> Said:
    """As it goes out and as it is shown; raises ``Invalid`` where it does not fit."""
    given = said.content["template"].get("components", [])
    values: Values = said.values if isinstance(said, AskedTemplate) else {}
    try:
        values = values or given_values(definition, given)
        components = components_of(definition, values, now)
    except Invalid as wrong:
        raise Invalid(f"template.{wrong.field}", str(wrong)) from None
    content: Content = shown_template(definition, values, components)
    return Said("template", content)
