"""Settings: read from the environment only, checked together, refused together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from survey import mail
from survey.mail import Relay

DEFAULT_PORT = 8080
DEFAULT_TLS_PORT = 8443
DEFAULT_ZONE = "Asia/Ho_Chi_Minh"


class SettingsError(Exception):
    """Every problem found in the environment, one line each, in the language of the technician."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What the process needs to know before it opens anything."""

    data: Path
    host: str = "0.0.0.0"  # noqa: S104 - tablets and phones of the office must reach the PC
    port: int = DEFAULT_PORT
    tls_port: int | None = None
    database_url: str = ""
    public_url: str | None = None
    relay: Relay | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_ZONE))

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_public(self) -> bool:
        """True when citizens outside the office can reach the phone form."""
        return self.public_url is not None

    @classmethod
    def for_folder(cls, data: Path, **changes: object) -> Settings:
        """Settings with the embedded database in a folder; used by tests and the demo."""
        data = data.resolve()
        settings = cls(data=data, database_url=f"sqlite:///{data / 'sipas.sqlite'}")
        return replace(settings, **changes)  # type: ignore[arg-type]  # checked by the dataclass itself

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `SIPAS_*`; raise `SettingsError` that names every problem at once."""
        env = os.environ if environ is None else environ
        problems: list[str] = []
        data = Path(env.get("SIPAS_DATA") or "data").expanduser().resolve()
        if data.exists() and not data.is_dir():
            problems.append(f"SIPAS_DATA={data}: là một tệp, cần một thư mục")
        port = _port(env, "SIPAS_PORT", problems)
        tls_port = _tls_port(env, data, problems)
        if tls_port is not None and tls_port == (port or DEFAULT_PORT):
            problems.append("SIPAS_TLS_PORT: phải khác SIPAS_PORT")
        settings = cls(
            data=data,
            host=env.get("SIPAS_HOST") or "0.0.0.0",  # noqa: S104
            port=port or DEFAULT_PORT,
            tls_port=tls_port,
            database_url=_database_url(env, data, problems),
            public_url=_public_url(env, problems),
            relay=mail.from_env(env, problems),
            zone=_zone(env, problems),
        )
        if problems:
            raise SettingsError(problems)
        return settings


def _port(env: Mapping[str, str], name: str, problems: list[str]) -> int | None:
    raw = env.get(name)
    if not raw:
        return None
    if raw.isascii() and raw.isdigit() and 1 <= int(raw) <= 65535:
        return int(raw)
    problems.append(f"{name}={raw}: cần một số cổng từ 1 đến 65535")
    return None


def _tls_port(env: Mapping[str, str], data: Path, problems: list[str]) -> int | None:
    """Give the port of https: the one that is set; without one, a certificate in the data folder opens it."""
    if env.get("SIPAS_TLS_PORT") == "off":
        return None
    if env.get("SIPAS_TLS_PORT"):
        return _port(env, "SIPAS_TLS_PORT", problems)
    has_certificate = all((data / "tls" / name).exists() for name in ("server.pem", "server.key"))
    return DEFAULT_TLS_PORT if has_certificate else None


def _database_url(env: Mapping[str, str], data: Path, problems: list[str]) -> str:
    raw = env.get("SIPAS_DATABASE_URL")
    if not raw:
        return f"sqlite:///{data / 'sipas.sqlite'}"
    scheme = raw.partition(":")[0]
    if scheme in {"postgresql", "postgres"}:
        return "postgresql+psycopg" + raw[len(scheme) :]
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        # The value may hold a password: name the scheme alone.
        problems.append(
            f"SIPAS_DATABASE_URL: không dùng được loại '{scheme}'; cần sqlite:///… hoặc postgresql://…"
        )
    elif scheme == "sqlite" and (raw in {"sqlite://", "sqlite:///"} or ":memory:" in raw):
        problems.append("SIPAS_DATABASE_URL: cần đường dẫn tệp, ví dụ sqlite:////var/lib/sipas/sipas.sqlite")
    return raw


def _public_url(env: Mapping[str, str], problems: list[str]) -> str | None:
    raw = (env.get("SIPAS_PUBLIC_URL") or "").rstrip("/")
    if not raw:
        return None
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        problems.append(f"SIPAS_PUBLIC_URL={raw}: cần địa chỉ như https://ks.example.gov.vn")
    return raw


def _zone(env: Mapping[str, str], problems: list[str]) -> ZoneInfo:
    name = env.get("SIPAS_TZ") or DEFAULT_ZONE
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(f"SIPAS_TZ={name}: không có múi giờ này; ví dụ {DEFAULT_ZONE}")
        return ZoneInfo(DEFAULT_ZONE)
