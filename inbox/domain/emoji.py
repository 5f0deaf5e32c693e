"""What is an emoji, by the blocks of Unicode: every year brings new ones."""

import re

_JOINS = "\u200d\ufe0f\ufe0e\u20e3"
_BASE = re.compile(
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
    "\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299]"
)
_PART = re.compile(f"[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f{_JOINS}]")
_JOINED = re.compile("\u200d.", re.DOTALL)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")


def emoji_in(text: str) -> int:
    """Of how many emoji it is made; 0 if there is anything else in it."""
    simple = _KEYCAP.sub("\u2b50", _FLAG.sub("\u2b50", _JOINED.sub("", text)))
    faces = _PART.sub("", simple)
    return 0 if _BASE.sub("", faces) else len(faces)
