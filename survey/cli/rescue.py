"""`sipas rescue`: what a tablet still held, carried here in a file."""

from __future__ import annotations

from pathlib import Path

import click

from survey import clock
from survey.cli import json_option, opened, tell
from survey.exceptions import DeviceUnknown, InvalidInput


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
def rescue(file: Path, as_json: bool) -> None:
    """Nhập tệp cứu dữ liệu của một máy tính bảng. Chạy lại không tính hai lần.

    Kết thúc với mã 1 khi có phiếu không nhận được.
    """
    from survey.app import create_app

    with opened() as tool:
        app = create_app(tool.settings, database=tool.database)
        kit, import_file = app.extensions["sipas"], app.extensions["sipas-rescue"]
        try:
            rescued = import_file(kit, file.read_bytes(), now=clock.now())
        except InvalidInput as error:
            raise click.ClickException(
                f"{file} không phải tệp cứu dữ liệu của máy chủ này, hoặc đã bị sửa."
            ) from error
        except DeviceUnknown as error:
            raise click.ClickException("Máy tính bảng ghi tệp này chưa từng đăng ký ở đây.") from error
    counts = rescued.results
    said = (
        f"Máy “{rescued.device_name}”: nhận {counts['accepted']}, đã có từ trước {counts['duplicate']}, "
        f"không nhận {counts['rejected']}."
    )
    lines = [said]
    if counts["rejected"]:
        lines.append("Giữ lại tệp này: phiếu không nhận được còn trong đó.")
    tell({"device": rescued.device_name, **counts}, *lines, as_json=as_json)
    if counts["rejected"]:
        raise SystemExit(1)
