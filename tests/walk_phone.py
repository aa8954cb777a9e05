"""Every state of the citizen's pages outside the tablet, found by following links and sending forms.

A walk starts at each way in and follows what the pages themselves offer; a step that spends a token is reached
anew each time, with a slip of its own. A state is named after the template that was
rendered and what it was told (`public/dimension access`), never after an address.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from factories import desk_id
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from pages import check_page, elements, parse
from phone import issue
from werkzeug.test import TestResponse

from survey import clock
from survey.db import Database
from survey.enums import Stage
from survey.exceptions import StorageUnavailable
from survey.seal import Keyring
from survey.services.inviting import invitations
from survey.services.inviting.invitations import Issued
from survey.services.office import codes
from survey.services.remarks import comment_links
from survey.web.phone import privacy
from survey.web.phone.memory import Memory

# What a template was told that makes it another state.
_TOLD = ("problem", "code", "spent", "first", "status")
_NOT_FOLLOWED = ("/can-bo/", "/am-thanh/", "/static/", "/kiosk/", "tel:", "#")

Action = tuple[str, int, int]  # kind, which link or form, which option of each group


@dataclass(frozen=True)
class State:
    name: str
    html: str
    status: int
    path: tuple[str, tuple[Action, ...]]


@dataclass
class Place:
    """Where a walk stands: what was answered last, and what the browser keeps."""

    way: str
    path: tuple[Action, ...]
    client: FlaskClient
    answer: TestResponse
    name: str


@dataclass
class World:
    """An office with slips of every kind, and a client that nobody has used."""

    app: Flask
    database: Database
    keyring: Keyring
    today: date
    monkeypatch: pytest.MonkeyPatch
    locale: str = "vi"
    seen: list[str] = field(default_factory=list)
    endpoints: set[str] = field(default_factory=set)

    def slip(self, today: date | None = None) -> Issued:
        return issue(self.database, self.keyring, today or self.today)[0]

    # --- ways in --------------------------------------------------------------------------------------

    def ways_in(self) -> dict[str, Callable[[FlaskClient], TestResponse]]:
        return {
            "home": lambda c: self._get(c, "/"),
            "home, code mistyped": lambda c: self._type(c, self._mistyped()),
            "home, code unknown": lambda c: self._type(c, self._unknown_code()),
            "slip": lambda c: self._opened(c, f"/P/{self.slip().token}"),
            "slip, filing only": lambda c: self._opened(c, f"/P/{self.slip().token}"),
            "poster": lambda c: self._opened(c, "/D/MC"),
            "slip spent": self._spent,
            "slip void": self._void,
            "slip expired": self._expired,
            "slip unknown": lambda c: self._get(c, f"/P/{self._never_issued()}"),
            "no cookie at the first screen": lambda c: self._get(c, "/p/-/0123456789/stage"),
            "no cookie later": lambda c: self._get(c, "/p/-/0123456789/access"),
            "no cookie with a comment": lambda c: self._post(c, "/p/-/0123456789/comment", comment="Ghế ít."),
            "storage fails": self._storage_fails,
            "comment link": lambda c: self._get(c, f"/G/{self._link()}"),
            "comment link written": self._link_written,
            "comment link, storage fails": self._link_storage_fails,
            "comment link spent, with words": self._link_spent_with_words,
            "comment link over": lambda c: self._get(c, f"/G/{self._link(minutes=-120)}"),
            "comment link unknown": lambda c: self._get(c, "/G/AAAA"),
            "no such page": lambda c: self._get(c, "/khong-co"),
            "wrong method": lambda c: c.post(f"/quyen-rieng-tu?lang={self.locale}"),
            "another site": lambda c: c.post(
                f"/?lang={self.locale}", headers={"Sec-Fetch-Site": "cross-site"}
            ),
            "answers that cannot be": self._impossible,
            "something breaks": self._broken,
            "too large": lambda c: self._post(c, "/", code="x" * (7 << 20)),
        }

    def _get(self, client: FlaskClient, path: str) -> TestResponse:
        return client.get(f"{path}?lang={self.locale}", follow_redirects=True)

    def _post(self, client: FlaskClient, path: str, **data: str) -> TestResponse:
        return client.post(f"{path}?lang={self.locale}", data=data, follow_redirects=True)

    def _opened(self, client: FlaskClient, path: str) -> TestResponse:
        """Open a form and choose its language by the link on its first screen."""
        first = self._get(client, path)
        return client.get(f"{first.request.path}?lang={self.locale}", follow_redirects=True)

    def _type(self, client: FlaskClient, code: str) -> TestResponse:
        return self._post(client, "/", code=code)

    def _mistyped(self) -> str:
        code = self.slip().code
        return code[:-1] + next(one for one in codes.ALPHABET if one != code[-1])

    def _unknown_code(self) -> str:
        return invitations.slip_of_seed(self.keyring, b"never issued", today=self.today).code

    def _never_issued(self) -> str:
        return invitations.slip_of_seed(self.keyring, b"never issued", today=self.today).token

    def _spent(self, client: FlaskClient) -> TestResponse:
        slip = self.slip()
        self.database.write(
            lambda session: invitations.spend(
                session, hashed=invitations.token_hash(self.keyring, slip.token), today=self.today
            )
        )
        return self._get(client, f"/P/{slip.token}")

    def _void(self, client: FlaskClient) -> TestResponse:
        slip = self.slip()
        self.database.write(lambda session: invitations.void(session, keyring=self.keyring, token=slip.token))
        return self._get(client, f"/P/{slip.token}")

    def _expired(self, client: FlaskClient) -> TestResponse:
        return self._get(client, f"/P/{self.slip(self.today - timedelta(days=400)).token}")

    def _link(self, *, minutes: int = 0) -> str:
        at = clock.now() + timedelta(minutes=minutes)
        return comment_links.issue(self.keyring, desk_id=desk_id(self.database), now=at)

    def _link_written(self, client: FlaskClient) -> TestResponse:
        return self._post(client, f"/G/{self._link()}", comment="Ghế chờ hơi ít.")

    def _link_spent_with_words(self, client: FlaskClient) -> TestResponse:
        link = self._link(minutes=-120)
        return self._post(client, f"/G/{link}", comment="Ghế chờ hơi ít.")

    def _link_storage_fails(self, client: FlaskClient) -> TestResponse:
        link = self._link()
        with self._full_disk():
            return self._post(client, f"/G/{link}", comment="Ghế chờ hơi ít.")

    def _storage_fails(self, client: FlaskClient) -> TestResponse:
        answer = self._opened(client, f"/P/{self.slip().token}")
        while not answer.request.path.endswith("/comment"):
            data = {"stage": "filing"} if answer.request.path.endswith("/stage") else {}
            answer = client.post(answer.request.path, data=data, follow_redirects=True)
        with self._full_disk():
            return client.post(answer.request.path, data={"comment": "Ghế chờ hơi ít."})

    def _impossible(self, client: FlaskClient) -> TestResponse:
        answer = self._opened(client, f"/P/{self.slip().token}")
        path = f"{answer.request.path}?lang={self.locale}"
        return client.post(path, data={"stage": "moon"})

    def _broken(self, client: FlaskClient) -> TestResponse:
        def fail() -> None:
            raise RuntimeError("something nobody thought of")

        with self.monkeypatch.context() as patched:
            patched.setattr(privacy, "memory", fail)
            return self._get(client, "/quyen-rieng-tu")

    @contextmanager
    def _full_disk(self) -> Iterator[None]:
        def fail(*_arguments: object, **_named: object) -> None:
            raise StorageUnavailable

        with self.monkeypatch.context() as patched:
            patched.setattr(Database, "write", fail)
            yield

    # --- walking --------------------------------------------------------------------------------------

    def walk(self, *ways: str) -> dict[str, State]:
        """Give every state that can be reached by these ways in (else by all), as it was first seen."""
        # Pages are rendered anew, so that each says which it is.
        self.monkeypatch.setattr(Memory, "page", lambda _self, _key, render: render())
        found: dict[str, State] = {}
        with template_rendered.connected_to(self._rendered, self.app):
            for way in ways or self.ways_in():
                client = self._client()
                answer = self.ways_in()[way](client)
                self._look(found, Place(way, (), client, answer, self.seen[-1]))
        return found

    def _look(self, found: dict[str, State], start: Place) -> None:
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            answer = place.answer
            if answer.mimetype != "text/html" or (name := place.name) in found:
                continue
            check_page(answer.text)
            if answer.request.method == "GET" and answer.status_code == 200:
                where = self.app.url_map.bind("localhost").match(answer.request.path, method="GET")
                self.endpoints.add(str(where[0]))
            found[name] = State(name, answer.text, answer.status_code, (place.way, place.path))
            for action in _actions(answer.text):
                waiting.append(self._step(place, action))

    def _step(self, place: Place, action: Action) -> Place:
        """Go one step on: from where one stands, or from the beginning where a step before spends something."""
        if action[0] == "form" and place.answer.request.path.rpartition("/")[2] == "comment":
            client = self._client()
            answer = self.ways_in()[place.way](client)
            for before in place.path:
                answer = _act(client, answer, before)
        else:
            client = self._client(place.client)
            answer = place.answer
        answer = _act(client, answer, action)
        return Place(place.way, (*place.path, action), client, answer, self.seen[-1])

    def _client(self, like: FlaskClient | None = None) -> FlaskClient:
        """Give a client that nobody has used, or one that keeps what another one keeps."""
        client = self.app.test_client()
        client.check_html = False  # pages are checked where they are seen first
        if like is not None:
            client._cookies = dict(like._cookies)
        return client

    def _rendered(self, _app: Flask, template: Any, context: dict[str, Any], **_more: object) -> None:
        self.seen.append(_name(template.name, context))


def _name(template: str, context: dict[str, Any]) -> str:
    told = [str(context.get(one) or "") for one in _TOLD if not isinstance(context.get(one), bool)]
    told += [one for one in _TOLD if context.get(one) is True]
    screen = context.get("screen")
    if screen is not None:
        told = [screen.step if template.endswith("dimension.html") else "", screen.problem]
        told.append("after a result" if screen.stage is Stage.RESULT else "")
        told.append("large" if screen.large_text else "")
    if context.get("back"):
        told.append("beside a form")
    if context.get("large_text"):
        told.append("large")
    return " ".join([template.removesuffix(".html"), *filter(None, told)])


def _links(root: Element) -> list[str]:
    found = []
    for link in elements(root, "a"):
        href = link.get("href") or ""
        if not href.startswith(_NOT_FOLLOWED) and "hreflang" not in link.attrib:
            found.append(href)
    return list(dict.fromkeys(found))


def _groups(form: Element) -> dict[str, list[str]]:
    """Give the choices of a form: radio buttons by name."""
    groups: dict[str, list[str]] = {}
    for control in elements(form, "input"):
        if control.get("type") == "radio":
            groups.setdefault(control.get("name") or "", []).append(control.get("value") or "")
    return groups


def _actions(html: str) -> Iterator[Action]:
    root = parse(html)
    for number in range(len(_links(root))):
        yield "link", number, 0
    for number, form in enumerate(elements(root, "form")):
        yield "form", number, -1  # nothing chosen
        if any(True for _ in elements(form, "textarea")):
            yield "form", number, -2  # something written
        for option in range(max((len(values) for values in _groups(form).values()), default=0)):
            yield "form", number, option


def _act(client: FlaskClient, answer: TestResponse, action: Action) -> TestResponse:
    kind, number, option = action
    root = parse(answer.text)
    at = answer.request.path
    if kind == "link":
        return client.get(_whole(at, _links(root)[number]), follow_redirects=True)
    form = elements(root, "form")[number]
    groups = _groups(form)
    data = {name: values[min(option, len(values) - 1)] for name, values in groups.items() if option >= 0}
    if option == -2:
        data = {one.get("name") or "": "Ghế chờ hơi ít." for one in elements(form, "textarea")}
    return client.post(_whole(at, form.get("action") or at), data=data, follow_redirects=True)


def _whole(at: str, href: str) -> str:
    if href.startswith("?"):
        return at + href
    path = href if href.startswith("/") else f"{at.rpartition('/')[0]}/{href}"
    parts = urlsplit(path)
    return parts.path + (f"?{parts.query}" if parts.query else "")
