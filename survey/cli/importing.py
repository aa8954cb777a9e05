"""`sipas import dossiers` and `sipas import baseline`: look first, write only when told to."""

from __future__ import annotations

from pathlib import Path

import click

from survey.cli import json_option

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="import")
def importing() -> None:
    """Nhập hồ sơ từ phần mềm một cửa, hoặc số liệu năm trước."""


@importing.command(name="dossiers")
@click.argument("file", type=_FILE)
@click.option("--desk", "desk_code", help="Mã bộ phận một cửa; có thể bỏ qua khi chỉ có một.")
@click.option("--yes", is_flag=True, help="Ghi. Không có thì chỉ xem trước.")
@click.option("--keep-good", is_flag=True, help="Ghi các dòng đúng dù có dòng sai.")
@json_option
def dossiers(file: Path, desk_code: str | None, yes: bool, keep_good: bool, as_json: bool) -> None:
    """Nhập hồ sơ từ tệp CSV hoặc XLSX. Không đọc tên người nộp; chạy hai lần không thêm gì.

    Kết thúc với mã 1 khi có dòng sai và chưa ghi.
    """
    from survey.cli import import_files

    import_files.import_dossiers(file, desk_code, yes=yes, keep_good=keep_good, as_json=as_json)


@importing.command(name="baseline")
@click.argument("file", type=_FILE)
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="Năm của số liệu.")
@json_option
def baseline(file: Path, year: int, as_json: bool) -> None:
    """Nhập chỉ số của một năm trước: cột yếu tố, giá trị, n, cách tính, nguồn.

    Sai một dòng thì không ghi gì.
    """
    from survey.cli import import_files

    import_files.import_baseline(file, year, as_json=as_json)
