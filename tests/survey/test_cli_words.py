"""The command speaks Vietnamese where Click speaks by itself: help, and mistakes of who types."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

from survey.cli import words
from survey.commands import main

_PARTS = ("core.py", "decorators.py", "exceptions.py", "formatting.py", "parser.py", "termui.py", "types.py")
# What only who writes commands sees.
_UNSEEN = (
    "Arguments take exactly one",
    "Boolean option ",
    "Could not determine name",
    "DeprecationWarning",
    "Invalid start character",
    "Name '{name}' defined twice",
    "No options defined",
    "Unknown color",
    "Value must be an iterable",
)


@pytest.fixture
def in_vietnamese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "en")
    before = gettext.textdomain()
    words.speak_vietnamese()
    yield
    gettext.textdomain(before)


def said(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments, prog_name="sipas")
    assert result.exit_code == 2
    return result.output


@pytest.mark.usefixtures("in_vietnamese")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--xem"], "Không có tùy chọn --xem."),
        (["serv"], "Không có lệnh serv. Có phải muốn gõ: 'serve'?"),
        (["invite"], "Còn thiếu tùy chọn '--count'."),
        (["invite", "--count", "0"], "0 nằm ngoài khoảng 1<=x<=5000."),
        (["invite", "--count", "năm"], "'năm' không phải là số dùng được."),
        (["invite", "--count"], "Tùy chọn --count cần có giá trị đi kèm."),
        (["estimate", "--from", "2024-13-01"], "không phải là ngày dùng được"),
        (["estimate", "--by", "week"], "'week' không thuộc các giá trị 'month', 'desk', 'field', 'channel'."),
        (["import", "dossiers", "khong-co.csv"], "không có 'khong-co.csv'."),
        (["goals", "5", "--plan", "2024"], "Thừa tham số (5)"),
    ],
)
def test_a_mistyped_command_is_answered_in_vietnamese(arguments: list[str], expected: str) -> None:
    output = said(*arguments)
    assert expected in output
    assert "Lỗi: " in output
    assert not [word for word in ("Error", "Usage", "Try '", "Invalid") if word in output]


@pytest.mark.usefixtures("in_vietnamese")
def test_help_is_in_vietnamese() -> None:
    output = CliRunner().invoke(main, ["invite", "--help"], prog_name="sipas").output
    assert "Cách dùng: sipas invite" in output
    assert "Tùy chọn:" in output
    assert "bắt buộc" in output


def test_the_compiled_words_are_those_of_the_source() -> None:
    """`python -m survey.cli.words` compiles them."""
    with words.SOURCE.open("rb") as source, words.COMPILED.open("rb") as compiled:
        assert _strings(read_po(source)) == _strings(read_mo(compiled))


def _strings(catalogue: Catalog) -> dict[str, str]:
    """Give what each text is said as, by its singular."""
    return {
        one.id if isinstance(one.id, str) else one.id[0]: "".join(one.string) for one in catalogue if one.id
    }


def test_everything_that_click_says_to_people_is_translated() -> None:
    with words.SOURCE.open("rb") as file:
        known = {text for text, translated in _strings(read_po(file)).items() if translated}
    unknown = [text for text in _said_by_click() if text not in known and not text.startswith(_UNSEEN)]
    assert unknown == []


def _said_by_click() -> Iterator[str]:
    for name in _PARTS:
        tree = ast.parse((Path(click.__file__).parent / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id in ("_", "ngettext") and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
