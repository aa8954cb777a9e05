"""Every address has a rule, the rules are the ones that were agreed, and the server holds to them."""

from __future__ import annotations

import access_table
import pytest
from access_table import CALLERS, RENEW, Route, routes_of
from api import api_client
from flask import Flask
from flask.testing import FlaskClient
from tablet import enrol

from survey.app import create_app
from survey.context import API, DEVICE, PUBLIC, access
from survey.enums import Role
from survey.models import Officer

SIGN_IN = "/can-bo/dang-nhap"


def filled(route: Route) -> str:
    """Give an address of a route; nothing has this number or name."""
    address = route.address
    while "<" in address:
        before, _, rest = address.partition("<")
        converter, _, after = rest.partition(">")
        address = f"{before}{'999999' if converter.startswith('int:') else 'khong-co'}{after}"
    return address


@pytest.fixture
def caller(request, app, client, officer_client, database, keyring):
    """A client that is one of the callers of the table."""
    if isinstance(request.param, Role):
        return request.param, officer_client(request.param)
    if request.param == API:
        return request.param, api_client(app, database, keyring)
    return request.param, client if request.param == PUBLIC else enrol(client, database, keyring)


def is_let_in(client: FlaskClient, route: Route) -> bool:
    client.check_html = False  # whether the page is a good one is asked in test_pages
    answer = client.open(filled(route), method=route.method)
    assert answer.status_code < 500, f"{route.snapshot}: {answer.status}"
    sent_to_sign_in = answer.status_code == 302 and answer.location.startswith(f"{SIGN_IN}?next=")
    return not sent_to_sign_in and answer.status_code not in {401, 403}


def test_every_route_has_a_rule(app):
    assert [route.snapshot for route in routes_of(app) if route.access is None] == []


def test_view_without_a_rule_is_found_and_refused(settings, database, client):
    grown = create_app(settings, database=database)
    grown.add_url_rule("/forgotten", "forgotten", lambda: "nobody thought of a rule")
    assert [route.endpoint for route in routes_of(grown) if route.access is None] == ["forgotten"]
    assert grown.test_client().get("/forgotten").status_code == 403


def test_routes_are_the_agreed_ones(app):
    agreed = access_table.ROUTES.read_text(encoding="utf-8")
    assert access_table.snapshot(routes_of(app)) == agreed, f"look at each change, then: {RENEW}"


def test_table_in_docs_is_current(app):
    assert access_table.table(routes_of(app)) == access_table.TABLE.read_text(encoding="utf-8"), RENEW


def test_added_removed_and_opened_routes_show(app):
    agreed = access_table.snapshot(routes_of(app))
    app_rule = app.view_functions["admin.log"].access_rule
    try:
        app.view_functions["admin.log"].access_rule = PUBLIC
        assert access_table.snapshot(routes_of(app)) != agreed
    finally:
        app.view_functions["admin.log"].access_rule = app_rule
    assert access_table.snapshot(routes_of(app)) == agreed
    assert access_table.snapshot(routes_of(app)[1:]) != agreed
    app.add_url_rule("/surplus", "surplus", access(PUBLIC)(lambda: "surplus"))
    assert access_table.snapshot(routes_of(app)) != agreed


@pytest.mark.parametrize("caller", CALLERS, indirect=True, ids=str)
def test_server_holds_to_the_table(caller, app):
    """Asked over HTTP: pages without arguments open to whom they should, everything else refuses the rest."""
    name, client = caller
    wrong = []
    for route in routes_of(app):
        if route.open_to(name) and (route.takes_arguments or route.method != "GET"):
            continue  # whoever is let in meets the checks of the view itself
        if is_let_in(client, route) != route.open_to(name):
            wrong.append(route.snapshot)
    assert wrong == []


def test_view_that_forgets_its_rule_would_be_noticed(app, officer_client):
    """The comparison above fails when the server lets in somebody whom the table keeps out."""
    viewer = officer_client(Role.VIEWER)
    route = next(one for one in routes_of(app) if one.endpoint == "admin.log")
    assert not is_let_in(viewer, route)
    view = app.view_functions["admin.log"]
    app.view_functions["admin.log"] = access(Role.VIEWER)(lambda: view())
    assert is_let_in(viewer, route)
    assert not route.open_to(Role.VIEWER)


def test_tablet_routes_ask_for_the_key_of_the_tablet(app, officer_client):
    """`device` is checked by the view: none forgets it, and signing in does not replace it."""
    wanted = [route for route in routes_of(app) if route.access == DEVICE]
    assert wanted
    for client in (app.test_client(), officer_client(Role.ADMINISTRATOR)):
        for route in wanted:
            answer = client.open(route.address, method=route.method)
            assert answer.status_code == 401, route.snapshot


def test_locked_account_is_let_in_nowhere(app: Flask, officer_client, database):

    client = officer_client(Role.ADMINISTRATOR)
    assert client.get("/can-bo/quan-tri/nhat-ky").status_code == 200
    database.write(lambda session: session.query(Officer).update({Officer.active: False}))
    assert client.get("/can-bo/quan-tri/nhat-ky").status_code == 302
