"""Section G at the level of HTTP: slow, aborted, lying, malformed. Never a 5xx, nothing stored
that was not authentic, nobody else kept waiting, nothing in the log to wake an admin."""

import pytest

from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.sandbox import meta_json
from tests.fuzz.wire import answers, ask, chunked, post, wire
from tests.support.server import SECRET, Line, Server, said, webhook

pytestmark = pytest.mark.usefixtures("well")

BODY = meta_json(webhook(messages=[said("wamid.wire", "hello")]))
PROOF = f"{HEADER}: {sign(SECRET, BODY)}".encode()
DIGEST = sign(SECRET, BODY).removeprefix("sha256=").encode()
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def line(server: Server) -> Line:
    return server.add_channel()


SIGNATURES: list[tuple[list[bytes], set[int]]] = [
    ([PROOF], {200}),
    ([PROOF.upper().replace(b"SHA256", b"sha256")], {200}),
    ([HEADER.encode() + b":sha256=  " + DIGEST + b"  "], {200}),
    ([PROOF, PROOF], {200, 401}),
    ([PROOF, HEADER.encode() + b": sha256=" + b"0" * 64], {200, 401}),
    ([HEADER.encode() + b": sha256=" + b"0" * 64, PROOF], {200, 401}),
    ([HEADER.encode() + b": sha1=" + b"0" * 40], {401}),
    ([b"X-Hub-Signature: sha1=" + b"0" * 40], {401}),
    ([HEADER.encode() + b": sha256=" + DIGEST[:-1]], {401}),
    ([HEADER.encode() + b": sha256=" + DIGEST + b"00"], {401}),
    ([HEADER.encode() + b": sha256=" + DIGEST + b"," + DIGEST], {401}),
    ([HEADER.encode() + b": SHA256=" + DIGEST], {200, 401}),
    ([HEADER.encode() + b": " + DIGEST], {401}),
    ([HEADER.encode() + b": sha256=" + b"a" * 50_000], {401}),
    ([HEADER.encode() + b": sha256=\xff\xfe\x80"], {400, 401}),
    ([HEADER.encode() + b":"], {401}),
    ([HEADER.encode() + b": sha256"], {401}),
    ([], {401}),
]


@pytest.mark.parametrize(("headers", "wanted"), SIGNATURES)
def test_a_signature_in_any_dress(
    server: Server, line: Line, headers: list[bytes], wanted: set[int]
) -> None:
    [status] = ask(server, post(line, BODY, *headers, signed=False))
    assert status in wanted


REFUSED = {400, 404, 405, 408, 411, 413, 414, 415, 431}

ODD_REQUESTS = [
    b"\r\n\r\n",
    b"\x00" * 100,
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nA\x00B: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: x\r\n folded\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 99,  # somebody speaks TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
]


@pytest.mark.parametrize("request_bytes", ODD_REQUESTS, ids=range(len(ODD_REQUESTS)))
def test_what_is_hardly_http_is_refused(server: Server, request_bytes: bytes) -> None:
    assert set(ask(server, request_bytes)) <= REFUSED | {303, 426}


LENGTHS: list[tuple[bytes, bytes, set[int]]] = [
    (b"Content-Length: 5", BODY, {400, 401}),
    (b"Content-Length: -1", BODY, {400}),
    (b"Content-Length: 1e3", BODY, {400}),
    (b"Content-Length: 99999999999999999999999", BODY, {400, 413}),
    (b"Content-Length: 4194305", BODY, {413}),
    (b"Content-Length: 1\r\nContent-Length: 2", BODY, {400}),
    (b"Content-Length: 5\r\nTransfer-Encoding: chunked", chunked(BODY, 99), {200, 400}),
    (b"Transfer-Encoding: chunked", chunked(BODY, 1), {200}),
    (b"Transfer-Encoding: chunked", chunked(BODY, 77), {200}),
    (b"Transfer-Encoding: chunked", b"zz\r\n" + BODY, {400}),
    (b"Transfer-Encoding: chunked", b"-5\r\n" + BODY, {400}),
    (b"Transfer-Encoding: chunked", b"ffffffffffffffffffff\r\n" + BODY, {400, 413}),
    (b"Transfer-Encoding: gzip, chunked", chunked(BODY, 77), {200, 400, 415, 501}),
    (b"Transfer-Encoding: identity", BODY, {200, 400, 401}),
    (b"Content-Length: 2\r\nContent-Encoding: gzip", b"{}", {415}),
]


@pytest.mark.parametrize(("header", "content", "wanted"), LENGTHS)
def test_a_length_that_lies(
    server: Server, line: Line, header: bytes, content: bytes, wanted: set[int]
) -> None:
    said = post(line, b"", PROOF, header, signed=False) + content
    assert ask(server, said)[:1] in [[one] for one in wanted]


@pytest.mark.parametrize(
    "headers",
    [
        [b"X-%d: y" % number for number in range(1_000)],
        [b"Cookie: inbox_session=" + b"x" * 30_000],
        [b"Content-Type: multipart/form-data"],
        [b"Content-Type: application/json; charset=latin1; q=\xff"],
        [b"Accept: \xff\xfe", b"Range: bytes=0-", b"If-None-Match: *"],
        [b"Expect: 100-continue"],
        [b"Expect: 200-maybe"],
        [b"Upgrade: h2c"],
        [b"X-Forwarded-For: \xff, ::::", b"Forwarded: for=\x80"],
        [b"X-HTTP-Method-Override: DELETE"],
    ],
    ids=lambda headers: headers[0][:20].decode("latin-1"),
)
def test_other_headers_do_not_matter(server: Server, line: Line, headers: list[bytes]) -> None:
    assert [code for code in ask(server, post(line, BODY, *headers)) if code != 100] == [200]


def test_a_head_without_end_is_cut(server: Server, line: Line) -> None:
    before = server.memory()
    endless = [b"X-Long: " + b"x" * MEBIBYTE] + [b"x" * MEBIBYTE] * 30
    codes = ask(server, b"POST %s HTTP/1.1\r\nHost: x\r\n" % line.path.encode(), *endless)
    assert set(codes) <= {431}
    assert server.memory() - before < 20 * MEBIBYTE


def test_a_chunked_body_without_end_is_refused_at_the_cap(server: Server, line: Line) -> None:
    before = server.memory()
    part = b"%x\r\n" % MEBIBYTE + b" " * MEBIBYTE + b"\r\n"
    head = post(line, b"", PROOF, b"Transfer-Encoding: chunked", signed=False)
    codes = ask(server, head, *[part] * 40)
    assert codes in ([413], [])  # it may close before we have listened
    assert server.memory() - before < 40 * MEBIBYTE


def test_slow_bodies_keep_nobody_waiting_and_are_taken_when_they_end(
    server: Server, line: Line
) -> None:
    said = post(line, BODY)
    with wire(server) as slow, wire(server) as silent, wire(server) as aborted:
        aborted.sendall(said[:-20])
        slow.sendall(said[:-30])
        for byte in said[-30:-1]:
            slow.sendall(bytes([byte]))
            assert server.post_signed(line, BODY).status_code == 200
        aborted.close()
        silent.sendall(b"")
        slow.sendall(said[-1:])
        assert answers(slow) == [200]
    assert len(server.messages(line)) == 1


def test_what_is_pipelined_is_answered_in_its_order(server: Server, line: Line) -> None:
    one = post(line, BODY).replace(b"Connection: close\r\n", b"")
    bad = post(line, b"{").replace(b"Connection: close\r\n", b"")
    last = post(line, BODY, target=b"/nowhere")
    assert ask(server, one * 3 + bad + one + last) == [200, 200, 200, 400, 200, 405] or ask(
        server, one * 3 + bad + one + last
    ) == [200, 200, 200, 400, 200, 404]


KEY = b"@KEY@"
TARGETS = [
    *(b"/webhooks/" + KEY + tail for tail in (b"?a=b", b"?\xff", b"?%00", b"?" + b"x" * 9_000)),
    *(
        b"/webhooks/" + KEY + tail
        for tail in (b"/", b"/..", b"/%2e%2e", b"%00", b"%2f", b"#x", b";a")
    ),
    *(b"//webhooks/" + KEY, b"/webhooks//" + KEY, b"/webhooks/%2e/" + KEY, b"/WEBHOOKS/" + KEY),
    *(b"/webhooks", b"/webhooks/", b"/webhooks/%ff%fe", b"/webhooks/" + b"k" * 10_000, b"/%00"),
    *(b"/api/webhook/x", b"/api/webhook%00", b"/webhooks/%ED%A0%80", b"/webhooks/\xc3\xa9"),
]


@pytest.mark.parametrize("target", TARGETS, ids=lambda one: one[:40].decode("latin-1"))
@pytest.mark.parametrize("method", [b"POST", b"HEAD", b"DELETE", b"TRACE"])
def test_a_path_with_a_trick(server: Server, line: Line, target: bytes, method: bytes) -> None:
    path = target.replace(KEY, line.path.rpartition("/")[2].encode())
    asked = post(line, BODY, target=path).replace(b"POST", method, 1)
    assert set(ask(server, asked)) <= REFUSED | {200, 303, 401}


# Forms, the API and sockets ------------------------------------------------------------------

FORMS: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"email=%00&password=%00&next=%00"),
    ("application/x-www-form-urlencoded", b"email=%ff%fe&password=%ed%a0%80"),
    ("application/x-www-form-urlencoded", b"email=" + b"x" * 100_000 + b"&password=y"),
    ("application/x-www-form-urlencoded", b"&&&=&=&email&email=1&email=2"),
    ("application/x-www-form-urlencoded", b"\x00\xff" * 999),
    ("application/x-www-form-urlencoded", b"a=b&" * 5_000),
    ("multipart/form-data", b"--x\r\n"),
    ("multipart/form-data; boundary=", b"--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="email"; '
     b'filename="\xff"\r\n\r\n1\r\n--x--'),
    ("multipart/form-data; boundary=" + "y" * 5_000, b"z" * 1_000),
    ("application/json", b'{"email": "a"}'),
    ("text/plain; charset=utf-99", b"x"),
    ("", b"email=a"),
    ("\u00ff/\u00ff; =;=", b"email=a"),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/sign-in", "/setup/none", "/welcome/none"])
def test_a_form_filled_with_anything_is_understood_or_refused(server: Server, path: str) -> None:
    for content_type, body in FORMS:
        kind = {"Content-Type": content_type.encode("latin-1")} if content_type else {}
        answer = server.provider.post(path, content=body, headers=kind)
        assert answer.status_code in {200, 400, 410, 413, 415, 422, 429}, (content_type, body[:60])


JSONS = [
    *(b"", b"null", b"[]", b"{}", b"\xff", b"\x00", b'"x"', b"NaN", b"{" * 100, b'{"text":1}'),
    *(b"[" * 50_000, b'{"text":' * 30_000, b'{"text": "' + b"x" * 200_000 + b'"}'),
    *(b'{"text":"\\u0000"}', b'{"text":"\\ud800"}', b'{"text":"a","client_id":"\\u0000"}'),
    b'{"text":"a","client_id":"' + b"i" * 10_000 + b'"}',
    b'{"text":"a","client_id":9}',
    b'{"text":"a","type":"\\u0000"}',
    b'{"text": ' + b"9" * 5_000 + b"}",
]


def test_the_api_takes_any_body_for_what_it_is(server: Server) -> None:
    line = server.add_channel(api_base="http://127.0.0.1:9")  # what is sent goes nowhere
    assert server.post_signed(line, BODY).status_code == 200
    server.settle()
    [conversation] = server.conversations(line)
    for path in (f"conversations/{conversation['id']}/messages", "feed-tokens", "messages/x/retry"):
        for body in JSONS:
            for kind in ("application/json", "text/plain", "application/msgpack"):
                answer = server.api().post(
                    f"/api/v1/{path}", content=body, headers={"Content-Type": kind}
                )
                assert answer.status_code < 500, (path, body[:60], kind)


QUERIES = [
    "",
    "%00",
    "%ff",
    "-1",
    "9" * 30,
    "1e999",
    "NaN",
    "\u202e",
    "x" * 5_000,
    "%ED%A0%80",
    "'",
]


def test_the_api_takes_any_query_for_what_it_is(server: Server) -> None:
    asked = ("conversations?limit=", "conversations?cursor=", "conversations?q=", "events?since=")
    more = ("events?wait=", "messages?provider_message_id=", "conversations?view=", "contacts?q=")
    for path in (*asked, *more, "conversations/", "messages/", "contacts/"):
        for value in QUERIES:
            if (path, value) != ("events?wait=", "1e999"):  # that waits
                answer = server.api().get(f"/api/v1/{path}{value}")
                assert answer.status_code < 500, (path, value)
