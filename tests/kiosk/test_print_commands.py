"""`sipas print`: the sheets of the pages, without the pages."""

from __future__ import annotations

import json

import pytest
from commands import sipas
from printing import printed, read, words
from sqlalchemy import func, select

from survey.models import Invitation


@pytest.mark.parametrize("paper", ["a5", "roll-58mm"])
def test_slips_are_issued_and_printed(settings, database, tmp_path, paper):
    target = tmp_path / "phieu.pdf"
    made = sipas(settings, "print", "slips", "--count", 2, "--paper", paper, "-o", target, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout) == {"file": str(target), "count": 2}
    urls = {read(page) for page in printed(target.read_bytes(), 203)}
    assert len(urls) == 2
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 2


def test_poster_and_form_are_printed(settings, database, tmp_path):
    poster, form = tmp_path / "a.pdf", tmp_path / "b.pdf"
    assert sipas(settings, "print", "poster", "--paper", "a4-folded", "-o", poster).exit_code == 0
    assert "Đã ghi" in sipas(settings, "print", "form", "-o", form).stdout
    assert len(words(poster.read_bytes())) == 1
    assert len(words(form.read_bytes())) == 2


def test_what_cannot_be_printed_issues_nothing(settings, database, tmp_path, monkeypatch):
    assert "Cần --desk" in sipas(settings, "print", "form", "--desk", "XX").stderr
    nowhere = sipas(settings, "print", "slips", "--count", 2, "-o", tmp_path / "khong-co" / "x.pdf")
    monkeypatch.setenv("SIPAS_PUBLIC_URL", "https://khao-sat-hai-long.example.gov.vn")
    too_long = sipas(settings, "print", "slips", "--count", 2, "-o", tmp_path / "x.pdf")
    assert (nowhere.exit_code, too_long.exit_code) == (1, 1)
    assert "chưa phát hành" in too_long.stderr
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Invitation)) == 0
