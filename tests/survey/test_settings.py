"""Settings come from the environment and every problem is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.settings import Settings, SettingsError


def test_an_empty_environment_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({})
    assert settings.port == 8080
    assert settings.database_url == f"sqlite:///{tmp_path / 'data' / 'sipas.sqlite'}"
    assert str(settings.zone) == "Asia/Ho_Chi_Minh"
    assert not settings.is_public


def test_every_problem_is_named_at_once(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    environ = {
        "SIPAS_DATA": str(file),
        "SIPAS_PORT": "99999",
        "SIPAS_TLS_PORT": "https",
        "SIPAS_DATABASE_URL": "mysql://user:secret@host/db",
        "SIPAS_PUBLIC_URL": "ks.example.vn",
        "SIPAS_TZ": "Asia/Nowhere",
    }
    with pytest.raises(SettingsError) as raised:
        Settings.from_env(environ)
    assert [problem.partition("=")[0].partition(":")[0] for problem in raised.value.problems] == list(environ)
    assert "secret" not in str(raised.value), "a password must not be shown"


def test_the_same_port_twice_is_refused():
    with pytest.raises(SettingsError, match="SIPAS_TLS_PORT"):
        Settings.from_env({"SIPAS_PORT": "9000", "SIPAS_TLS_PORT": "9000"})


def test_postgresql_urls_get_their_driver():
    settings = Settings.from_env({"SIPAS_DATABASE_URL": "postgresql://sipas@localhost/sipas"})
    assert settings.database_url == "postgresql+psycopg://sipas@localhost/sipas"


def test_every_setting_is_documented():
    text = Path("docs/operations.md").read_text(encoding="utf-8")
    for name in (
        "DATA",
        "HOST",
        "PORT",
        "TLS_PORT",
        "DATABASE_URL",
        "PUBLIC_URL",
        "TZ",
        "SMTP_URL",
        "SMTP_FROM",
        "SMTP_TO",
    ):
        assert f"`SIPAS_{name}`" in text


def test_a_certificate_in_the_data_folder_opens_https_unless_it_is_turned_off(tmp_path):
    environ = {"SIPAS_DATA": str(tmp_path)}
    assert Settings.from_env(environ).tls_port is None
    (tmp_path / "tls").mkdir()
    for name in ("server.pem", "server.key"):
        (tmp_path / "tls" / name).write_text("")
    assert Settings.from_env(environ).tls_port == 8443
    assert Settings.from_env({**environ, "SIPAS_TLS_PORT": "444"}).tls_port == 444
    assert Settings.from_env({**environ, "SIPAS_TLS_PORT": "off"}).tls_port is None
