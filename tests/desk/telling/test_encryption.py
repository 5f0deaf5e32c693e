"""What only one browser can read, held to the example of RFC 8291 (section 5)."""

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from inbox.desk.telling.encryption import PLAIN_LIMIT, encrypted, is_point, of_base64
from tests.support.push_service import Browser

PLAIN = b"When I grow up, I want to be a watermelon"
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
    "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
    "a-fN"
)


def test_the_example_of_the_rfc_comes_out_to_the_byte() -> None:
    ours = derive_private_key(int.from_bytes(of_base64(SENDER), "big"), SECP256R1())
    keys = of_base64(BROWSER), of_base64(AUTH), of_base64(SALT)
    assert encrypted(PLAIN, *keys, ours) == of_base64(BODY)


def test_the_browser_reads_it_and_no_two_are_alike() -> None:
    browser = Browser("https://push.example/1")
    keys = {name: of_base64(text) for name, text in browser.keys.items()}
    one, other = (encrypted(PLAIN, **keys) for _ in range(2))
    assert one != other and browser.decrypted(one) == browser.decrypted(other) == PLAIN


def test_the_longest_fills_what_a_push_service_takes() -> None:
    browser = Browser("https://push.example/1")
    body = encrypted(b"x" * PLAIN_LIMIT, *map(of_base64, browser.keys.values()))
    assert len(body) == 4096 and len(browser.decrypted(body)) == PLAIN_LIMIT


def test_what_is_no_point_of_the_curve_is_told() -> None:
    right = of_base64(BROWSER)
    assert is_point(right)
    assert not any(map(is_point, (b"", right[:-1], right + b"\0", right[:-1] + b"\0", b"\4" * 65)))
