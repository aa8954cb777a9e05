"""`sipas serve` and `sipas init`."""

from __future__ import annotations

import logging
import signal
import ssl
import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from survey import clock, logs
from survey.cli import explained, json_option, prepare, read_settings, tell
from survey.db import Database, Role, sqlite_is_safe, sqlite_module
from survey.exceptions import SurveyError
from survey.seal import Keyring
from survey.services.https import addresses, certificates, office_authority
from survey.services.office import installation
from survey.services.people import officers
from survey.settings import Settings
from survey.turns import SWITCH_S

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from survey.server import CertificateKeeper

logger = logging.getLogger(__name__)


@click.command()
@json_option
def init(as_json: bool) -> None:
    """Tạo hoặc nâng cấp dữ liệu, không khởi động máy chủ."""
    logs.configure()
    settings = read_settings()
    with explained():
        database = Database.open(settings, role=Role.SERVER)
        try:
            prepare(settings, database)
        finally:
            database.close()
    tell({"data": str(settings.data)}, f"Dữ liệu sẵn sàng ở {settings.data}", as_json=as_json)


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), default=None, help="Số luồng xử lý.")
@json_option
def serve(threads: int | None, as_json: bool) -> None:
    """Khởi động máy chủ và in các địa chỉ."""
    logs.configure()
    settings = read_settings()
    with explained():
        database = Database.open(settings, role=Role.SERVER)
        try:
            prepare(settings, database)
            _serve(settings, database, threads, as_json=as_json)
        finally:
            database.close()


def _serve(settings: Settings, database: Database, threads: int | None, *, as_json: bool) -> None:
    from survey.app import create_app
    from survey.http_server import THREADS, in_turns
    from survey.server import Clerk, Mixer, run_together

    app = create_app(settings, database=database)
    _raise_on_terminate()
    served: WSGIApplication = app
    if database.is_sqlite:
        # Elsewhere a request mostly waits for the database, and others use the time.
        served = in_turns(app, database.turns)
        sys.setswitchinterval(SWITCH_S)
    servers, keepers = _servers(settings, served, threads or THREADS)
    helpers: list[Any] = [Mixer(app.extensions["sipas"]), Clerk(app.extensions["sipas"]), *keepers]
    for helper in helpers:
        helper.start()
    try:
        run_together(servers, lambda: _announce(settings, database, as_json=as_json))
    except KeyboardInterrupt:
        # Being asked to stop is no failure: a service manager reads the exit code.
        tell({"stopped": True}, "Đã dừng.", as_json=as_json)
    except OSError as error:
        ports = " hoặc ".join(str(port) for port in (settings.port, settings.tls_port) if port)
        raise click.ClickException(
            f"Không mở được cổng {ports}: {error.strerror}. "
            "Đổi SIPAS_PORT, SIPAS_TLS_PORT hoặc tắt chương trình đang dùng cổng này."
        ) from error
    finally:
        for helper in reversed(helpers):
            helper.stop()


def _servers(
    settings: Settings, app: WSGIApplication, threads: int
) -> tuple[list[Any], list[CertificateKeeper]]:
    """Make one server for http and, where a port is set, one for https with who keeps its certificate."""
    from survey.http_server import behind_public_address, make_http_server

    served = behind_public_address(app, settings.public_url)
    servers = [make_http_server(served, host=settings.host, port=settings.port, threads=threads)]
    if settings.tls_port is None:
        return servers, []
    secure, keeper = _secure_server(settings, served, settings.tls_port, threads)
    return [*servers, secure], [keeper]


def _secure_server(
    settings: Settings, served: WSGIApplication, port: int, threads: int
) -> tuple[Any, CertificateKeeper]:
    from survey.http_server import Certificate, make_http_server
    from survey.server import CertificateKeeper

    certificate = Certificate.find(settings.data)
    if certificate is None:
        raise click.ClickException(
            f"SIPAS_TLS_PORT={port} cần chứng thư: chạy sipas tls, hoặc đặt tệp server.pem và server.key "
            f"của tỉnh vào {settings.data / 'tls'}, hoặc bỏ SIPAS_TLS_PORT."
        )
    _renew_certificate(settings)
    try:
        secure = make_http_server(
            served, host=settings.host, port=port, threads=threads, certificate=certificate
        )
    except (ssl.SSLError, ValueError) as error:
        raise click.ClickException(
            f"Chứng thư và khóa ở {settings.data / 'tls'} hỏng hoặc không khớp nhau. "
            "Chép lại cả hai tệp, hoặc chạy: sipas tls --new"
        ) from error
    return secure, CertificateKeeper(settings, secure, certificate)


def _renew_certificate(settings: Settings) -> None:
    """Renew at the start: the machine may have been off for months, or have another address today.

    Where it cannot be renewed the server starts all the same: citizens on http are not to wait for it.
    """
    try:
        if office_authority.renew_if_due(settings, now=clock.now()):
            click.echo("Đã gia hạn chứng thư https.")
    except (SurveyError, OSError):
        click.echo("Lưu ý: chưa gia hạn được chứng thư https; xem `sipas doctor`.")


def _raise_on_terminate() -> None:
    """End as Ctrl-C does when a service manager asks to stop.

    Once: a second signal (of `make`, of a service manager to all of its processes) would break off the
    stopping half done, and the process would stay.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    # Whoever starts us in the background may have told us to ignore Ctrl-C.
    heard = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        heard.append(signal.SIGINT)

    def stop(_number: int, _frame: Any) -> None:
        for one in heard:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    for one in heard:
        signal.signal(one, stop)


def _trust_lines(settings: Settings) -> list[str]:
    """Say where a tablet learns to trust the office's own certificate, where there is one."""
    held = certificates.find_readable(settings.data) if settings.tls_port else None
    if held is None or held.authority is None:
        return []
    return [f"    lần đầu trên mỗi máy, mở trước:  {addresses.trust_url(settings)}"]


def _announce(settings: Settings, database: Database, *, as_json: bool) -> None:
    """Print where everything is; the one-time link only while there is no account."""
    own = addresses.own_url(settings)
    with database.read() as session:
        installed = installation.read(session)
        names = installation.unit_names(session, installed.unit_id)
    keyring = Keyring.open(settings.data)
    secret = database.write(lambda session: officers.new_setup_secret(session, keyring=keyring))
    found = {
        "unit": names.get("commune", ""),
        "confirmed": installed.confirmed,
        "demo": installed.demo,
        "kiosk": f"{addresses.tablet_url(settings)}/kiosk/",
        "officers": f"{own}/can-bo/",
        "phone": f"{addresses.phone_url(settings)}/",
        "setup": f"{own}/can-bo/thiet-lap/{secret}" if secret is not None else None,
    }
    lines = [
        "",
        f"SIPAS đang chạy: {found['unit']}"
        + ("" if installed.confirmed else " (chưa xác nhận)")
        + (" – DỮ LIỆU MÔ PHỎNG" if installed.demo else ""),
        f"  Màn hình tại quầy (máy tính bảng): {found['kiosk']}",
        *_trust_lines(settings),
        f"  Trang cán bộ:                      {found['officers']}",
        f"  Điện thoại (mã trên phiếu):        {found['phone']}",
    ]
    if secret is not None:
        lines += ["  Tạo quản trị viên đầu tiên (liên kết dùng một lần):", f"    {found['setup']}"]
    if settings.is_sqlite and not sqlite_is_safe():
        lines.append(f"  Lưu ý: SQLite {sqlite_module().sqlite_version} cũ hơn 3.51.3; xem `sipas doctor`.")
    tell(found, *lines, "Dừng bằng Ctrl-C.", as_json=as_json)
