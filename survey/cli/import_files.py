"""What `sipas import` does: apart from the command, which starts without the libraries of spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from survey import clock, i18n
from survey.cli import Tool, opened, print_json
from survey.exceptions import ImportRejected
from survey.forms import import_words
from survey.services.inviting import dossiers
from survey.services.inviting.dossiers import ImportPreview, ImportResult
from survey.services.office import baselines, scopes
from survey.services.sheets.table_files import MAX_BYTES, RowError

COMMAND_LOGIN = "(command)"  # whoever sits at the machine, in the audit; no account can be called this
_SHOWN_ERRORS = 50


def import_dossiers(file: Path, desk_code: str | None, *, yes: bool, keep_good: bool, as_json: bool) -> None:
    content = _content(file)
    with opened() as tool:
        desk = _desk(tool, desk_code)
        today = clock.office_day(clock.now(), tool.settings.zone)
        progress = _Progress()
        with tool.database.read() as session:
            try:
                preview = dossiers.preview(
                    session,
                    content=content,
                    filename=file.name,
                    desk_id=desk.id,
                    today=today,
                    progress=progress,
                )
            except ImportRejected as error:
                raise click.ClickException(import_words.refusal(error, str)) from error
        progress.end()
        result = None
        if yes and (keep_good or not preview.errors):
            result = tool.database.write(lambda session: _store(session, preview, keep_good))
    if as_json:
        print_json(_preview_json(preview, result))
    else:
        _show(preview, result)
    if preview.errors and result is None:
        raise SystemExit(1)


def _store(session: Session, preview: ImportPreview, keep_good: bool) -> ImportResult:
    return dossiers.store(session, preview, keep_good=keep_good, login=COMMAND_LOGIN, now=clock.now())


def _content(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise click.ClickException(import_words.refusal(ImportRejected(reason="too-large"), str))
    return file.read_bytes()


def _desk(tool: Tool, code: str | None) -> scopes.Place:
    with tool.database.read() as session:
        desks = scopes.desks_of(session, tool.unit_id)
    chosen = [desk for desk in desks if code is None or desk.code == code]
    if len(chosen) != 1:
        known = ", ".join(desk.code for desk in desks)
        raise click.ClickException(f"Cần --desk với một trong các mã: {known}")
    return chosen[0]


class _Progress:
    """A line that counts the rows of a long file, apart from the output."""

    def __init__(self) -> None:
        self._shown = False

    def __call__(self, row: int) -> None:
        click.echo(f"\rĐã đọc {i18n.format_number(row)} dòng …", nl=False, err=True)
        self._shown = True

    def end(self) -> None:
        if self._shown:
            click.echo(err=True)


def _show(preview: ImportPreview, result: ImportResult | None) -> None:
    number = i18n.format_number
    click.echo("Cột đọc: " + ", ".join(f"{one.heading} ({one.role})" for one in preview.columns))
    if preview.not_read:
        click.echo(f"Không đọc {len(preview.not_read)} cột khác.")
    click.echo(f"Hồ sơ mới: {number(len(preview.rows_good))}")
    click.echo(
        f"Đã có từ trước: {number(len(preview.rows_known))}, trong đó có ngày mới: "
        f"{number(preview.rows_changed)}"
    )
    for name, count in preview.unknown_fields[:10]:
        click.echo(f"Chưa rõ lĩnh vực: {name} ({number(count)} hồ sơ)")
    _show_errors(preview.errors)
    if result is not None:
        click.echo(
            f"Đã ghi: thêm {number(result.added)}, cập nhật {number(result.updated)}, "
            f"bỏ qua {number(result.left_out)} dòng sai."
        )
    elif preview.errors:
        click.echo("Chưa ghi gì. Sửa các dòng sai, hoặc thêm --keep-good --yes để ghi các dòng đúng.")
    else:
        click.echo("Chưa ghi gì. Thêm --yes để ghi.")


def _show_errors(errors: Sequence[RowError]) -> None:
    if not errors:
        return
    click.echo(f"Chỗ sai: {i18n.format_number(len(errors))}")
    for one in errors[:_SHOWN_ERRORS]:
        where = f"  dòng {one.row}, cột “{one.column}”, giá trị “{one.value}”"
        click.echo(f"{where}: {import_words.row_problem(one, str)}")
    if len(errors) > _SHOWN_ERRORS:
        click.echo(f"  … còn {len(errors) - _SHOWN_ERRORS} chỗ nữa; xem đủ bằng --json")


def _error_json(error: RowError) -> dict[str, Any]:
    return {**asdict(error), "message": import_words.row_problem(error, str)}


def _preview_json(preview: ImportPreview, result: ImportResult | None) -> dict[str, Any]:
    return {
        "columns": {one.role: one.heading for one in preview.columns},
        "columns_not_read": len(preview.not_read),
        "new": len(preview.rows_good),
        "known": len(preview.rows_known),
        "changed": preview.rows_changed,
        "skipped": preview.rows_skipped,
        "unknown_fields": dict(preview.unknown_fields),
        "errors": [_error_json(error) for error in preview.errors],
        "stored": asdict(result) if result else None,
    }


def import_baseline(file: Path, year: int, *, as_json: bool) -> None:
    content = _content(file)
    with opened() as tool:
        with tool.database.read() as session:
            instrument = tool.store.current(session).instrument
        try:
            table = baselines.read(content, file.name, instrument=instrument)
        except ImportRejected as error:
            raise click.ClickException(import_words.refusal(error, str, baseline=True)) from error
        if not table.errors:
            unit_id = tool.unit_id
            tool.database.write(
                lambda session: baselines.store(
                    session, table, unit_id=unit_id, year=year, login=COMMAND_LOGIN, now=clock.now()
                )
            )
    if as_json:
        print_json(
            {
                "year": year,
                "stored": 0 if table.errors else len(table.rows),
                "rows": [asdict(row) for row in table.rows],
                "errors": [_error_json(error) for error in table.errors],
            }
        )
    elif table.errors:
        _show_errors(table.errors)
        click.echo("Chưa ghi gì.")
    else:
        for row in table.rows:
            n = f", n = {i18n.format_number(row.n)}" if row.n else ""
            click.echo(f"{row.dimension.value:<10} {i18n.format_percent(row.value)}{n}")
        click.echo(f"Đã ghi số liệu năm {year}.")
    if table.errors:
        raise SystemExit(1)
