"""`sipas serve` and `sipas init`."""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any

import click

from survey import logs
from survey.cli import explained, prepare, read_settings
from survey.db import Database, Role, sqlite_is_safe, sqlite_module
from survey.seal import Keyring
from survey.services import addresses, installation, officers
from survey.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

logger = logging.getLogger(__name__)


@click.command()
def init() -> None:
    """Tạo hoặc nâng cấp dữ liệu, không khởi động máy chủ."""
    logs.configure()
    settings = read_settings()
    with explained():
        database = Database.open(settings, role=Role.SERVER)
        try:
            prepare(settings, database)
        finally:
            database.close()
    click.echo(f"Dữ liệu sẵn sàng ở {settings.data}")


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=None, help="Số luồng xử lý.")
def serve(threads: int | None) -> None:
    """Khởi động máy chủ và in các địa chỉ."""
    logs.configure()
    settings = read_settings()
    with explained():
        database = Database.open(settings, role=Role.SERVER)
        try:
            prepare(settings, database)
            _serve(settings, database, threads)
        finally:
            database.close()


def _serve(settings: Settings, database: Database, threads: int | None) -> None:
    from survey.app import create_app
    from survey.server import THREADS, Clerk, Mixer, run_together

    app = create_app(settings, database=database)
    _raise_on_terminate()
    servers = _servers(settings, app, threads or THREADS)
    mixer = Mixer(app.extensions["sipas"])
    clerk = Clerk(app.extensions["sipas"])
    mixer.start()
    clerk.start()
    try:
        run_together(servers, lambda: _announce(settings, database))
    except KeyboardInterrupt:
        # Being asked to stop is no failure: a service manager reads the exit code.
        click.echo("Đã dừng.")
    except OSError as error:
        raise click.ClickException(
            f"Không mở được cổng {settings.port}: {error.strerror}. "
            "Đổi SIPAS_PORT hoặc tắt chương trình đang dùng cổng này."
        ) from error
    finally:
        clerk.stop()
        mixer.stop()


def _servers(settings: Settings, app: Flask, threads: int) -> list[Any]:
    """Make one server for http and, where a port is set, one for https."""
    from survey.server import Certificate, behind_public_address, make_http_server

    served = behind_public_address(app, settings.public_url)
    servers = [make_http_server(served, host=settings.host, port=settings.port, threads=threads)]
    if settings.tls_port is not None:
        certificate = Certificate.find(settings.data)
        if certificate is None:
            raise click.ClickException(
                f"SIPAS_TLS_PORT={settings.tls_port} cần chứng thư: đặt tệp server.pem và server.key "
                f"vào {settings.data / 'tls'}, hoặc bỏ SIPAS_TLS_PORT."
            )
        servers.append(
            make_http_server(
                served,
                host=settings.host,
                port=settings.tls_port,
                threads=threads,
                certificate=certificate,
            )
        )
    return servers


def _raise_on_terminate() -> None:
    """End as Ctrl-C does when a service manager asks to stop."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)


def _announce(settings: Settings, database: Database) -> None:
    """Print where everything is; the one-time link only while there is no account."""
    own = addresses.own_url(settings)
    with database.read() as session:
        installed = installation.read(session)
        names = installation.unit_names(session, installed.unit_id)
    lines = [
        "",
        f"SIPAS đang chạy: {names.get('commune', '')}"
        + ("" if installed.confirmed else " (chưa xác nhận)")
        + (" – DỮ LIỆU MÔ PHỎNG" if installed.demo else ""),
        f"  Màn hình tại quầy (máy tính bảng): {own}/kiosk/",
        f"  Trang cán bộ:                      {own}/can-bo/",
        f"  Điện thoại (mã trên phiếu):        {addresses.phone_url(settings)}/",
    ]
    keyring = Keyring.open(settings.data)
    secret = database.write(lambda session: officers.new_setup_secret(session, keyring=keyring))
    if secret is not None:
        lines += [
            "  Tạo quản trị viên đầu tiên (liên kết dùng một lần):",
            f"    {own}/can-bo/thiet-lap/{secret}",
        ]
    if settings.is_sqlite and not sqlite_is_safe():
        lines.append(f"  Lưu ý: SQLite {sqlite_module().sqlite_version} cũ hơn 3.51.3; xem `sipas doctor`.")
    lines.append("Dừng bằng Ctrl-C.")
    click.echo("\n".join(lines))
