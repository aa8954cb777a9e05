"""`sipas tls`: https for the office's network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from survey import clock, logs
from survey.cli import explained, json_option, read_settings, tell
from survey.services.https import addresses, certificates, office_authority
from survey.services.https.office_authority import Outcome, State
from survey.settings import DEFAULT_TLS_PORT, Settings

_SAID = {
    State.MADE: "Đã làm chứng thư cho máy chủ này.",
    State.RENEWED: "Đã gia hạn chứng thư; máy chủ đang chạy tự dùng bản mới trong vòng một phút.",
    State.KEPT: "Chứng thư còn tốt, không đổi gì.",
    State.FOREIGN: "Đang dùng chứng thư của nơi khác cấp (của tỉnh), không đổi gì. Muốn bỏ: sipas tls --new",
}


@click.command()
@click.option("--name", "names", multiple=True, help="Thêm tên hoặc địa chỉ IP của máy; lặp lại được.")
@click.option(
    "--ca-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Khóa của cơ quan chứng thực, khi đã cất ra ngoài máy.",
)
@click.option("--new", "anew", is_flag=True, help="Bỏ chứng thư đang có, lập lại từ đầu.")
@json_option
def tls(names: tuple[str, ...], ca_key: Path | None, anew: bool, as_json: bool) -> None:
    """Làm chứng thư https cho mạng cơ quan, hoặc gia hạn. Chạy lại không đổi gì khi còn tốt."""
    logs.configure()
    settings = read_settings()
    settings = replace(settings, tls_port=settings.tls_port or DEFAULT_TLS_PORT)
    try:
        with explained():
            done = office_authority.ensure(settings, now=clock.now(), more_names=names, key=ca_key, anew=anew)
    except OSError as error:
        raise click.ClickException(
            f"Không ghi được vào {settings.data} ({error.strerror}). Chạy lệnh bằng tài khoản của máy chủ."
        ) from error
    tell(_facts(settings, done), *_lines(settings, done), as_json=as_json)


def _facts(settings: Settings, done: Outcome) -> dict[str, object]:
    held = done.held
    authority = held.authority
    return {
        "state": done.state.value,
        "names": list(held.names),
        "valid_until": held.until.isoformat(),
        "certificate": str(certificates.chain_file(settings.data)),
        "authority": None
        if authority is None
        else {
            "certificate": str(certificates.authority_file(settings.data)),
            "sha256": certificates.fingerprint(authority).replace(" ", ""),
            "valid_until": authority.not_valid_after_utc.isoformat(),
        },
        "install_page": addresses.trust_url(settings),
        "https": addresses.tablet_url(settings),
    }


def _lines(settings: Settings, done: Outcome) -> list[str]:
    held, zone = done.held, settings.zone
    lines = [
        _SAID[done.state],
        f"  Dùng đến:  {held.until.astimezone(zone):%d/%m/%Y}",
        f"  Cho:       {', '.join(held.names)}",
    ]
    if held.authority is not None:
        groups = certificates.fingerprint(held.authority).split(" ")
        lines += [
            f"Cơ quan chứng thực: dùng đến {held.authority.not_valid_after_utc.astimezone(zone):%d/%m/%Y}",
            "  Vân tay (SHA-256), để so với trang hướng dẫn trên máy tính bảng:",
            f"    {' '.join(groups[:8])}",
            f"    {' '.join(groups[8:])}",
            "Trên mỗi máy tính bảng, một lần, mở trang hướng dẫn:",
            f"    {addresses.trust_url(settings)}",
        ]
    if done.state is State.MADE:
        lines.append(f"Máy chủ đang chạy thì khởi động lại một lần, để mở cổng https {settings.tls_port}.")
    return lines
