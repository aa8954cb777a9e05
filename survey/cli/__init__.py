"""The `sipas` command: parses and prints; the work is done by the services that the pages use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from survey import clock, logs, schema
from survey.db import Database, Role
from survey.exceptions import SurveyError
from survey.seal import Keyring
from survey.services.office import installation
from survey.services.office.instruments import InstrumentStore
from survey.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Tool:
    """What a command works with: an opened, migrated database and its keys."""

    settings: Settings
    database: Database
    keyring: Keyring
    store: InstrumentStore

    @property
    def unit_id(self) -> int:
        with self.database.read() as session:
            unit_id = installation.read(session).unit_id
        if unit_id is None:
            raise click.ClickException("Chưa có đơn vị. Hãy chạy: sipas init")
        return unit_id


def read_settings() -> Settings:
    try:
        return Settings.from_env()
    except SettingsError as error:
        lines = "\n".join(f"  - {problem}" for problem in error.problems)
        raise click.ClickException(f"Cấu hình chưa đúng:\n{lines}") from error


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Tool]:
    """Open an installation that exists; explain what to do where there is none."""
    logs.configure()
    settings = settings or read_settings()
    if settings.is_sqlite and not settings.data.exists():
        raise click.ClickException(f"Chưa có dữ liệu ở {settings.data}. Hãy chạy: sipas init")
    database = Database.open(settings, role=Role.TOOL)
    try:
        with explained():
            if not schema.is_at_head(database.engine):
                raise click.ClickException("Cơ sở dữ liệu chưa ở phiên bản này. Hãy chạy: sipas init")
            yield Tool(settings, database, Keyring.open(settings.data), InstrumentStore())
    finally:
        database.close()


@contextmanager
def explained() -> Iterator[None]:
    """Say what the domain refuses and what the storage cannot do in words, without a trace."""
    try:
        yield
    except SurveyError as error:
        raise click.ClickException(explain(error)) from error
    except DBAPIError as error:
        # Not a mistake of this program: the file is damaged, or the database server does not answer.
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            raise
        raise click.ClickException(
            f"Không mở được cơ sở dữ liệu ({error.orig}). Tệp SQLite bị hỏng: sipas restore TỆP; "
            "PostgreSQL: xem máy chủ có chạy không và SIPAS_DATABASE_URL có đúng không."
        ) from error


_ERRORS = {
    "answers-purged": "Câu trả lời từng người của thời gian này đã hết hạn lưu và được xóa; tổng số vẫn có "
    "trên các trang và báo cáo",
    "not-found": "Không tìm thấy",
    "conflict": "Trùng hoặc trái với dữ liệu đã có",
    "invalid-input": "Giá trị không dùng được",
    "storage-unavailable": "Không ghi được dữ liệu (ổ đĩa đầy hoặc mất kết nối); chưa có gì thay đổi",
    "already-running": "Một máy chủ SIPAS khác đang dùng thư mục này",
    "import-rejected": "Không đọc được tệp",
}
_REASONS = {
    "damaged": "tệp hỏng, hoặc không phải loại tệp này",
    "not-of-authority": "không phải khóa của cơ quan chứng thực này",
    "not-embedded": "lệnh này chỉ dành cho SQLite; với PostgreSQL hãy dùng pg_dump và pg_restore",
    "wrong-passphrase": "sai mật khẩu, hoặc không phải bản sao khóa",
    "too-short": "quá ngắn",
    "too-simple": "quá dễ đoán",
    "not-a-name": "không phải tên máy hay địa chỉ IP",
    "outside-authority": "ngoài phạm vi của cơ quan chứng thực đã lập; lập lại bằng: sipas tls --new",
}


_THINGS = {
    "authority-key": "khóa của cơ quan chứng thực; nếu đã cất nơi khác thì thêm --ca-key TỆP",
    "certificate": "chứng thư",
    "name": "tên",
    "backup": "bản sao lưu",
    "database": "cơ sở dữ liệu",
    "desk": "bộ phận",
    "key": "khóa",
    "login": "tên đăng nhập",
    "officer": "tài khoản",
    "passphrase": "mật khẩu của bản sao khóa",
    "password": "mật khẩu",
    "plan": "kế hoạch năm",
    "unit": "đơn vị",
}
_NUMBERS = {"kept_from": "còn giữ từ ngày", "minimum": "ít nhất", "maximum": "nhiều nhất"}


def explain(error: SurveyError) -> str:
    """Say a domain error in the words of a command line."""
    data = dict(error.data)
    reason = str(data.pop("reason", ""))
    thing = str(data.pop("what", data.pop("field", "")))
    named = [_THINGS.get(thing, thing), str(data.pop("value", ""))]
    said = [_ERRORS.get(error.code, error.code), " ".join(filter(None, named)), _REASONS.get(reason, reason)]
    details = [f"{_NUMBERS.get(name, name)}: {value}" for name, value in data.items()]
    return ": ".join(filter(None, said)) + (f" ({', '.join(details)})" if details else "")


json_option = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON cho máy đọc.")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def tell(value: Mapping[str, Any], *lines: str, as_json: bool) -> None:
    """Say a result: to a program as one value, to a person as lines."""
    if as_json:
        print_json(value)
    else:
        click.echo("\n".join(lines))


def prepare(settings: Settings, database: Database, *, seed: bool = True) -> None:
    """Bring the database to this program's version and seed it where it is empty."""
    from survey.services.office import seeding

    if not schema.is_known(schema.current(database.engine)):
        raise click.ClickException(
            "Cơ sở dữ liệu do một phiên bản SIPAS mới hơn ghi. Hãy cài phiên bản đó; chưa có gì thay đổi."
        )
    schema.upgrade(database.engine)
    if seed:
        today = clock.office_day(clock.now(), settings.zone)
        database.write(lambda session: seeding.seed(session, today=today))
