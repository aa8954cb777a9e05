"""A test client that reads every HTML answer as a strict browser and a screen reader would."""

from __future__ import annotations

import gzip
from typing import Any, Literal, overload
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.i18n.line_ends import NO_BREAK

XHTML = "{http://www.w3.org/1999/xhtml}"
_NO_LABEL_NEEDED = {"hidden", "submit", "button", "reset", "image"}


def as_read(text: str) -> str:
    """Give a text without what only keeps its lines from ending inside a figure."""
    return text.replace(NO_BREAK, " ")


class ReadAnswer(TestResponse):
    """An answer whose text is what a person reads; its bytes are what was sent."""

    @overload
    def get_data(self, as_text: Literal[False] = False) -> bytes: ...

    @overload
    def get_data(self, as_text: Literal[True]) -> str: ...

    def get_data(self, as_text: bool = False) -> bytes | str:
        return as_read(super().get_data(as_text=True)) if as_text else super().get_data()


class ReadingClient(FlaskClient):
    """Checks each HTML answer; `check_html=False` in a test's own client turns it off."""

    check_html = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_wrapper = type("ReadAnswer", (ReadAnswer, self.response_wrapper), {})

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if (
            self.check_html
            and response.mimetype == "text/html"
            and response.status_code not in {301, 302, 303, 308}
        ):
            check_page(sent(response).decode())
        return response


def sent(response: TestResponse) -> bytes:
    """Give the page that was sent, packed or not."""
    content = response.get_data()
    return gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content


def parse(html: str) -> Element:
    """Parse strictly: a parse error is a failure of the page."""
    parser = html5lib.HTMLParser(strict=True)
    root: Element = parser.parse(html)
    return root


def elements(root: Element, *names: str) -> list[Element]:
    wanted = {XHTML + name for name in names}
    return [element for element in root.iter() if element.tag in wanted]


def text_of(element: Element) -> str:
    return " ".join(as_read("".join(element.itertext())).split())


def check_page(html: str) -> None:
    """Fail where a page lacks what every page must have."""
    root = parse(html)
    problems: list[str] = []
    if not root.get("lang"):
        problems.append("<html> has no lang")
    headings = elements(root, "h1")
    if len(headings) != 1 or not text_of(headings[0]):
        problems.append(f"{len(headings)} h1 elements, need one with text")
    if not any(text_of(title) for title in elements(root, "title")):
        problems.append("no title")
    if not elements(root, "main"):
        problems.append("no main landmark")
    problems += _unlabelled(root)
    problems += [
        f"inline {name} on <{element.tag.removeprefix(XHTML)}>"
        for element in root.iter()
        if isinstance(element.tag, str)
        for name in element.attrib
        if name == "style" or name.startswith("on")
    ]
    identities = [element.get("id") for element in root.iter() if element.get("id")]
    problems += [f"id {one!r} twice" for one in sorted({i for i in identities if identities.count(i) > 1})]
    assert not problems, "; ".join(problems)


def _unlabelled(root: Element) -> list[str]:
    labelled_ids = {label.get("for") for label in elements(root, "label") if text_of(label)}
    wrapped = {
        control
        for label in elements(root, "label")
        if text_of(label)
        for control in elements(label, "input", "select", "textarea")
    }
    return [
        f"{control.tag.removeprefix(XHTML)} {control.get('name')!r} has no label"
        for control in elements(root, "input", "select", "textarea")
        if control.get("type") not in _NO_LABEL_NEEDED
        and control.get("id") not in labelled_ids
        and control not in wrapped
        and not control.get("aria-label")
        and not control.get("aria-labelledby")
    ]
