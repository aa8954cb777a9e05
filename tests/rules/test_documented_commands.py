"""Every command of `sipas` stands in the technician's page, with every option it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from survey.commands import main

PAGE = Path("docs/operations.md")


def commands(group: click.Group, path: str = "sipas") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        whole = f"{path} {name}"
        if isinstance(command, click.Group):
            yield from commands(command, whole)
        else:
            yield whole, command


def undocumented(text: str, group: click.Group) -> list[str]:
    """Name each command without a heading of its own, and each option missing under it."""
    sections = {
        part.partition("`")[0]: part.partition("`")[2]
        for part in text.replace("\n## ", "\n### ").split("\n### `")
    }
    missing = []
    for whole, command in commands(group):
        if whole not in sections:
            missing.append(whole)
            continue
        section = sections[whole].partition("\n### ")[0]
        options = [option for option in command.params if isinstance(option, click.Option)]
        # Every command takes `--json`: it is documented once, above them.
        names = [option.opts[0] for option in options if option.opts[0] != "--json"]
        missing += [f"{whole} {name}" for name in names if name not in section]
    return missing


def test_every_command_and_option_is_documented():
    assert undocumented(PAGE.read_text(encoding="utf-8"), main) == []


def test_every_command_speaks_to_programs():
    silent = [
        whole
        for whole, command in commands(main)
        if not any("--json" in parameter.opts for parameter in command.params)
    ]
    assert silent == []
    assert "Mọi lệnh nhận `--json`" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("lost", ["### `sipas officer reset`", "### `sipas serve`", "--keep-good"])
def test_what_is_missing_is_named(lost):
    text = PAGE.read_text(encoding="utf-8")
    assert lost in text
    wanted = lost.removeprefix("### ").strip("`")
    assert any(wanted in one for one in undocumented(text.replace(lost, ""), main))


def test_a_new_command_is_missed():
    group = click.Group(commands={**main.commands, "unheard-of": click.Command("unheard-of")})
    assert undocumented(PAGE.read_text(encoding="utf-8"), group) == ["sipas unheard-of"]


def test_the_walk_reaches_commands_of_groups():
    found = {whole for whole, _command in commands(main)}
    assert {"sipas serve", "sipas import dossiers", "sipas officer reset"} <= found
