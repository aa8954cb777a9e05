"""`sipas texts`: the citizens' texts go out to be translated, and come back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey import clock, i18n
from survey.cli import Tool, opened, print_json
from survey.exceptions import ImportRejected, InvalidInput

if TYPE_CHECKING:
    from survey.instrument import Instrument
    from survey.services.spoken.language_files import Checked
    from survey.services.spoken.tiles import FieldTile

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN_PROBLEMS = 50


@click.group()
def texts() -> None:
    """Chữ cho người dân: xuất ra để dịch, nhập bản dịch (tiếng Êđê: rad, tiếng Jrai: jra)."""


@texts.command(name="export")
@click.argument("language")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Tệp PO để ghi.")
@click.option("--json", "as_json", is_flag=True)
def export_texts(language: str, output: Path | None, as_json: bool) -> None:
    """Ghi tệp PO của một ngôn ngữ: câu gốc, câu tiếng Anh và những gì đã dịch."""
    from survey.services.spoken import language_files, languages

    with opened() as tool:
        instrument, tiles = _sources(tool)
        spoken = languages.read(languages.folder(tool.settings.data))
        try:
            content = language_files.export(language, spoken, instrument, tiles)
        except InvalidInput as error:
            raise click.ClickException(
                "Cần mã ngôn ngữ hai hoặc ba chữ thường, khác vi và en; ví dụ rad, jra."
            ) from error
    target = output or Path(f"sipas-{language}.po")
    target.write_bytes(content)
    if as_json:
        print_json({"language": language, "file": str(target)})
    else:
        click.echo(f"Đã ghi {target}")


@texts.command(name="import")
@click.argument("file", type=_FILE)
@click.option("--language", help="Mã ngôn ngữ, khi khác với dòng Language của tệp.")
@click.option("--yes", is_flag=True, help="Ghi. Không có thì chỉ xem trước.")
@click.option("--keep-good", is_flag=True, help="Ghi các câu đúng dù có câu sai.")
@click.option("--json", "as_json", is_flag=True)
def import_texts(file: Path, language: str | None, yes: bool, keep_good: bool, as_json: bool) -> None:
    """Nhập tệp PO đã dịch; câu nào thiếu thì hiện tiếng Việt.

    Kết thúc với mã 1 khi có câu sai và chưa ghi.
    """
    from survey.cli.import_files import COMMAND_LOGIN
    from survey.forms import language_words
    from survey.services.spoken import language_files

    with opened() as tool:
        try:
            checked = language_files.check(file.read_bytes(), *_sources(tool), locale=language)
        except ImportRejected as error:
            raise click.ClickException(language_words.refusal(error, str)) from error
        stored = yes and (keep_good or not checked.problems)
        if stored:
            data, at = tool.settings.data, clock.now()
            tool.database.write(
                lambda session: language_files.store(
                    session, checked, data=data, keep_good=keep_good, login=COMMAND_LOGIN, now=at
                )
            )
    _show(checked, stored=stored, as_json=as_json)
    if checked.problems and not stored:
        raise SystemExit(1)


def _sources(tool: Tool) -> tuple[Instrument, Sequence[FieldTile]]:
    from survey.services.spoken import tiles

    with tool.database.read() as session:
        return tool.store.current(session).instrument, tiles.fields_offered(session)


def _show(checked: Checked, *, stored: bool, as_json: bool) -> None:
    from survey.forms import language_words

    if as_json:
        counts = ("locale", "name", "translated", "missing", "doubtful", "unknown", "composed")
        problems = [
            {"problem": one.code, "source": one.source, "found": one.found, "detail": one.detail}
            for one in checked.problems
        ]
        print_json(
            {**{name: getattr(checked, name) for name in counts}, "problems": problems, "stored": stored}
        )
        return
    number = i18n.format_number
    click.echo(f"Ngôn ngữ: {checked.name} ({checked.locale})")
    click.echo(f"Đã dịch {number(checked.translated)} câu, còn thiếu {number(checked.missing)} câu.")
    for count, words in (
        (checked.doubtful, "câu ghi “fuzzy” (chưa chắc), không dùng"),
        (checked.unknown, "câu không còn trong chương trình, giữ lại"),
        (checked.composed, "câu có dấu rời (NFD), đã ghép lại"),
    ):
        if count:
            click.echo(f"{number(count)} {words}.")
    for one in checked.problems[:_SHOWN_PROBLEMS]:
        click.echo(f"- {one.source}\n  {one.found}\n  → {language_words.problem(one, str)}")
    click.echo("Đã ghi." if stored else "Chưa ghi gì; thêm --yes để ghi.")


@texts.command(name="list")
@click.option("--json", "as_json", is_flag=True)
def list_languages(as_json: bool) -> None:
    """Liệt kê các ngôn ngữ người dân chọn được, và bao nhiêu câu đã dịch."""
    with opened() as tool:
        rows = _languages(tool)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        total = row["translated"] + row["missing"]
        said = f"{row['translated']}/{total} câu" if total else "đủ"
        click.echo(f"{row['language']:<4} {row['name']}: {said}")


def _languages(tool: Tool) -> list[dict[str, Any]]:
    from survey.services.spoken import language_files, languages

    where = languages.folder(tool.settings.data)
    spoken, sources = languages.read(where), _sources(tool)
    rows: list[dict[str, Any]] = []
    for code in spoken.codes:
        path = i18n.catalogue_path(code, where) if code in spoken.added else None
        checked = language_files.check(path.read_bytes(), *sources, locale=code) if path else None
        rows.append(
            {
                "language": code,
                "name": spoken.name(code),
                "translated": checked.translated if checked else 0,
                "missing": checked.missing if checked else 0,
            }
        )
    return rows
