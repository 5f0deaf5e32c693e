"""What the library phonenumbers knows, loaded when a number is first read: it is a fiftieth of a
start, and a megabyte."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = [
    "SUPPORTED_REGIONS",
    "NumberParseException",
    "PhoneNumber",
    "PhoneNumberFormat",
    "ValidationResult",
    "country_code_for_region",
    "format_number",
    "is_possible_number_with_reason",
    "national_significant_number",
    "ndd_prefix_for_region",
    "parse",
    "region_code_for_country_code",
    "region_code_for_number",
]

if TYPE_CHECKING:
    from phonenumbers import (
        SUPPORTED_REGIONS,
        NumberParseException,
        PhoneNumber,
        PhoneNumberFormat,
        ValidationResult,
        country_code_for_region,
        format_number,
        is_possible_number_with_reason,
        national_significant_number,
        ndd_prefix_for_region,
        parse,
        region_code_for_country_code,
        region_code_for_number,
    )
else:

    def __getattr__(name: str) -> Any:
        """Asked once for each name."""
        found = globals()[name] = getattr(import_module("phonenumbers"), name)
        return found


def is_whole(number: "PhoneNumber") -> bool:
    """Whether it is as long as numbers of its country are; one of its area alone is not."""
    known = import_module("phonenumbers")
    return bool(known.is_possible_number_with_reason(number) == known.ValidationResult.IS_POSSIBLE)
