"""A respondent without a browser: reads each form, fills it, presses its last button, keeps cookies.

Knows nothing of the application but HTML: tests and benchmarks send it through the phone form.
"""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

MOST_STEPS = 40


@dataclass
class Form:
    """One form of a page: where it goes, what is hidden in it, what can be chosen."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    last_button: tuple[str, str] | None = None


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None:
            self._control(tag, values)

    def _control(self, tag: str, values: Mapping[str, str]) -> None:
        form = self._open
        assert form is not None
        kind, name = values.get("type", "submit" if tag == "button" else "text"), values.get("name", "")
        if tag == "textarea":
            form.texts.append(name)
        elif tag == "input" and kind == "radio":
            form.options.setdefault(name, []).append(values.get("value", "on"))
        elif tag in {"input", "button"} and kind == "submit":
            form.last_button = (name, values.get("value", ""))
        elif tag == "input" and kind == "hidden":
            form.fields[name] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms_of(html: str) -> list[Form]:
    parser = _Forms()
    parser.feed(html)
    return parser.forms


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    url: str


Chooser = Callable[[str, list[str]], str | None]


class Respondent:
    """One phone with a connection kept alive and cookies of its own."""

    def __init__(self, base: str, *, timeout: float = 60, pace_s: float = 0.0) -> None:
        """`pace_s`: the least time from one request to the next."""
        parts = urlsplit(base)
        self.base = base
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        self.cookies: dict[str, str] = {}
        self.requests = 0
        self._pace_s = pace_s
        self._next_at = 0.0

    def request(self, method: str, url: str, body: str | None = None) -> tuple[int, Mapping[str, str], str]:
        target = urlsplit(urljoin(self.base, url))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if not self.cookies:
            headers = {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        path = target.path + (f"?{target.query}" if target.query else "")
        time.sleep(max(0.0, self._next_at - time.perf_counter()))
        self._next_at = time.perf_counter() + self._pace_s
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        self.requests += 1
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return response.status, response.headers, text

    def open(self, url: str) -> Answer:
        return self._follow("GET", url, None)

    def _follow(self, method: str, url: str, body: str | None) -> Answer:
        for _ in range(10):
            status, headers, text = self.request(method, url, body)
            if status not in {301, 302, 303, 307, 308}:
                return Answer(status, text, url)
            url, method, body = urljoin(url, headers["Location"]), "GET", None
        raise AssertionError(f"too many redirects: {url}")

    def fill(self, page: Answer, choose: Chooser, *, text: str = "") -> Answer:
        """Fill the one POST form of a page and press its last button."""
        posts = [form for form in forms_of(page.body) if form.method == "post"]
        assert len(posts) == 1, f"{len(posts)} forms on {page.url}"
        form = posts[0]
        values = dict(form.fields)
        for name, options in form.options.items():
            chosen = choose(name, options)
            if chosen is not None:
                values[name] = chosen
        values |= dict.fromkeys(form.texts, text)
        if form.last_button and form.last_button[0]:
            values[form.last_button[0]] = form.last_button[1]
        return self._follow("POST", urljoin(page.url, form.action or page.url), urlencode(values))

    def answer(self, url: str, choose: Chooser, *, text: str = "") -> Answer:
        """Go from the first screen to the one without a form."""
        page = self.open(url)
        for _ in range(MOST_STEPS):
            if not any(form.method == "post" for form in forms_of(page.body)):
                return page
            page = self.fill(page, choose, text=text)
        raise AssertionError("the form has no end")

    def close(self) -> None:
        self._connection.close()


def satisfied(name: str, options: list[str]) -> str | None:
    """Choose a result received and level 4 everywhere."""
    for wanted in ("result", "4", "no", "1"):
        if wanted in options:
            return wanted
    return options[0]


def drawn(chance: random.Random, *, stage: str | None = None) -> Chooser:
    """Choose at random, as the seed says; most people are satisfied."""

    def choose(name: str, options: list[str]) -> str | None:
        if "filing" in options:
            return stage or chance.choices(options, [1, 4, 1][: len(options)])[0]
        if "5" in options:
            return chance.choices(["1", "2", "3", "4", "5", "na"], [2, 4, 10, 42, 36, 6])[0]
        return chance.choice(options)

    return choose
