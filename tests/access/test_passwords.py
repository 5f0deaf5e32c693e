import time

import pytest

from inbox.access import passwords

GOOD = "correct horse battery"


def test_only_the_password_opens() -> None:
    kept = passwords.hash_password(GOOD)
    assert passwords.password_matches(kept, GOOD)
    assert not passwords.password_matches(kept, GOOD + " ")
    assert GOOD not in kept


def test_what_is_kept_costs_who_guesses_the_least_that_owasp_asks_for() -> None:
    assert passwords.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords._NOBODY.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert passwords.hash_password(GOOD) != passwords.hash_password(GOOD)


def test_keyboards_that_spell_a_letter_differently_agree() -> None:
    kept = passwords.hash_password("zażółć gęślą jaźń \u00e9")
    assert passwords.password_matches(kept, "zażółć gęślą jaźń e\u0301")


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_who_has_no_password_cannot_sign_in_with_any(kept: str | None) -> None:
    for password in ("", "nobody", GOOD):
        assert not passwords.password_matches(kept, password)


def test_an_unknown_user_costs_a_real_comparison() -> None:
    """Only that a hash is computed at all: two orders of magnitude above a look-up."""
    start = time.perf_counter()
    passwords.password_matches(None, GOOD)
    assert time.perf_counter() - start > 0.001


@pytest.mark.parametrize("password", ["\ud83d" * 12, "x" * 2_000_000, "\x00" * 20])
def test_no_input_breaks_the_comparison(password: str) -> None:
    assert not passwords.password_matches(passwords.hash_password(GOOD), password)


def test_a_password_too_long_to_set_equals_no_shorter_one() -> None:
    longest = (GOOD * 50)[: passwords.LONGEST]
    assert passwords.password_problem(longest) is None
    assert not passwords.password_matches(passwords.hash_password(longest), longest + "ab")


@pytest.mark.parametrize(
    "password",
    [
        *("short", "x" * 11, "ab" * 513, "z" * 20),
        *(
            "ana@example.com",
            "Ana@Example.Com",
            "Ana Kowalska",
            "KowalskaAna99",
            "ana.kowalska@2024",
        ),
        *("inboxinbox2025", "Example.Com.1234", "Żana Kowalska!!"),
        *("password1234", "Password123!", "passwordpassword", "qwertyuiop12", "1q2w3e4r5t6y"),
        *("123456789012", "abcabcabcabc", "iloveyou1234", "P@ssw0rd1234", "letmeinletmein"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str) -> None:
    assert passwords.password_problem(password, email="ana@example.com", name="ana kowalska")


def test_a_long_password_is_fine_without_digits_and_signs() -> None:
    for good in (GOOD, "ana likes blue trains", "kept from everybody", "zażółć gęślą jaźń"):
        assert passwords.password_problem(good, email="ana@example.com", name="Ana") is None


def test_a_machine_s_password_needs_no_words() -> None:
    for good in ("83920174650192", "X9#kQ2$vL7!pZ4", "x" + "7f3a9c1e5b2d8064"):
        assert passwords.password_problem(good, email="ana@example.com", name="Ana") is None
