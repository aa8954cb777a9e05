"""`sipas tls` as a technician types it: what is printed, the JSON, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.commands import main
from survey.services.https import certificates


@pytest.fixture
def sipas(tmp_path, monkeypatch):
    monkeypatch.setenv("SIPAS_DATA", str(tmp_path))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["tls", *arguments])

    return run


def test_it_makes_says_where_to_go_on_and_then_keeps(sipas, tmp_path: Path):
    first = sipas("--name", "sipas.lan")
    assert first.exit_code == 0, first.output
    held = certificates.find(tmp_path)
    groups = certificates.fingerprint(held.authority).split()
    assert " ".join(groups[:8]) in first.output
    assert "sipas.lan" in first.output
    assert "/kiosk/chung-thu" in first.output
    again = sipas()
    assert again.exit_code == 0
    assert again.output.startswith("Chứng thư còn tốt")


def test_json_names_files_fingerprint_and_addresses(sipas, tmp_path: Path):
    facts = json.loads(sipas("--json").output)
    assert facts["state"] == "made"
    assert facts["certificate"] == str(tmp_path / "tls" / "server.pem")
    assert len(facts["authority"]["sha256"]) == 64
    assert facts["https"].startswith("https://")
    assert "localhost" in facts["names"]
    assert json.loads(sipas("--json").output)["state"] == "kept"


def test_a_name_that_cannot_be_signed_is_explained(sipas):
    sipas()
    refused = sipas("--name", "sipas.example.vn")
    assert refused.exit_code == 1
    assert "sipas tls --new" in refused.output
    assert sipas("--name", "sipas.example.vn", "--new").exit_code == 0


def test_a_key_that_was_carried_away_is_asked_for(sipas, tmp_path: Path):
    sipas()
    (tmp_path / "keys" / "office-ca.key").rename(tmp_path / "stick.key")
    (tmp_path / "tls" / "server.pem").unlink()
    refused = sipas()
    assert refused.exit_code == 1
    assert "--ca-key" in refused.output
    assert sipas("--ca-key", str(tmp_path / "stick.key")).exit_code == 0


def test_a_key_of_another_authority_signs_nothing(sipas, tmp_path: Path):
    """What it signed would be trusted by no tablet that trusts the authority of this office."""
    sipas()
    good = (tmp_path / "tls" / "server.pem").read_bytes()
    (tmp_path / "keys" / "office-ca.key").unlink()
    refused = sipas("--ca-key", str(tmp_path / "tls" / "server.key"), "--name", "sipas.lan")
    assert refused.exit_code == 1
    assert "không phải khóa của cơ quan chứng thực này" in refused.output
    assert (tmp_path / "tls" / "server.pem").read_bytes() == good


def test_a_folder_that_cannot_be_written_is_said(sipas, tmp_path: Path):
    (tmp_path / "tls").write_text("a file")
    refused = sipas()
    assert refused.exit_code == 1
    assert "Không ghi được" in refused.output
    assert "Traceback" not in refused.output


def test_a_certificate_of_the_province_is_named_and_left(sipas, tmp_path: Path):
    sipas()
    (tmp_path / "tls" / "office-ca.pem").unlink()
    done = sipas()
    assert done.exit_code == 0
    assert "của tỉnh" in done.output
    assert "Vân tay" not in done.output
