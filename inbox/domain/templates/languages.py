"""Languages in which WhatsApp has templates, by its own codes, and what they are called."""

from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from inbox.domain.language import cldr, language

_CODES: Final = """
af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW hr cs da prs_AF
nl nl_BE en en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG
en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA ka de de_AT de_CH el gu ha he hi hu id ga it ja
kn kk rw_RW ko ky_KG lo lv lt mk ms ml mr nb ps_AF fa pl pt_BR pt_PT pa ro ru sr si_LK sk sl es
es_AR es_CL es_CO es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur
uz vi zu
"""
CODES: Final = tuple(_CODES.split())


def name_of(code: str) -> str:
    """As the reader calls it: "Portuguese (Brazil)"; a code that nobody knows stays as it is."""
    return _name(code, language().locale)


@lru_cache(maxsize=512)
def _name(code: str, reader: str) -> str:
    try:
        return Locale.parse(code).get_display_name(cldr(reader)) or code
    except (UnknownLocaleError, ValueError):
        return code
