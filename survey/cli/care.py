"""`sipas doctor`, `backup`, `restore`, `key-copy`, `officer reset`: for the technician."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy.orm import Session

from survey import clock, logs
from survey.cli import Tool, explain, json_option, opened, print_json, read_settings, tell
from survey.db import Database, Role
from survey.exceptions import AlreadyRunning, StorageUnavailable, SurveyError
from survey.services.https import addresses
from survey.services.office import audit
from survey.services.office.codes import ALPHABET
from survey.services.people import officers
from survey.services.upkeep import backups, diagnosis
from survey.services.upkeep.diagnosis import Finding, Weight

_WORDS = {
    "sqlite": "SQLite {version} (từ {needed} trở lên là an toàn khi lệnh và máy chủ cùng ghi)",
    "postgresql": "PostgreSQL trả lời",
    "disk": "Ổ đĩa còn {free_mb} MB trống",
    "https-none": "Chưa có https cho máy tính bảng",
    "https-unreadable": "https: tệp chứng thư không đọc được",
    "https-key": "https: khóa không đi với chứng thư",
    "https-expired": "https: chứng thư đã hết hạn ngày {until}",
    "https-early": "https: chứng thư chưa có hiệu lực theo đồng hồ máy này",
    "https-name": "https: chứng thư không ghi địa chỉ mà máy tính bảng mở, {address}",
    "https-soon": "https: chứng thư chỉ dùng đến {until}",
    "https-authority": "https: cơ quan chứng thực của cơ quan sắp hết hạn (chứng thư dùng đến {until})",
    "https-no-renewal": "https ở {address}, chứng thư dùng đến {until}; không tự gia hạn, khóa cất nơi khác",
    "https-proxy": "https ở {address}, do máy chủ đứng trước lo",
    "https-good": "https ở {address}, chứng thư dùng đến {until}",
    "address": "Địa chỉ trên phiếu {address}: {length} ký tự, mã QR của phiếu chứa tối đa {longest}",
    "address-signs": "Địa chỉ trên phiếu {address} có ký tự mã QR của phiếu không viết được: {signs}",
    "migration": "Phiên bản dữ liệu {current}",
    "clock": "Đồng hồ máy: {now}; dữ liệu mới nhất: {latest} (giờ UTC)",
    "clock-leap": "Đồng hồ máy nhảy ngày vào {day}: đến {until} chưa chốt kỳ, chưa xóa dữ liệu hết hạn",
    "zone": "Múi giờ của máy {machine}, của cơ quan {office}",
    "backup": "Bản sao lưu gần nhất: {age} ngày trước",
    "backup-none": "Chưa có bản sao lưu nào",
    "audit": "Sự liền mạch của nhật ký",
    "records": "Số liệu các kỳ đã chốt",
    "confirmed": "Xác nhận thông tin đơn vị",
    "integrity": "Tệp cơ sở dữ liệu: {found}",
}
_ADVICE = {
    "sqlite": "cài gói pysqlite3 hoặc nâng cấp Python; trước đó chỉ chạy lệnh khi máy chủ đã dừng",
    "disk": "xóa bớt tệp hoặc thêm ổ đĩa; khi đầy, câu trả lời mới bị từ chối (không mất câu đã nhận)",
    "https-none": "máy tính bảng vẫn chạy nhưng ở chế độ không ngoại tuyến; muốn có https: sipas tls",
    "https-unreadable": "chép lại tls/server.pem, hoặc: sipas tls --new",
    "https-key": "chép lại cả tls/server.pem và tls/server.key; chứng thư tự làm thì: sipas tls",
    "https-expired": "máy tính bảng không gửi được; tự làm thì: sipas tls; của tỉnh thì chép bản mới vào tls",
    "https-early": "xem lại ngày giờ của máy; nếu đúng: sipas tls --new, rồi cài lại trên máy tính bảng",
    "https-name": "sipas tls (máy đổi địa chỉ thì chạy là đủ), hoặc thêm tên: sipas tls --name TÊN",
    "https-soon": "chứng thư tự làm thì: sipas tls; của tỉnh thì xin bản mới, chép vào tls",
    "https-authority": "lập lại bằng sipas tls --new rồi cài tệp mới vào từng máy tính bảng",
    "https-no-renewal": "mỗi năm một lần: sipas tls --ca-key TỆP",
    "address": "dùng tên miền ngắn hơn",
    "address-signs": "SIPAS_PUBLIC_URL chỉ gồm tên miền: chữ không dấu, số, dấu chấm, dấu gạch ngang",
    "migration": "chạy: sipas init",
    "clock": "chỉnh lại ngày giờ của máy; hay sai thì thay pin CMOS",
    "clock-leap": "xem ngày giờ của máy; nếu đúng thì không phải làm gì, chương trình tự làm bù",
    "zone": "chỉnh múi giờ của máy trước, rồi mới xem giờ có đúng không",
    "backup": "quá {days} ngày: xem USB còn cắm không, rồi chạy sipas backup --to USB",
    "backup-none": "sipas backup --to USB, rồi đặt lịch chạy hằng ngày",
    "records": "số liệu đã chốt của kỳ {period} bị sửa; giữ nguyên máy và báo người phụ trách",
    "audit": "nhật ký bị sửa ở sự kiện {event}; giữ nguyên máy và báo người phụ trách",
    "confirmed": "mở trang cán bộ, phần Thiết lập",
    "integrity": "khôi phục từ bản sao lưu mới nhất: sipas restore TỆP",
}
_MARKS = {Weight.OK: "[ được ]", Weight.NOTE: "[lưu ý ]", Weight.ERROR: "[ LỖI  ]"}


@click.command()
@click.option(
    "--backup-days",
    type=click.IntRange(1, 365),
    default=diagnosis.BACKUP_DAYS,
    help="Nhắc khi bản sao lưu gần nhất cũ hơn số ngày này.",
)
@json_option
def doctor(as_json: bool, backup_days: int) -> None:
    """Khám máy: điều gì còn thiếu và phải làm gì. Kết thúc với mã 1 khi có lỗi."""
    with opened() as tool:
        url = addresses.phone_url(tool.settings)
        findings = diagnosis.examine(
            tool.settings, tool.database, now=clock.now(), phone_url=url, backup_days=backup_days
        )
    if as_json:
        print_json([{"code": one.code, "weight": one.weight.value, **dict(one.data)} for one in findings])
    else:
        for one in findings:
            click.echo(_line(one))
    if any(one.weight is Weight.ERROR for one in findings):
        raise SystemExit(1)


def _line(finding: Finding) -> str:
    data = dict(finding.data)
    line = f"{_MARKS[finding.weight]} {_WORDS[finding.code].format_map(data)}"
    if finding.weight is not Weight.OK and finding.code in _ADVICE:
        line += f"\n           → {_ADVICE[finding.code].format_map(data)}"
    return line


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Thư mục đích, ví dụ USB.")
@json_option
def backup(folder: Path | None, as_json: bool) -> None:
    """Sao lưu khi máy chủ vẫn chạy; bản sao được mở lại để kiểm tra."""
    with opened() as tool:
        target = folder or tool.settings.data / "backups"
        verified = backups.make(
            backups.database_file(tool.settings.database_url),
            target,
            now=clock.now(),
            progress=_silent if as_json else _progress,
        )
        files = backups.copy_own_files(tool.settings.data, target, replace_known=True)
        _remember(tool)
    tell(
        {
            "file": str(verified.path),
            "bytes": verified.size_bytes,
            "responses": verified.responses,
            "waiting": verified.waiting,
            "own_files": files,
        },
        f"\rĐã sao lưu và kiểm tra: {verified.path} ({verified.size_bytes // 1024} KB, "
        f"{verified.responses} câu trả lời, {verified.waiting} đang chờ trộn)",
        as_json=as_json,
    )


def _remember(tool: Tool) -> None:
    """Write into the log that there is a copy, for the doctor; a full disk does not spoil the copy."""
    now = clock.now()
    with suppress(StorageUnavailable):
        tool.database.write(
            lambda session: audit.record(session, login="sipas", action=backups.ACTION, now=now)
        )


def _silent(done: int, total: int) -> None:
    """Say nothing: a program reads the result."""


def _progress(done: int, total: int) -> None:
    click.echo(f"\rĐang sao lưu {100 * done // max(total, 1)}% …", nl=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Bản sao khóa.")
@json_option
def restore(file: Path, key: Path | None, as_json: bool) -> None:
    """Khôi phục từ bản sao lưu. Máy chủ phải đang dừng; dữ liệu cũ được giữ lại bên cạnh."""
    logs.configure()
    settings = read_settings()
    asked = "Mật khẩu của bản sao khóa"
    passphrase = click.prompt(asked, hide_input=True, err=as_json) if key is not None else ""
    try:
        target = backups.database_file(settings.database_url)
        owner = Database.open(settings, role=Role.SERVER)
    except AlreadyRunning as error:
        raise click.ClickException("Máy chủ đang chạy. Hãy dừng máy chủ rồi khôi phục.") from error
    except SurveyError as error:
        raise click.ClickException(explain(error)) from error
    try:
        # The key first: with a wrong passphrase nothing has changed yet.
        secret = backups.read_escrow(key, passphrase=passphrase) if key is not None else None
        kept = [backups.restore(file, target, now=clock.now())]
        if secret is not None:
            kept.append(backups.put_key(secret, settings.data / "keys" / "secret.key", now=clock.now()))
        # Translations and recordings that lie beside the copy; what is here already is the newer.
        backups.copy_own_files(file.parent, settings.data, replace_known=False)
    except SurveyError as error:
        raise click.ClickException(explain(error)) from error
    finally:
        owner.close()
    before = [str(path) for path in kept if path]
    has_key = (settings.data / "keys" / "secret.key").exists()
    lines = [f"Đã khôi phục từ {file}.", *(f"Giữ lại bản trước đó: {path}" for path in before)]
    if not has_key:
        lines.append("Lưu ý: chưa có khóa; thêm --key TỆP, nếu không thì câu đang chờ không mở được.")
    tell({"file": str(file), "kept": before, "has_key": has_key}, *lines, as_json=as_json)


@click.command("key-copy")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def key_copy(file: Path, as_json: bool) -> None:
    """Sao khóa ra một tệp có mật khẩu; cất tệp này ở nơi khác bản sao lưu."""
    with opened() as tool:
        passphrase = click.prompt(
            "Mật khẩu mới cho bản sao khóa",
            hide_input=True,
            confirmation_prompt="Gõ lại mật khẩu",
            err=as_json,
        )
        backups.escrow_key(tool.settings.data / "keys" / "secret.key", file, passphrase=passphrase)
    said = f"Đã sao khóa ra {file}. Cất ở nơi khóa kín, không để cùng bản sao lưu."
    tell({"file": str(file)}, said, as_json=as_json)


@click.group()
def officer() -> None:
    """Tài khoản cán bộ."""


@officer.command()
@click.argument("login")
@json_option
def reset(login: str, as_json: bool) -> None:
    """Đặt lại mật khẩu; in mật khẩu dùng một lần."""
    password = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4)).lower()
    with opened() as tool:
        now, hashed = clock.now(), officers.hashed(password, login=login)

        def work(session: Session) -> None:
            officers.set_password(session, login=login, password=hashed, must_change=True, reopen=True)
            audit.record(session, login=login, action="password-reset", now=now)

        tool.database.write(work)
    tell(
        {"login": login, "password": password},
        f"Mật khẩu dùng một lần của {login}: {password}",
        "Người dùng phải đổi mật khẩu khi đăng nhập.",
        as_json=as_json,
    )
