"""Provider errors in plain words: what happened, what to do, when to try again."""

import pytest

from inbox.providers.errors import advice, explain

# Every code that the wire formats name: of Meta first (A.13, B.4), then of on-premises clients
# and their hosts (C.7).
_FOR_GOOD = """
    0 3 10 33 100 190 200 299 368 470 130472 130497 131005 131008 131009 131021 131026 131030
    131031 131037 131042 131044 131045 131047 131048 131049 131050 131051 131052 131053 131060
    131062 131063 131064 132000 132001 132005 132007 132008 132012 132015 132016 132068 132069
    133000 133001 133002 133003 133005 133006 133007 133008 133009 133010 133011 133012 133013
    133014 133015 133016 137000 2593109
    400 401 402 403 408 410 430 432 433 470 471 472 480 501 1001 1002 1004 1005 1006 1008 1009
    1010 1013 1021 1022 1024 1025 1026 1031
    2000 2001 2002 2003 2004 2005 2006 2007 2008 2009 2010 2011 2012
"""
_PASSING = """
    1 2 4 17 341 613 80007 130429 131000 131016 131056 131057 133004 135000 2494100
    429 500 502 1000 1011 1014 1015 1016 1023
"""
FOR_GOOD, PASSING = ([int(code) for code in codes.split()] for codes in (_FOR_GOOD, _PASSING))


@pytest.mark.parametrize("code", FOR_GOOD)
def test_a_code_that_time_does_not_heal_is_never_retried(code: int) -> None:
    known = advice(code)
    assert known is not None
    assert known.retry_after is None


@pytest.mark.parametrize("code", PASSING)
def test_a_code_that_passes_says_when_to_try_again(code: int) -> None:
    known = advice(code)
    assert known is not None
    assert known.retry_after
    assert known.retry_after >= 5


@pytest.mark.parametrize("code", FOR_GOOD + PASSING)
def test_every_code_is_explained_in_sentences(code: int) -> None:
    problem = explain(code, "Re-engagement message", None)
    assert problem["code"] == code
    assert problem["title"] != "Re-engagement message"
    assert problem["detail"].endswith(".")


def test_explaining_twice_changes_nothing() -> None:
    for code in (131047, 131056, 987654, None):
        once = explain(code, "Their title", "Their detail")
        assert explain(once.get("code"), once["title"], once.get("detail")) == once
        assert "Their detail" in once["detail"]


def test_words_that_add_nothing_are_not_repeated() -> None:
    assert explain(131047, "Title", "Title") == explain(131047, None, None)
    assert explain(None, None, None) == {"title": "WhatsApp refused the message"}
    assert explain(0, None, None)["code"] == 0
    assert len(explain(131047, None, "x" * 10_000)["detail"]) < 700
