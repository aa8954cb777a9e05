"""`sipas init`, `doctor`, `backup`, `restore`, `key-copy`, `officer reset`, as a technician types them."""

from __future__ import annotations

import json
import re
import threading
from contextlib import closing
from pathlib import Path

import pytest
from commands import answered, as_json, refused, sipas
from conftest import PASSWORD
from process import Served
from respondent import Respondent, satisfied
from sqlalchemy import select

from survey import clock, db, schema
from survey.db import Database, sqlite_module
from survey.enums import Role
from survey.exceptions import SignInFailed
from survey.models import AuditEvent, Officer
from survey.services.people import officers
from survey.settings import Settings

# Files are dated by the machine's clock, and a clock that is behind them is what `doctor` looks for.
pytestmark = pytest.mark.machine_clock

PASSPHRASE = "cau noi dai de nho"
SQLITE_ONLY = pytest.mark.sqlite_only("copies of PostgreSQL are made with its own tools")


# --- init --------------------------------------------------------------------------------------------


@SQLITE_ONLY
def test_init_makes_the_folder_and_a_second_one_changes_nothing(tmp_path):
    settings = Settings.for_folder(tmp_path / "new")
    assert str(settings.data) in answered(settings, "init")
    before = (settings.data / "sipas.sqlite").read_bytes()
    answered(settings, "init")
    assert (settings.data / "sipas.sqlite").read_bytes() == before


@SQLITE_ONLY
@pytest.mark.parametrize("command", ["doctor", "backup", "estimate", "goals", "invite --count 1"])
def test_commands_say_what_to_do_where_there_is_nothing_yet(tmp_path, command):
    settings = Settings.for_folder(tmp_path / "nothing")
    assert "sipas init" in refused(settings, *command.split())
    assert not settings.data.exists(), "looking made something"


def test_every_wrong_setting_is_said_at_once(settings, monkeypatch):
    monkeypatch.setenv("SIPAS_PORT", "abc")
    monkeypatch.setenv("SIPAS_TZ", "Nowhere")
    said = refused(settings, "doctor")
    assert "SIPAS_PORT" in said
    assert "SIPAS_TZ" in said


# --- doctor ------------------------------------------------------------------------------------------


def test_doctor_speaks_a_line_for_each_finding(settings, database):
    said = answered(settings, "doctor")
    findings = as_json(settings, "doctor", "--json")
    assert len(re.findall(r"^\[", said, re.MULTILINE)) == len(findings)
    assert {one["weight"] for one in findings} <= {"ok", "note"}
    assert "→" in said, "advice for what is unconfirmed"


@SQLITE_ONLY
def test_doctor_ends_with_one_where_something_is_broken(settings, database):
    database.close()
    file = settings.data / "sipas.sqlite"
    with closing(sqlite_module().connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'goal'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    result = sipas(settings, "doctor", "--json")
    assert result.exit_code == 1
    integrity = next(one for one in json.loads(result.stdout) if one["code"] == "integrity")
    assert integrity["weight"] == "error"
    assert "sipas restore" in sipas(settings, "doctor").output


@SQLITE_ONLY
def test_doctor_says_it_when_the_file_is_no_database(settings, database):
    database.close()
    (settings.data / "sipas.sqlite").write_bytes(b"not a database" * 1000)
    assert "sipas restore" in refused(settings, "doctor")


# --- backup, restore, key-copy -----------------------------------------------------------------------


def copied(said: str) -> Path:
    found = re.search(r"kiểm tra: (\S+\.sqlite)", said)
    assert found, said
    return Path(found.group(1))


@SQLITE_ONLY
def test_copy_restore_and_key_on_another_machine(settings, database, tmp_path):
    usb, escrow = tmp_path / "usb", tmp_path / "safe" / "khoa.json"
    escrow.parent.mkdir()
    token = as_json(settings, "invite", "--count", "1")[0]["token"]
    copy = copied(answered(settings, "backup", "--to", usb))
    answered(settings, "key-copy", escrow, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")

    other = Settings.for_folder(tmp_path / "other machine")
    said = answered(other, "restore", copy, "--key", escrow, typed=f"{PASSPHRASE}\n")
    assert str(copy) in said
    assert (other.data / "keys" / "secret.key").read_bytes() == (
        settings.data / "keys" / "secret.key"
    ).read_bytes()
    assert as_json(other, "estimate", "--json") == as_json(settings, "estimate", "--json")
    assert not any(finding["weight"] == "error" for finding in as_json(other, "doctor", "--json"))
    assert token not in copy.read_bytes().decode("latin-1"), "a copy shows no token"


@SQLITE_ONLY
def test_answers_stored_while_the_copy_was_made_are_whole_in_it(tmp_path):
    """The server keeps answering; what it acknowledged before the copy began is in the copy."""
    with Served(tmp_path / "data") as process:
        slips = process.invite(12)
        acknowledged: list[str] = []

        def answer_all() -> None:
            for slip in slips:
                phone = Respondent(process.url)
                phone.answer(f"/P/{slip['token']}", satisfied)
                phone.close()
                acknowledged.append(slip["token"])

        citizens = threading.Thread(target=answer_all)
        citizens.start()
        while len(acknowledged) < 3:
            citizens.join(0.02)
        before = len(acknowledged)
        copy = copied(process.run("backup", "--to", str(tmp_path / "usb")))
        citizens.join()
    other = Settings.for_folder(tmp_path / "other")
    answered(other, "restore", copy)
    keys = other.data / "keys"
    keys.mkdir(exist_ok=True)
    (keys / "secret.key").write_bytes((tmp_path / "data" / "keys" / "secret.key").read_bytes())
    restored = as_json(other, "estimate", "--json")["groups"][0]["n"]
    assert before <= restored <= 12


@SQLITE_ONLY
def test_restore_is_refused_beside_a_server(tmp_path, monkeypatch):
    monkeypatch.setattr(db, "OWNER_WAIT_S", 0.2)
    with Served(tmp_path / "data") as process:
        copy = copied(process.run("backup", "--to", str(tmp_path / "usb")))
        settings = Settings.for_folder(process.data)
        assert "dừng máy chủ" in refused(settings, "restore", copy)
        assert "đang dùng thư mục này" in refused(settings, "demo")
        assert not list(process.data.glob("*.before-*"))


@SQLITE_ONLY
def test_wrong_passphrase_or_copy_changes_nothing(settings, database, tmp_path):
    copy = copied(answered(settings, "backup", "--to", tmp_path / "usb"))
    escrow = tmp_path / "khoa.json"
    answered(settings, "key-copy", escrow, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    database.close()
    key = settings.data / "keys" / "secret.key"
    before = key.read_bytes(), (settings.data / "sipas.sqlite").read_bytes()
    letter = tmp_path / "letter.sqlite"
    letter.write_text("Kính gửi")
    assert "sai mật khẩu" in refused(settings, "restore", copy, "--key", escrow, typed="khong phai vay dau\n")
    assert "tệp hỏng" in refused(settings, "restore", letter, "--key", escrow, typed=f"{PASSPHRASE}\n")
    assert (key.read_bytes(), (settings.data / "sipas.sqlite").read_bytes()) == before


@SQLITE_ONLY
def test_restore_without_a_key_says_what_is_missing(settings, database, tmp_path):
    copy = copied(answered(settings, "backup", "--to", tmp_path / "usb"))
    assert "chưa có khóa" in answered(Settings.for_folder(tmp_path / "other"), "restore", copy)


@SQLITE_ONLY
def test_what_cannot_be_written_is_said(settings, database, tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert "Không ghi được" in refused(settings, "backup", "--to", tmp_path / "file" / "usb")
    typed = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    assert "Không ghi được" in refused(settings, "key-copy", tmp_path / "none" / "khoa.json", typed=typed)
    assert "quá ngắn" in refused(settings, "key-copy", tmp_path / "khoa.json", typed="ngan\nngan\n")


def test_postgresql_is_left_to_its_own_tools(settings, database, tmp_path):
    if database.is_sqlite:
        elsewhere = {"SIPAS_DATABASE_URL": "postgresql://sipas@127.0.0.1:9/sipas"}
        settings = Settings.for_folder(settings.data, database_url=elsewhere["SIPAS_DATABASE_URL"])
    else:
        assert "pg_dump" in refused(settings, "backup")
    letter = tmp_path / "copy.sqlite"
    letter.write_text("")
    assert "pg_restore" in refused(settings, "restore", letter)


@SQLITE_ONLY
def test_database_of_a_newer_program_is_left_alone(settings, database):
    database.close()
    file = settings.data / "sipas.sqlite"
    with closing(sqlite_module().connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "mới hơn" in refused(settings, "init")
    assert "mới hơn" in refused(settings, "serve")
    with closing(Database.open(settings).engine.connect()) as connection:
        assert schema.current(connection.engine) == "9999"


# --- officer reset -----------------------------------------------------------------------------------


def sign_in(database, keyring, password, login="head"):
    with database.read() as session:
        return officers.check_sign_in(
            session, keyring=keyring, login=login, password=password, now=clock.now()
        )


def test_reset_gives_a_password_that_must_be_changed(settings, database, keyring, make_officer):
    login = make_officer(Role.HEAD)
    officer_id = sign_in(database, keyring, PASSWORD)
    secret = database.write(
        lambda s: officers.start_session(s, keyring=keyring, officer_id=officer_id, now=clock.now())
    )
    password = re.search(rf"của {login}: (\S+)", answered(settings, "officer", "reset", login)).group(1)
    assert sign_in(database, keyring, password) == officer_id
    with pytest.raises(SignInFailed):
        sign_in(database, keyring, PASSWORD)
    with database.read() as session:
        assert session.scalars(select(Officer)).one().must_change_password
        assert officers.signed_in(session, keyring=keyring, secret=secret, now=clock.now()) is None
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.officer_login) == ("password-reset", login)
    assert password not in str(event.detail)


def test_reset_of_an_unknown_account_says_so(settings, database):
    assert "Không tìm thấy" in refused(settings, "officer", "reset", "khong-co-ai")


# --- for programs ------------------------------------------------------------------------------------


@SQLITE_ONLY
def test_a_copy_and_its_return_are_said_to_a_program(settings, database, tmp_path, keyring):
    made = as_json(settings, "backup", "--to", tmp_path, "--json")
    assert Path(made["file"]).stat().st_size == made["bytes"]
    assert (made["responses"], made["waiting"]) == (0, 0)
    database.close()
    back = as_json(settings, "restore", made["file"], "--json")
    assert back["file"] == made["file"]
    assert back["has_key"] is True
    assert all(Path(path).exists() for path in back["kept"])


def test_a_new_password_is_said_to_a_program(settings, make_officer):
    login = make_officer(Role.OFFICER)
    said = as_json(settings, "officer", "reset", login, "--json")
    assert said["login"] == login
    assert len(said["password"]) == 19


def test_slips_are_json_with_or_without_asking(settings, database):
    for given in ([], ["--json"]):
        (one,) = as_json(settings, "invite", "--count", 1, *given)
        assert {"token", "code", "url"} <= set(one)
