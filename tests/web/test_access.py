"""Laws 22 to 25: every route for every role and for nobody; default is deny."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import ASGIRoute, HTTPRoute

from inbox.access import links, passwords, people
from inbox.access.principal import ROLES, checked_role
from inbox.app import routed
from inbox.config import Settings
from inbox.domain.times import now
from inbox.web.urls import HANDLERS
from tests.support.inside import Inside
from tests.support.server import PASSWORD, Server


@pytest.fixture(scope="module")
def server(lone_server: Server) -> Server:
    """Who tries too often is kept out of it."""
    return lone_server


@pytest.fixture(scope="module")
def any_server(servers: Callable[[str], Server]) -> Server:
    """For what is the same whichever database it is: who is turned away before it is asked, and
    what a browser is told."""
    return servers("sqlite")


NOBODY_NEEDS_TO_SIGN_IN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/setup/{token}"),
    ("POST", "/setup/{token}"),
    ("GET", "/welcome/{token}"),
    ("POST", "/welcome/{token}"),
    ("GET", "/webhooks/{key}"),
    ("POST", "/webhooks/{key}"),
    ("GET", "/api/webhook"),
    ("POST", "/api/webhook"),
    ("GET", "/openapi.json"),
    ("GET", "/asyncapi.json"),
    ("GET", "/health"),
    ("HEAD", "/health"),
    ("GET", "/metrics"),  # from this machine; tests/web/test_metrics.py has the rest
    ("GET", "/static/{digest}/{name}"),
    ("GET", "/docs"),
    ("GET", "/docs/{name}"),
    ("GET", "/llms.txt"),
    ("GET", "/service-worker.js"),
    ("GET", "/apple-touch-icon.png"),
}
"""Who may open the rest must be known."""

PROVE_THEMSELVES = {
    ("POST", "/internal/commands"),
    ("POST", "/sandbox/{channel_id}/{account}/messages"),
    ("GET", "/sandbox/{channel_id}/{media_id}"),
    ("GET", "/sandbox/{channel_id}/files/{media_id}"),
    ("GET", "/shared/{token}/{name}"),
    ("HEAD", "/shared/{token}/{name}"),
}
"""For programs with a proof of their own: without it they are refused as well."""


@dataclass(frozen=True)
class Door:
    """``path`` as it is declared, without types: ``/conversations/{conversation_id}``."""

    method: str
    path: str
    access: str | None
    browsed: bool

    @property
    def address(self) -> str:
        """Somewhere behind this door, where nothing is."""
        return re.sub(r"\{\w+\}", "01890000-0000-7000-8000-000000000000", self.path)

    @property
    def name(self) -> tuple[str, str]:
        return self.method, self.path


@cache
def doors() -> list[Door]:
    """All there are, as Litestar itself lists them."""
    return list(_doors())


def _doors() -> Iterator[Door]:
    with TemporaryDirectory() as folder:
        app = routed(Settings(data_dir=Path(folder)))
    for route in app.routes:
        if isinstance(route, ASGIRoute):  # webhooks, below a folder or at one address
            path = route.path + ("/{key}" if route.route_handler.is_mount else "")
            for method in ("GET", "POST"):
                yield Door(method, path, **_told(route.route_handler))
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            path = re.sub(r"\{\w+:int\}", "1", route.path)  # a word there is no address at all
            path = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Door(method, path, **_told(handler))


def _told(handler: BaseRouteHandler) -> dict[str, Any]:
    return {"access": handler.opt.get("access"), "browsed": handler.opt.get("browsed", True)}


def closed(access: str) -> list[Door]:
    return [door for door in doors() if door.access == access]


def everywhere() -> list[Door]:
    """All that is not open to everybody."""
    return [door for role in ROLES for door in closed(role)]


def knock(client: httpx.Client, door: Door, **headers: str) -> httpx.Response:
    return client.request(door.method, door.address, headers=headers)


# Who comes in ----------------------------------------------------------------------------


def test_every_handler_says_whom_it_is_for() -> None:
    assert len(doors()) > 35
    silent = [h for h in HANDLERS if isinstance(h, BaseRouteHandler) and "access" not in h.opt]
    assert silent == []
    assert {door.access for door in doors()} - {None} == {"public", "agent", "supervisor", "admin"}


def test_a_route_that_says_nothing_is_shut_even_for_admins(server: Server) -> None:
    """Litestar brings some of its own."""
    for door in doors():
        if door.access is None:
            assert knock(server.as_admin, door).status_code == 403, door


def test_nobody_gets_in_but_through_a_short_list_of_doors() -> None:
    public = {door.name for door in doors() if door.access == "public"}
    assert public - PROVE_THEMSELVES <= NOBODY_NEEDS_TO_SIGN_IN
    assert public >= PROVE_THEMSELVES


def test_nobody_is_turned_away_everywhere_else(any_server: Server) -> None:
    nobody = any_server.browser(headers={"Accept": "text/html"})
    for door in everywhere():
        answer = knock(nobody, door)
        if door.path.startswith("/api/"):
            assert answer.status_code == 401, door
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            assert answer.status_code == 303, door
            assert answer.headers["location"].startswith("/sign-in"), door


@pytest.mark.parametrize(
    "sign",
    [
        {"HX-Request": "true"},
        {"HX-Request": "true", "Sec-Fetch-Mode": "cors", "Accept": "text/html"},
        {"Sec-Fetch-Mode": "same-origin"},
        {"Sec-Fetch-Mode": "cors", "Accept": "application/json"},
    ],
)
def test_a_script_is_told_that_its_session_is_over_and_sent_nowhere(
    any_server: Server, sign: dict[str, str]
) -> None:
    """It follows a redirect unseen and takes what is there for its answer."""
    nobody = any_server.browser()
    for door in everywhere():
        answer = knock(nobody, door, **sign)
        assert answer.status_code == 401, door
        assert not {"location", "hx-redirect"} & set(answer.headers), door
        assert len(answer.content) < 300, door
        assert "Sign in" in answer.text or door.method == "HEAD", door
        as_json = answer.headers["content-type"].startswith("application/problem+json")
        takes_html = "text/html" in sign.get("Accept", "")
        part = door.path.startswith("/media/") and door.method in ("GET", "HEAD") and not takes_html
        wanted = "json" in sign.get("Accept", "") or door.path.startswith("/api/") or part
        assert as_json is wanted, door


def test_a_form_sent_by_a_script_is_refused_where_a_person_is_sent_to_sign_in(
    server: Server,
) -> None:
    """On plain http a browser does not say who asks."""
    for accept, status in (("*/*", 401), ("text/html,*/*;q=0.8", 303)):
        nobody = server.browser(headers={"Accept": accept})
        assert nobody.post("/conversations/1/messages").status_code == status


@pytest.mark.parametrize(
    "credential",
    [
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic YTpi"},
        {"Cookie": "inbox_session=wrong"},
        {"Cookie": "inbox_session="},
    ],
)
def test_a_wrong_credential_is_none(server: Server, credential: dict[str, str]) -> None:
    stranger = server.browser(headers={"Accept": "text/html"} | credential)
    for door in everywhere():
        assert knock(stranger, door).status_code in {401, 303}, door


def test_who_proves_nothing_may_not_act_for_a_program(server: Server) -> None:
    for door in doors():
        if door.name in PROVE_THEMSELVES:
            assert knock(server.browser(), door).status_code in {401, 404}, door


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_whoever_is_less_is_kept_from_what_is_for_more(server: Server, role: str) -> None:
    somebody = server.agent(f"{role}@example.com", role=role)
    assert somebody.get("/").status_code == 200
    assert len(closed("admin")) > 10 and len(closed("supervisor")) >= 4
    for at_least in ROLES:
        for door in closed(at_least):
            if door.path != "/sign-out":
                kept_out = ROLES.index(at_least) > ROLES.index(checked_role(role))
                assert (knock(somebody, door).status_code == 403) is kept_out, door


def test_an_agent_may_do_what_is_for_agents(server: Server) -> None:
    agent = server.agent()
    for door in closed("agent"):
        who = server.agent() if door.path == "/sign-out" else agent
        assert knock(who, door).status_code not in {401, 403, 500}, door


def test_an_admin_may_open_every_door(server: Server) -> None:
    for door in everywhere():
        answer = knock(server.admin() if door.path == "/sign-out" else server.as_admin, door)
        assert answer.status_code not in {401, 403}, door
        assert answer.status_code < 500, (door, answer.text)


def test_a_token_opens_the_api_and_files_and_nothing_else(server: Server) -> None:
    for role in ("agent", "admin"):
        program = server.api(role)
        for door in everywhere():
            allowed = knock(program, door).status_code not in {401, 303}
            assert allowed is door.path.startswith(("/api/v1/", "/media/")), door


def test_what_nobody_declared_is_not_there(server: Server) -> None:
    for path in ("/admin", "/openapi", "/schema", "/redoc", "/.env", "/settings/../.env", "/debug"):
        assert server.as_admin.get(path).status_code in {403, 404}, path


def test_an_address_says_what_can_be_done_there_and_not_to_other_sites(server: Server) -> None:
    for path, allowed in (
        ("/", "GET"),
        ("/sign-in", "GET, POST"),
        ("/api/v1/conversations", "GET, POST"),
        ("/api/v1/contacts", "GET"),
    ):
        for client in (server.browser(), server.as_admin):
            answer = client.options(path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path
            assert not any(name.startswith("access-control") for name in answer.headers)
    nowhere = server.as_admin.get("/nowhere")
    assert nowhere.status_code == 404 and "may have been mistyped" in nowhere.text


# Other sites -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sign",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_no_other_site_can_act_here(any_server: Server, sign: dict[str, str]) -> None:
    unsafe = [door for door in doors() if door.method not in ("GET", "HEAD") and door.browsed]
    assert len(unsafe) > 12
    for door in unsafe:
        assert knock(any_server.as_admin, door, **sign).status_code == 403, door
    assert any_server.as_admin.get("/").status_code == 200


def test_an_origin_that_is_none_changes_nothing(server: Server) -> None:
    answer = server.as_admin.post(
        "/settings/tokens", data={"name": "x"}, headers={"Origin": f"{server.url}.evil.example"}
    )
    assert answer.status_code == 400


def test_our_own_pages_can(server: Server) -> None:
    for sign in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": server.url}, {}):
        answer = server.as_admin.post("/settings/tokens", data={"name": ""}, headers=sign)
        assert answer.status_code == 422


def test_a_link_from_elsewhere_still_opens_a_page(server: Server) -> None:
    assert server.as_admin.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


# Signing in ------------------------------------------------------------------------------


def test_the_cookie_is_for_our_server_alone(server: Server) -> None:
    browser = server.browser()
    form = {"email": "ana@example.com", "password": PASSWORD}
    assert server.as_admin
    cookie = browser.post("/sign-in", data=form).headers["set-cookie"]
    assert "HttpOnly" in cookie and re.search(r"SameSite=(lax|strict)", cookie, re.IGNORECASE)
    assert "Domain" not in cookie and "Path=/" in cookie


def test_a_session_begins_anew_at_sign_in(server: Server) -> None:
    email = "rita@example.com"
    browser = server.agent(email)
    first = browser.cookies["inbox_session"]
    server.sign_in(browser, email)
    assert browser.cookies["inbox_session"] != first
    former = server.browser(cookies={"inbox_session": first})
    assert former.get("/").status_code == 303  # nobody is left in the browser's old one
    planted = server.browser(cookies={"inbox_session": "chosen by somebody else"})
    answer = planted.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert "chosen" not in answer.headers["set-cookie"]


def test_signing_out_ends_the_session_itself(server: Server) -> None:
    browser = server.agent()
    kept = browser.cookies["inbox_session"]
    assert browser.post("/sign-out").status_code == 303
    thief = server.browser(cookies={"inbox_session": kept})
    assert thief.get("/").status_code == 303


def test_disabling_and_demoting_end_every_session_at_once(server: Server) -> None:
    browser = server.agent("carl@example.com")
    user_id = _user_id(server, "carl@example.com")
    assert browser.get("/").status_code == 200
    path = f"/settings/users/{user_id}"
    assert server.as_admin.post(path, data={"action": "disable"}).status_code == 303
    assert browser.get("/").status_code == 303
    form = {"email": "carl@example.com", "password": PASSWORD}
    assert server.browser().post("/sign-in", data=form).status_code == 422
    assert server.as_admin.post(path, data={"action": "enable"}).status_code == 303
    server.sign_in(browser, "carl@example.com")
    demoted = server.as_admin.post(path, data={"action": "role", "role": "admin"})
    assert demoted.status_code == 303
    assert browser.get("/").status_code == 303


def test_a_user_who_is_nobody_is_not_found(server: Server) -> None:
    changed = server.as_admin.post("/settings/users/nobody", data={"action": "enable"})
    assert changed.status_code == 404
    assert "There is no such user." in changed.text


def _user_id(server: Server, email: str) -> str:
    page = server.as_admin.get("/settings/users").text
    found = re.search(rf"{re.escape(email)}.*?/settings/users/([\w-]+)", page, re.DOTALL)
    assert found
    return found[1]


def test_guessing_passwords_gets_slow(server: Server) -> None:
    guesser, victim = server.browser(), f"{uuid4()}@example.com"
    answers = [
        guesser.post("/sign-in", data={"email": victim, "password": f"guess {n}"}) for n in range(8)
    ]
    assert [answer.status_code for answer in answers[:5]] == [422] * 5
    assert answers[-1].status_code == 429 and "Too many tries" in answers[-1].text
    assert server.admin().get("/").status_code == 200


def test_who_guesses_keeps_nobody_from_signing_in_where_they_were(server: Server) -> None:
    """Also where all come from one address, as behind a proxy that is not believed."""
    email = "olga@example.com"
    browser = server.agent(email)
    form = {"email": email, "password": PASSWORD}
    wrong = [server.browser().post("/sign-in", data=form | {"password": "x"}) for _ in range(8)]
    assert wrong[-1].status_code == 429
    assert server.browser().post("/sign-in", data=form).status_code == 429
    assert browser.post("/sign-out").status_code == 303
    assert [browser.post("/sign-in", data=form).status_code for _ in range(9)] == [303] * 9


def test_a_stranger_and_a_wrong_password_are_told_the_same(server: Server) -> None:
    assert server.as_admin
    told = set()
    for email in ("nobody@example.com", "ana@example.com"):
        form = {"email": email, "password": "wrong wrong wrong"}
        answer = server.browser().post("/sign-in", data=form)
        told.add((answer.status_code, answer.text.replace(email, "")))
    assert len(told) == 1


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n//evil.example",
        " //evil.example",
        "evil.example",
        "%2f%2fevil.example",
    ],
)
def test_next_never_leaves_the_site(server: Server, target: str) -> None:
    assert server.as_admin
    form = {"email": "ana@example.com", "password": PASSWORD, "next": target}
    answer = server.browser().post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = server.browser().get("/sign-in", params={"next": target}).text
    assert "evil" not in page and "javascript:" not in page


def test_after_signing_in_one_is_where_one_wanted_to_be(server: Server) -> None:
    sent = server.browser(headers={"Accept": "text/html"}).get("/settings/webhook-log")
    assert sent.headers["location"] == "/sign-in?next=/settings/webhook-log"
    form = {"email": "ana@example.com", "password": PASSWORD, "next": "/settings/webhook-log"}
    assert server.as_admin
    assert server.browser().post("/sign-in", data=form).headers["location"] == form["next"]


# The first admin -------------------------------------------------------------------------


def test_the_set_up_link_works_once(server: Server) -> None:
    assert server.as_admin
    for client in (server.browser(), server.as_admin):
        assert client.get(server.set_up_link).status_code == 410
        facts = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD}
        assert client.post(server.set_up_link, data=facts).status_code == 410
    assert "eve@example.com" not in server.as_admin.get("/settings/users").text


def test_a_set_up_link_of_somebodys_making_is_none(server: Server) -> None:
    for token in ("a", "x" * 43, "%00", "..%2fsign-in"):
        assert server.browser().get(f"/setup/{token}").status_code in {400, 404, 410}


async def test_a_link_that_does_not_work_costs_no_work_on_passwords(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty strangers who post to one would fill the memory and hold up the webhooks."""
    worked: list[str] = []
    monkeypatch.setattr(passwords, "hash_password", worked.append)
    monkeypatch.setattr(passwords, "password_problem", lambda word, **_who: worked.append(word))
    facts = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD}
    for path in ("/setup/x", "/welcome/x"):
        assert (await house.http.post(path, data=facts)).status_code == 410
    assert worked == []
    token = await house.database.write(links.make, "setup", None, now())
    await house.http.post(f"/setup/{token}", data=facts)
    assert worked == [PASSWORD, PASSWORD]  # it would have been seen


def test_whoever_has_a_link_has_few_tries_as_well(new_server: Server) -> None:
    facts = {"name": "Eve", "email": "no address", "password": PASSWORD}
    link = new_server.set_up_link
    tries = [new_server.browser().post(link, data=facts).status_code for _ in range(6)]
    assert tries == [422] * 6
    assert "Too many tries" in new_server.browser().post(link, data=facts).text


def test_a_disabled_user_gets_no_link(server: Server) -> None:
    server.agent("dora@example.com")
    path = f"/settings/users/{_user_id(server, 'dora@example.com')}"
    link = _link(server.as_admin.post(path, data={"action": "link"}))
    assert server.browser().get(link).status_code == 200
    assert server.as_admin.post(path, data={"action": "disable"}).status_code == 303
    assert server.browser().post(link, data={"password": PASSWORD}).status_code == 410
    refused = server.as_admin.post(path, data={"action": "link"})
    assert refused.status_code == 422 and "enable them first" in refused.text
    nobody = server.as_admin.post("/settings/users/nobody", data={"action": "link"})
    assert nobody.status_code == 404


def _link(page: httpx.Response) -> str:
    found = re.search(r"/welcome/[\w-]+", page.text)
    assert found
    return found[0]


async def test_the_first_user_shuts_the_set_up_link_however_they_came(house: Inside) -> None:
    token = await house.database.write(links.make, "setup", None, now())
    assert (await house.http.get(f"/setup/{token}")).status_code == 200
    assert "Open the set-up link" in (await house.http.get("/sign-in")).text
    facts = {"email": "ana@example.com", "name": "Ana", "role": "admin"}
    await house.database.write(people.add, **facts, now=now())
    assert (await house.http.get(f"/setup/{token}")).status_code == 410
    assert "set-up link" not in (await house.http.get("/sign-in")).text


# What a browser is told ------------------------------------------------------------------


def test_every_page_forbids_inline_script(any_server: Server) -> None:
    for door in doors():
        if door.method != "GET":
            continue
        answer = any_server.as_admin.get(door.address, headers={"Accept": "text/html"})
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy, door
        assert "unsafe" not in policy and "*" not in policy, door
        assert answer.headers["x-content-type-options"] == "nosniff"
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:", answer.text), door


def test_pages_with_customers_words_are_in_no_cache(server: Server) -> None:
    for path in ("/", "/settings/users", "/api/v1/conversations"):
        assert server.as_admin.get(path).headers["cache-control"] == "no-store"
