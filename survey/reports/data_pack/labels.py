"""`labels.R`: what the script for R must know of an export, as R writes lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from survey.i18n import SOURCE
from survey.reports.data_pack.codebook import Variable
from survey.services.upkeep.export_about import ExportAbout


def labels(about: ExportAbout, variables: Sequence[Variable]) -> str:
    dimensions = about.instrument.dimensions
    lines = [
        "# Nhãn của các cột và cách tính của kỳ; estimates.R đọc tệp này.",
        _assigned("items", {d.code: _vector(item.code for item in d.items) for d in dimensions}),
        _assigned("dimension_names", {d.code: _quoted(d.name[SOURCE]) for d in dimensions}),
        _assigned("methods", {d.code: _quoted(about.methods[d.code]) for d in dimensions}),
        _assigned("variable_labels", {one.name: _quoted(one.label) for one in variables}),
        f"number_columns <- {_vector(one.name for one in variables if one.kind != 'code')}",
        _assigned("value_labels", {one.name: _named(one.values) for one in variables if one.values}),
    ]
    return "\n".join(lines) + "\n"


def _assigned(name: str, entries: Mapping[str, str]) -> str:
    inside = ",\n".join(f"  {_quoted(key)} = {value}" for key, value in entries.items())
    return f"{name} <- list(\n{inside}\n)"


def _named(values: Mapping[str, str]) -> str:
    return f"c({', '.join(f'{_quoted(key)} = {_quoted(words)}' for key, words in values.items() if key)})"


def _vector(values: Iterable[str]) -> str:
    return f"c({', '.join(map(_quoted, values))})"


def _quoted(text: str) -> str:
    """Write a text of R: whatever an office called a desk, it stays a text."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
