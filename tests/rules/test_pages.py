"""Every answer: a page a screen reader can use, headers that bind the browser, no foreign hand on a form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from access_table import Route, routes_of
from flask import Flask
from pages import check_page, elements, parse
from tablet import enrol

from kiosk.blueprint import kiosk_bp
from survey import i18n
from survey.app import create_app
from survey.context import PUBLIC, access
from survey.enums import Role
from survey.paths import static_dir
from survey.services.people.officers import ROLE_ORDER

CONTACT = "/can-bo/quan-tri/lien-he"
KIOSK_STATIC = Path(str(kiosk_bp.static_folder))
GOOD = (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Trang</title></head>'
    '<body><main><h1>Trang</h1><form><label for="a">Mã</label><input id="a" name="a"></form></main></body>'
    "</html>"
)


def plain_pages(app: Flask) -> list[Route]:
    return [route for route in routes_of(app) if route.method == "GET" and not route.takes_arguments]


def posts(app: Flask) -> list[Route]:
    return [route for route in routes_of(app) if route.method == "POST"]


def filled(route: Route) -> str:
    return re.sub(r"<(int:)?\w+>", "1", route.address)


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("role", [None, *ROLE_ORDER], ids=lambda role: role or "nobody")
def test_every_page_is_well_made(role, locale, app, client, officer_client):
    """The client checks each answer; here it only has to see all of them, in each language."""
    asking = client if role is None else officer_client(role)
    seen = 0
    for route in plain_pages(app):
        if role is None and isinstance(route.access, Role):
            continue
        answer = asking.get(f"{route.address}?lang={locale}", follow_redirects=True)
        if answer.mimetype == "text/html":
            seen += 1
            assert parse(answer.text).get("lang") == locale, route.address
    assert seen >= 3


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (GOOD.replace(' lang="vi"', ""), "no lang"),
        (GOOD.replace("h1", "h2"), "0 h1"),
        (GOOD.replace("<h1>Trang</h1>", "<h1> </h1>"), "1 h1"),
        (GOOD.replace("</h1>", "</h1><h1>Hai</h1>"), "2 h1"),
        (GOOD.replace("<title>Trang</title>", "<title></title>"), "no title"),
        (GOOD.replace("main>", "div>"), "no main"),
        (GOOD.replace('for="a"', 'for="b"'), "'a' has no label"),
        (GOOD.replace('for="a">Mã', 'for="a"> '), "'a' has no label"),
        (GOOD.replace("<h1>", '<h1 style="color:red">'), "inline style"),
        (GOOD.replace("<form>", '<form onsubmit="go()">'), "inline onsubmit"),
        (GOOD.replace("<h1>", '<h1 id="a">'), "id 'a' twice"),
    ],
)
def test_a_page_that_lacks_something_is_named(wrong, named):
    check_page(GOOD)
    with pytest.raises(AssertionError, match=named):
        check_page(wrong)


@pytest.mark.parametrize("broken", [GOOD.replace("</h1>", ""), GOOD.replace("Mã", "dưới < 5")])
def test_a_page_that_does_not_parse_is_noticed(broken):
    with pytest.raises(Exception, match=r"[Ee]xpected|[Uu]nexpected"):
        check_page(broken)


def break_down() -> str:
    raise RuntimeError("something nobody thought of")


@pytest.fixture
def breaking(settings, database) -> Flask:
    """The application with a view that fails."""
    grown = create_app(settings, database=database)
    grown.add_url_rule("/breaks", "breaks", access(PUBLIC)(break_down), methods=["GET", "POST"])
    return grown


def missing_headers(headers) -> list[str]:
    policy = headers.get("Content-Security-Policy", "")
    wanted = {
        "default-src 'none'": policy,
        "script-src 'self'": policy,
        "frame-ancestors 'none'": policy,
        "form-action 'self'": policy,
        "base-uri 'none'": policy,
        "require-trusted-types-for 'script'": policy,
        "nosniff": headers.get("X-Content-Type-Options", ""),
        "same-origin": headers.get("Referrer-Policy", ""),
        # Which one page may use a camera: tests/kiosk/test_enrolment.py.
        "microphone=()": headers.get("Permissions-Policy", ""),
        "camera=(": headers.get("Permissions-Policy", "").replace("camera=*", ""),
    }
    found = [name for name, value in wanted.items() if name not in value]
    return found + [word for word in ("unsafe-", "http:", "*") if word in policy]


ANSWERS = {
    "page": ("GET", "/", {}, 200),
    "redirect": ("GET", "/can-bo/", {}, 302),
    "no such slip": ("GET", "/p/khong-co-ma-nay", {}, None),
    "no such page": ("GET", "/khong-co", {}, 404),
    "wrong method": ("POST", "/healthz", {}, 405),
    "not signed in": ("POST", "/can-bo/mat-khau", {}, 401),
    "cross-site": ("POST", "/", {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    "no form token": ("POST", "/can-bo/dang-nhap", {}, 400),
    "wrong code": ("POST", "/", {"data": {"code": "?"}}, 422),
    "too large": ("POST", "/", {"data": {"code": "x" * (7 << 20)}}, 413),
    "unknown tablet": ("POST", "/kiosk/responses", {"json": []}, 401),
    "unexpected error": ("GET", "/breaks", {}, 500),
    "static file": ("GET", "/static/css/base.css", {}, 200),
    "static file of the kiosk": ("GET", "/kiosk/static/kiosk.css", {}, 200),
    "no such static file": ("GET", "/static/khong-co.css", {}, 404),
    "health": ("GET", "/healthz", {}, 200),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_kind_of_answer_binds_the_browser(case, breaking):
    method, address, more, status = ANSWERS[case]
    with breaking.test_client().open(address, method=method, **more) as answer:
        assert status is None or answer.status_code == status
        assert missing_headers(answer.headers) == []
        if answer.mimetype == "text/html" and "Location" not in answer.headers:
            check_page(answer.text)


def test_every_page_binds_the_browser(app, officer_client):
    administrator = officer_client(Role.ADMINISTRATOR)
    for route in plain_pages(app):
        with administrator.get(route.address) as answer:
            assert missing_headers(answer.headers) == [], route.address
            assert answer.headers["Cache-Control"] == "no-store", route.address


def test_weak_policy_would_be_noticed():
    assert missing_headers({}) != []
    assert missing_headers({"Content-Security-Policy": "script-src 'self' 'unsafe-inline'"})[-1] == "unsafe-"


def test_pages_load_only_files_that_exist_here(app, officer_client):
    administrator = officer_client(Role.ADMINISTRATOR)
    wanted: dict[str, str] = {}
    for route in plain_pages(app):
        with administrator.get(route.address) as answer:
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            for element in elements(parse(answer.text), "link", "script", "img", "source"):
                if element.get("type") == "application/json":
                    continue  # data in the page loads nothing
                wanted[element.get("href") or element.get("src") or ""] = route.address
    assert len(wanted) >= 4
    for address, page in wanted.items():
        assert address.startswith("/"), f"{page} loads {address!r}"
        with administrator.get(address) as answer:
            assert answer.status_code == 200, f"{page} loads {address}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_no_other_site_can_send_a_form(headers, app, officer_client):
    administrator = officer_client(Role.ADMINISTRATOR)
    accepted = [
        route.snapshot
        for route in posts(app)
        if administrator.post(filled(route), headers=headers).status_code != 403
    ]
    assert accepted == []


def test_our_own_pages_can_send_a_form(client):
    """The refusals above are about the sender: the same form from our page is read."""
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}):
        assert client.post("/", data={"code": "?"}, headers=headers).status_code == 422


def asks_for_form_token(route: Route) -> bool:
    return isinstance(route.access, Role) or route.endpoint.startswith("auth.")


def test_no_form_of_officers_is_read_without_its_token(app, officer_client, database, keyring):
    # What is not there is refused before the form is looked at, so everything that is named has to be there.
    enrol(app.test_client(), database, keyring)
    administrator = officer_client(Role.ADMINISTRATOR)
    asked = [route for route in posts(app) if asks_for_form_token(route)]
    assert len(asked) > 20
    for sent in ({}, {"csrf_token": "made-up"}):
        read = [
            route.snapshot
            for route in asked
            if administrator.post(filled(route), data=sent).status_code != 400
        ]
        assert read == []


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_form_with_its_token_is_read_and_the_token_of_another_is_not(app, officer_client):
    administrator, viewer = officer_client(Role.ADMINISTRATOR), officer_client(Role.VIEWER)
    own = token_on(administrator.get("/can-bo/quan-tri/").text)
    foreign = token_on(viewer.get("/can-bo/mat-khau").text)
    assert administrator.post(CONTACT, data={"csrf_token": foreign}).status_code == 400
    assert administrator.post(CONTACT, data={"csrf_token": own}).status_code in {200, 303, 422}


def test_unguarded_forms_would_be_noticed(app, officer_client, monkeypatch):
    """With the guard switched off, the test of form tokens has something to find."""
    monkeypatch.setattr("survey.web.security.csrf.protect", lambda: None)
    administrator = officer_client(Role.ADMINISTRATOR)
    assert administrator.post(CONTACT, data={}).status_code != 400


@pytest.mark.parametrize(
    ("folder", "prefix"),
    [(static_dir(), "/static"), (KIOSK_STATIC, "/kiosk/static")],
    ids=["survey", "kiosk"],
)
def test_static_files_are_public_and_of_a_known_type(folder, prefix, client):
    kinds = {  # with `nosniff`, a browser takes these by their declared type alone
        ".css": "text/css",
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".png": "image/png",
    }
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        with client.get(f"{prefix}/{path.relative_to(folder).as_posix()}?v=1") as answer:
            assert (answer.status_code, answer.mimetype) == (200, kinds.get(path.suffix, answer.mimetype)), (
                path
            )
            assert answer.headers["Cache-Control"].startswith("public, max-age="), path


@pytest.mark.parametrize(
    "path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "css/../../seal.py", "/etc/hosts"]
)
@pytest.mark.parametrize("prefix", ["/static/", "/kiosk/static/"])
def test_nothing_beside_static_files_is_handed_out(client, prefix, path):
    assert client.get(prefix + path).status_code in {404, 308}
