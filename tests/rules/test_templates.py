"""Templates: each parses, is used, imports what it needs, and carries no script or style of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from survey.paths import PACKAGE_DIR, templates_dir

CODE = (PACKAGE_DIR, PACKAGE_DIR.parent / "kiosk")
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
# What the strict policy would block, or what would tempt somebody to weaken it.
FORBIDDEN = {
    # A block of data is not run; the policy lets it stand.
    "script without src": re.compile(r"""<script\b(?![^>]*\bsrc=)(?![^>]*\btype="application/json")""", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I | re.S),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I | re.S),
    "javascript address": re.compile(r"javascript:", re.I),
    "address of another site": re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", re.I),
    "escaping turned off": re.compile(r"\|\s*safe\b|autoescape\s+false"),
}
_EXPRESSION = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)


def templates(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.html"))
    }


OURS = templates(templates_dir())


def inline(source: str) -> list[str]:
    """Name what is forbidden in a template; conditions inside a tag do not hide it."""
    markup = _EXPRESSION.sub("", source)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(markup)]
    return found or (["escaping turned off"] if FORBIDDEN["escaping turned off"].search(source) else [])


def referred(source: str) -> set[str]:
    """Give the templates that a template extends, includes or imports."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    return {
        constant.value
        for node in ENVIRONMENT.parse(source).find_all(kinds)
        for constant in [node.template, *node.template.find_all(nodes.Const)]
        if isinstance(constant, nodes.Const) and isinstance(constant.value, str)
    }


def unused_imports(name: str, found: dict[str, str]) -> list[str]:
    """Name what a template imports though neither it nor a part that it includes uses it."""
    tree = ENVIRONMENT.parse(found[name])
    imported = {node.target for node in tree.find_all(nodes.Import)}
    for node in tree.find_all(nodes.FromImport):
        imported |= {one[1] if isinstance(one, tuple) else one for one in node.names}
    return sorted(imported - used_names(name, found))


def used_names(name: str, found: dict[str, str]) -> set[str]:
    tree = ENVIRONMENT.parse(found[name])
    used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
    for node in tree.find_all(nodes.Include):  # an included part sees what the page imported
        if isinstance(node.template, nodes.Const):
            used |= used_names(node.template.value, found)
    return used


def rendered_by_code(folders: Iterable[Path]) -> set[str]:
    """Give every string in the code that could name a template."""
    return {
        node.value
        for folder in folders
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html")
    }


def unreferenced(found: dict[str, str], rendered: set[str]) -> list[str]:
    """Name templates that no view reaches, directly or through others."""
    reached: set[str] = set()
    waiting = sorted(rendered & set(found))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += sorted(referred(found[name]) & set(found))
    return sorted(set(found) - reached)


@pytest.mark.parametrize("name", OURS)
def test_template(name, app):
    """As the application sets it up, with its filters and tests; every name that is imported is used."""
    app.jinja_env.get_template(name)
    assert unused_imports(name, OURS) == []
    assert inline(OURS[name]) == []
    assert sorted(referred(OURS[name]) - set(OURS)) == []


def test_no_template_is_left_over():
    assert unreferenced(OURS, rendered_by_code(CODE)) == []


def test_views_name_templates_that_exist():
    assert sorted(name for name in rendered_by_code(CODE) if "/" in name and name not in OURS) == []


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("<script>go()</script>", "script without src"),
        ('<script type="module">go()</script>', "script without src"),
        ("<style>p{}</style>", "style element"),
        ('<p class="a" style="color:red">', "style attribute"),
        ('<p {% if a %}style="{{ b }}"{% endif %}>', "style attribute"),
        ('<button\n  onclick="go()">', "event handler"),
        ('<p title="{{ a > b }}" onload=go>', "event handler"),
        ('<a href="javascript:go()">', "javascript address"),
        ('<img src="//elsewhere.example/a.png">', "address of another site"),
        ("{{ text | safe }}", "escaping turned off"),
    ],
)
def test_forbidden_markup_is_named(source, named):
    assert named in inline(source)


def test_allowed_markup_is_left_alone():
    assert (
        inline('<script type="module" src="{{ asset(\'a.js\') }}"></script><p data-on="1">Không safe</p>')
        == []
    )


def test_left_over_parts_are_named():
    found = {
        "page.html": """{% extends "base.html" %}{% from "parts.html" import row, cell, head %}
            {{ row(1) }}{% include "part.html" %}""",
        "part.html": "{{ head(1) }}",
        "base.html": "",
        "parts.html": "",
        "old.html": '{% include "older.html" %}',
        "older.html": "",
    }
    assert unused_imports("page.html", found) == ["cell"]
    assert unreferenced(found, {"page.html", "elsewhere.html"}) == ["old.html", "older.html"]
