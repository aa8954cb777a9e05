"""What is sent of the scripts: small, and nothing missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tablet import first_scripts

from kiosk.configuration import STATIC_DIR
from kiosk.scripts import lean

SCRIPTS = [*STATIC_DIR.rglob("*.mjs"), STATIC_DIR / "worker.js"]


def test_the_scripts_stay_small(client: FlaskClient, record_property: Callable[[str, object], None]) -> None:
    """What the page loads at first use, as an old tablet reads it; and all of them as they go over the wire."""
    addresses = {path: f"/kiosk/static/{path.relative_to(STATIC_DIR).as_posix()}" for path in SCRIPTS[:-1]}
    first = first_scripts()
    assert first < set(addresses)
    sizes = {"first": 0, "read": 0, "sent": 0}
    for path, address in {**addresses, STATIC_DIR / "worker.js": "/kiosk/worker.js"}.items():
        with client.get(address) as plain, client.get(address, headers={"Accept-Encoding": "gzip"}) as packed:
            assert len(plain.data) > 200
            sizes["first"] += len(plain.data) * (path in first)
            sizes["read"] += len(plain.data)
            sizes["sent"] += len(packed.data)
    print(f"\nkiosk scripts: {len(first)} at first use, {len(SCRIPTS)} in all; bytes: {sizes}")  # noqa: T201 - the figure
    record_property("kiosk_scripts", sizes)
    assert sizes["first"] <= 60_000
    assert sizes["sent"] <= 60_000
    assert sizes["read"] <= 80_000


TEXT = re.compile(r""""(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`""")
EXPRESSION = re.compile(r"[(=!] ?/((?:[^/\\\n]|\\.)+)/[a-z]*[.,;)]")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sent_without_comments_and_spaces_and_nothing_else_is_missing(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for number, line in enumerate(source.splitlines(), 1):
        assert line.count("`") % 2 == 0, f"{path.name}:{number}: a text over several lines would be changed"
        assert "/*" not in line or line.lstrip().startswith("/**"), f"{path.name}:{number}"
    code = [line.strip() for line in source.splitlines()]
    code = [line for line in code if line and not line.startswith(("//", "/**", "*"))]
    sent = lean(source.encode()).decode().splitlines()
    assert [line.replace(" ", "") for line in sent] == [line.replace(" ", "") for line in code]
    for ours, theirs in zip(code, sent, strict=True):
        # Texts and expressions are as written, words that stood apart stand apart, and plus and minus too.
        assert TEXT.findall(theirs) == TEXT.findall(ours)
        for expression in EXPRESSION.findall(ours):
            assert expression in theirs
            assert not set(expression) & set("\"'`"), f"a quote in an expression: {ours}"
        bare = [TEXT.sub("''", line) for line in (ours, theirs)]
        assert re.findall(r"[\w$#]+", bare[0]) == re.findall(r"[\w$#]+", bare[1])
        assert re.findall(r"[-+/]+=?", bare[0]) == re.findall(r"[-+/]+=?", bare[1])


def test_the_check_of_what_is_sent_sees_a_space_that_means_something() -> None:
    """An expression is no text: a space beside a sign in it would be lost, and the test above would say so."""
    line = b"const list = text.split(/, /);"
    assert lean(line) == b"const list=text.split(/,/);"
    (expression,) = EXPRESSION.findall(line.decode())
    assert expression not in lean(line).decode()
    assert lean(b'a = "x, y" + `b, ${c}` - -d;') == b'a="x, y" + `b, ${c}` - -d;'
