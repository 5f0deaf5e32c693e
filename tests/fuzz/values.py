"""Scalars that break things: numbers, texts, keys and times nobody would send on purpose."""

import math
import random
from typing import Any

from hypothesis import strategies as st


class Raw(str):
    """A JSON number that Python would write otherwise; ``mutations.written`` puts it in."""

    __slots__ = ()


NUMBERS: tuple[Any, ...] = (
    *(0, -1, 1, True, False, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 2**64, 10**19),
    *(0.1, -0.0, 1e300, 5e-324, 1.7976931348623157e308, 1750000000.5),
    *map(Raw, ("1e999", "-1e999", "1E+400", "0e0", "-0", "1.0000000000000000000000001")),
    Raw("9" * 4_300),
    Raw("-" + "7" * 4_000),
    Raw("0." + "3" * 5_000),
)
ILL_NUMBERS = (math.nan, math.inf, Raw("9" * 5_000), Raw("01"), Raw("+1"), Raw(".5"), Raw("0x1F"))
"""The first are no JSON and the rest no numbers: each makes the body unreadable."""

TEXTS: tuple[str, ...] = (
    *("", " ", "\x00", "a\x00b", "\ufeff", "\ufffe", "\uffff", "\U0010ffff"),
    *("\ud83d", "\ude00\ud83d", "tail\ud800", "\udfff" * 40, "\ud83d\ude00"),
    *("\u202egnp.exe", "\u2066\u2066\u2067", "\u200b\u200d\u2060", "\u115f\u3164\u2800"),
    *("e" + "\u0301" * 3_000, "Z\u0340\u0341\u0360" * 500, "\U0001f468\u200d\U0001f469\u200d" * 99),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}{% raw %}", "]]>"),
    *("'; DROP TABLE messages; --", "%s%n%d", "$(reboot)", "../../etc/passwd", "C:\\CON", "\\"),
    *(
        "javascript:alert(1)",
        "data:text/html,<b>x",
        "file:///etc/passwd",
        "https://[::1",
        "http://",
    ),
    *("=cmd()", "@SUM(1)", "+1", "-1", "\r\nSet-Cookie: a=b", "\x1b[31m", "\x7f\x80\x9f\xad"),
    *("*" * 2_000, "_*~" * 700, "`" * 999, "```" * 333, "*a" * 900, "a@" * 900, "www." * 500),
    *("\n" * 5_000, "\u2028\u2029\x85\x0b\x0c", "+1 202 555 0142", "0012025550142", "1" * 300),
    *("true", "null", "NaN", "-Infinity", "١٢٣", "²", "1_000", " 12 ", "0x10", "1e5"),
    "x" * 100_000,
    "\U0001f600" * 20_000,
    " ".join(f"w{n}" for n in range(15_000)),
)
KEYS = ("", "__proto__", "constructor", "hasOwnProperty", "a.b[c]", "\x00", "\ud800", "id", "type")
WORDS = (
    *("text", "image", "contacts", "interactive", "order", "system"),
    *("reaction", "edit", "revoke"),
)
STATUSES = ("sent", "delivered", "read", "failed", "deleted", "played", "READ", "warning")
TIMES: tuple[Any, ...] = (
    *("0", "-1", "1", "99999999999", "9999999999999", "253402300800", "1e9", "tomorrow", ""),
    *("2025-06-15T15:06:40Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00", "2025-06-15T99"),
    *(0, -1, 1750000000, 1750000000000, 1e300, 2**70, Raw("1e999"), None, True, [], "1" * 16),
)

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So"]))
    | st.sampled_from(TEXTS)
    | st.sampled_from([number for number in NUMBERS if not isinstance(number, Raw)])
    | st.sampled_from([time for time in TIMES if not isinstance(time, Raw)])
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


def scalar(rng: random.Random) -> Any:
    match rng.randrange(6):
        case 0:
            return rng.choice(NUMBERS)
        case 1 | 2:
            return rng.choice(TEXTS)
        case 3:
            return rng.choice(TIMES)
        case 4:
            return rng.choice((*WORDS, *STATUSES))
    # What no list of ours holds: any code points at all, the unpaired halves among them.
    ends = [rng.choice((0x110000, 0x3000)) for _ in range(rng.randrange(1, 700))]
    return "".join(chr(rng.randrange(end)) for end in ends)


def anything(rng: random.Random, depth: int = 3) -> Any:
    if depth == 0 or rng.random() < 0.5:
        return scalar(rng)
    many = rng.randrange(4)
    if rng.random() < 0.5:
        return [anything(rng, depth - 1) for _ in range(many)]
    return {rng.choice((*KEYS, *WORDS)): anything(rng, depth - 1) for _ in range(many)}
