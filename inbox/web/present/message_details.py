"""Forms, orders and places: what a customer filled in, wants to buy, and where they are."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from inbox.domain.content import Content, Interactive, Location, Order
from inbox.domain.language import _, number
from inbox.domain.text import clip

MOST_ROWS = 60
ANSWER_SHOWN = 1_000
LABEL_SHOWN = 200
_SCREEN = re.compile(r"^screen_[0-9]+_(.+?)(?:_[0-9]+)?$")
_OF_THE_MACHINE = frozenset({"flow_token", "wa_flow_response_params"})
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_PAIR = re.compile(r"\s*(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)


def filled(answer: Interactive) -> list[tuple[str, str]]:
    """The answers of a form (a flow): pairs of a label and what was filled in."""
    rows: list[tuple[str, str]] = []
    for label, value in _leaves(answer.get("data") or {}, ""):
        if len(rows) == MOST_ROWS:
            return [*rows, ("…", "")]
        rows.append((label, clip(value, ANSWER_SHOWN)))
    raw = answer.get("raw")
    return rows or ([(_("Answer"), clip(str(raw), ANSWER_SHOWN))] if raw else [])


def _leaves(data: Mapping[str, object], above: str) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if name in _OF_THE_MACHINE:
            continue
        label = clip(f"{above} › {_label(name)}" if above else _label(name), LABEL_SHOWN)
        match value:
            case dict():
                yield from _leaves(value, label)
            case list() if any(isinstance(item, dict) for item in value):
                for at, item in enumerate(value, 1):
                    inner = item if isinstance(item, dict) else {str(at): item}
                    yield from _leaves(inner, f"{label} {at}")
            case list():
                yield label, ", ".join(_said(item) for item in value[:ANSWER_SHOWN])
            case _:
                yield label, _said(value)


def _label(name: str) -> str:
    """``screen_0_First_name_1``, as Meta's builder calls a field, is "First name"."""
    found = _SCREEN.match(name)
    words = (found[1] if found else name).replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else name


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def location_details(content: Content, words: str) -> Location:
    """A location; where a system tells its coordinates in words ("51.5,-0.12"), with those."""
    told: Location = content.get("location") or {}
    if "lat" not in told and (found := _PAIR.fullmatch(words)):
        lat, lng = float(found[1]), float(found[2])
        if abs(lat) <= 90 and abs(lng) <= 180:
            return {**told, "lat": lat, "lng": lng}
    return told


class Item(NamedTuple):
    """A line of an order. ``price`` is of one, ``amount`` of all of the line; empty if unknown."""

    name: str
    quantity: str
    price: str
    amount: str


class Bill(NamedTuple):
    items: list[Item]
    total: str


def bill(order: Order) -> Bill:
    """An order as a table. There is a total if every line has a price, all of one currency."""
    items, total, currencies = [], Decimal(0), set()
    for product in order.get("products") or []:
        price, quantity = _number(product.get("price")), _number(product.get("quantity"))
        currency = product.get("currency") or ""
        known = currency if _CURRENCY.fullmatch(currency) else ""
        currencies.add(known)
        amount = None if price is None or quantity is None else price * quantity
        total += amount or 0
        if amount is None:
            currencies.add("")
        items.append(
            Item(
                name=product.get("id") or _("Unnamed product"),
                quantity=product.get("quantity") or "",
                price=_money(price, known)
                or " ".join(filter(None, [product.get("price"), currency])),
                amount=_money(amount, known),
            )
        )
    whole = items and len(currencies) == 1 and "" not in currencies
    return Bill(items, _money(total, currencies.pop()) if whole else "")


def _number(value: object) -> Decimal | None:
    words = str(value or "").strip()
    try:
        return Decimal(words) if _PRICE.fullmatch(words) else None
    except InvalidOperation:
        return None


def _money(amount: Decimal | None, currency: str) -> str:
    """``1,234.50 EUR``: as precise as it was told, with two digits at least."""
    if amount is None:
        return ""
    digits = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{number(float(amount), digits)} {currency.upper()}".rstrip()
