"""`sipas print`: slips, posters and the paper form as PDF, for who works without the pages."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.paper import MAX_SLIPS, Paper, PosterPaper
from kiosk.press import Press
from survey import clock, qr
from survey.cli import Tool, json_option, opened, tell
from survey.cli.import_files import COMMAND_LOGIN
from survey.i18n import SOURCE
from survey.services.https import addresses
from survey.services.inviting import slips
from survey.services.inviting.slips import SlipDesk
from survey.services.spoken.languages import Languages

desk_option = click.option("--desk", "desk_code", help="Mã bộ phận một cửa; có thể bỏ qua khi chỉ có một.")
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Tệp PDF sẽ ghi."
)


@click.group("print")
def printing() -> None:
    """In phiếu mời, áp phích, phiếu giấy ra tệp PDF."""


@printing.command("slips")
@click.option("--count", type=click.IntRange(1, MAX_SLIPS), required=True, help="Số phiếu.")
@click.option(
    "--paper", type=click.Choice([one.value for one in Paper]), default=Paper.A5.value, show_default=True
)
@desk_option
@output_option
@json_option
def print_slips(count: int, paper: str, desk_code: str | None, output: Path | None, as_json: bool) -> None:
    """Phát hành phiếu ẩn danh và ghi ra PDF. Mã chỉ có trong tệp này."""
    with opened() as tool:
        desk = _desk(tool, desk_code)
        # Address and file are tried before anything is issued: slips that cannot be printed would be lost.
        problem = addresses.receipt_problem(tool.settings)
        if problem is not None:
            raise click.ClickException(
                f"Địa chỉ {addresses.phone_url(tool.settings)} không in được thành mã QR nhỏ; chưa phát hành "
                f"phiếu nào. SIPAS_PUBLIC_URL: chỉ tên miền, cả https:// nhiều nhất {qr.LONGEST_BASE} ký tự."
            )
        now = clock.now()
        today = clock.office_day(now, tool.settings.zone)
        target = _written(b"", output or Path(f"phieu-moi-{today:%Y%m%d}-{count}.pdf"))
        batch = tool.database.write(
            lambda session: slips.issue_roll(
                session,
                keyring=tool.keyring,
                desk_id=desk.id,
                count=count,
                today=today,
                login=COMMAND_LOGIN,
                now=now,
            )
        )
        _written(_press(tool).slips(batch, Paper(paper)), target)
    tell({"file": str(target), "count": count}, f"Đã ghi {count} phiếu vào {target}", as_json=as_json)


@printing.command("poster")
@click.option(
    "--paper",
    type=click.Choice([one.value for one in PosterPaper]),
    default=PosterPaper.A4.value,
    show_default=True,
)
@desk_option
@output_option
@json_option
def print_poster(paper: str, desk_code: str | None, output: Path | None, as_json: bool) -> None:
    """Ghi áp phích hoặc thẻ để bàn của một bộ phận ra PDF."""
    with opened() as tool:
        desk = _desk(tool, desk_code)
        pdf = _press(tool).poster(desk.code, desk.name, PosterPaper(paper))
        target = _written(pdf, output or Path(f"ap-phich-{desk.code.lower()}.pdf"))
    tell({"file": str(target)}, f"Đã ghi {target}", as_json=as_json)


@printing.command("form")
@desk_option
@output_option
@json_option
def print_form(desk_code: str | None, output: Path | None, as_json: bool) -> None:
    """Ghi phiếu giấy để điền tay ra PDF: một tờ A4 hai mặt."""
    with opened() as tool:
        desk = _desk(tool, desk_code)
        with tool.database.read() as session:
            instrument = tool.store.current(session).instrument
        pdf = _press(tool).paper_form(instrument, desk.name)
        target = _written(pdf, output or Path(f"phieu-giay-{desk.code.lower()}.pdf"))
    tell({"file": str(target)}, f"Đã ghi {target}", as_json=as_json)


def _desk(tool: Tool, code: str | None) -> SlipDesk:
    today = clock.office_day(clock.now(), tool.settings.zone)
    with tool.database.read() as session:
        desks = slips.desks(session, today=today)
    chosen = [desk for desk in desks if code is None or desk.code == code]
    if len(chosen) != 1:
        known = ", ".join(desk.code for desk in desks)
        raise click.ClickException(f"Cần --desk với một trong các mã: {known}")
    return chosen[0]


def _press(tool: Tool) -> Press:
    with tool.database.read() as session:
        return Press.of(session, tool.settings, Languages(tool.settings.data).now(), locale=SOURCE)


def _written(pdf: bytes, target: Path) -> Path:
    try:
        target.write_bytes(pdf)
    except OSError as error:
        raise click.ClickException(f"Không ghi được {target}: {error.strerror}") from error
    return target
