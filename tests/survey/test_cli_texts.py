"""`sipas texts` on the command line: out, looked at, in, and listed."""

from __future__ import annotations

import json

import made_up
from click.testing import CliRunner

from survey.commands import main


def run(settings, *arguments: str):
    return CliRunner().invoke(
        main,
        ["texts", *arguments],
        env={
            "SIPAS_DATA": str(settings.data),
            "SIPAS_DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        },
    )


def test_a_language_goes_out_and_comes_back(database, settings, tmp_path):
    target = tmp_path / "rad.po"
    assert run(settings, "export", "rad", "-o", str(target)).exit_code == 0
    assert 'msgstr "Êđê"' in target.read_text(encoding="utf-8")
    target.write_bytes(made_up.po(database, code="rad"))
    looked = run(settings, "import", str(target))
    assert looked.exit_code == 0
    assert "Chưa ghi gì" in looked.output
    assert "rad" not in run(settings, "list").output
    stored = json.loads(run(settings, "import", str(target), "--yes", "--json").output)
    assert (stored["stored"], stored["missing"], stored["problems"]) == (True, 0, [])
    assert [row["language"] for row in json.loads(run(settings, "list", "--json").output)] == [
        "vi",
        "en",
        "rad",
    ]


def test_faulty_texts_are_named_and_end_with_1(database, settings, tmp_path):
    target = tmp_path / "rad.po"
    good = made_up.po(database, code="rad").decode()
    target.write_text(good.replace(made_up.text("Bỏ qua câu này"), "{uôn R^t"), encoding="utf-8")
    refused = run(settings, "import", str(target), "--yes")
    assert refused.exit_code == 1
    assert "phông cũ" in refused.output
    assert "Chưa ghi gì" in refused.output
    assert run(settings, "import", str(target), "--yes", "--keep-good").exit_code == 0


def test_what_is_no_translation_is_refused_in_words(settings, database, tmp_path):
    target = tmp_path / "x.po"
    target.write_bytes(b"\xff\xfe")
    refused = run(settings, "import", str(target))
    assert refused.exit_code == 1
    assert "không phải UTF-8" in refused.output
    assert "Cần mã ngôn ngữ" in run(settings, "export", "vi").output
