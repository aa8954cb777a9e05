"""`sipas sounds`: which recordings of questions and options there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from survey.cli import opened, print_json

if TYPE_CHECKING:
    from survey.services.spoken.sounds import Spot

_WORDS = {
    "new": "mới, chưa ghi là thu cho lời nào (thêm --note để ghi)",
    "changed": "lời đã đổi sau khi thu: KHÔNG phát, cần thu lại",
}


@click.group()
def sounds() -> None:
    """Tệp âm thanh đọc câu hỏi và lựa chọn cho người dân nghe."""


@sounds.command(name="check")
@click.option("--language", help="Chỉ một ngôn ngữ, ví dụ rad.")
@click.option("--missing", is_flag=True, help="Liệt kê cả những câu chưa có tệp.")
@click.option("--note", is_flag=True, help="Ghi lời hiện tại cho các tệp mới.")
@click.option("--json", "as_json", is_flag=True)
def check_sounds(language: str | None, missing: bool, note: bool, as_json: bool) -> None:
    """Kiểm tra thư mục sounds: có tệp nào, thiếu câu nào, tệp nào thu cho lời cũ.

    Kết thúc với mã 1 khi có tệp thu cho lời cũ.
    """
    from survey.services.spoken import languages, tiles
    from survey.services.spoken import sounds as service

    with opened() as tool:
        where = service.folder(tool.settings.data)
        spoken = languages.read(languages.folder(tool.settings.data))
        with tool.database.read() as session:
            instrument = tool.store.current(session).instrument
            offered = list(tiles.fields_offered(session))
        spots = service.check(where, spoken, instrument, offered)
        noted = service.note_new(where, spots) if note else 0
        if noted:
            spots = service.check(where, spoken, instrument, offered)
    spots = [one for one in spots if language in {None, one.language}]
    if as_json:
        rows = [
            {
                "language": one.language,
                "code": one.code,
                "text": one.text,
                "state": one.state.value,
                "file": one.file,
            }
            for one in spots
        ]
        print_json({"folder": str(where), "noted": noted, "texts": rows})
    else:
        _show(str(where), spots, noted=noted, missing=missing)
    if any(one.state is service.State.CHANGED for one in spots):
        raise SystemExit(1)


def _show(where: str, spots: list[Spot], *, noted: int, missing: bool) -> None:
    click.echo(f"Thư mục: {where}")
    for language in dict.fromkeys(one.language for one in spots):
        counted = Counter(one.state.value for one in spots if one.language == language)
        there = counted["good"] + counted["new"]
        click.echo(f"{language}: phát được {there}/{counted.total()} câu")
    for one in spots:
        words = _WORDS.get(one.state.value, "chưa có tệp" if missing and not one.file else "")
        if words:
            click.echo(f"- {one.language}/{one.file or one.code}: {words}\n  {one.text}")
    if noted:
        click.echo(f"Đã ghi lời cho {noted} tệp mới.")
