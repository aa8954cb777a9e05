"""Recordings: named after the text they read, checked against it, and silent once it has changed."""

from __future__ import annotations

import json

import pytest
import recordings
from click.testing import CliRunner

from survey import clock
from survey.commands import main
from survey.exceptions import InvalidInput
from survey.services.spoken import languages, sounds
from survey.services.spoken.languages import Spoken
from survey.services.spoken.sounds import Sounds, State
from survey.services.upkeep import backups


@pytest.fixture
def spots(database, settings):
    return lambda: {(one.language, one.code): one for one in recordings.spots(database, settings.data)}


def test_every_question_and_option_can_have_one(spots):
    codes = {code for language, code in spots() if language == "vi"}
    for wanted in ("start", "field", "reason", "stage", "stage-filing", "access-stem", "A1", "E3", "level-1"):
        assert wanted in codes
    for wanted in ("level-5", "na", "feedback", "feedback-yes", "field-land", "visits-2", "extra_money"):
        assert wanted in codes
    assert not any(code.endswith(("-hint", "-name")) for code in codes)
    assert len(codes) > 60
    assert {one.state for one in spots().values()} == {State.MISSING}


def test_a_file_is_new_until_its_text_is_noted_and_silent_when_that_changes(database, settings, spots):
    recordings.lay(settings.data, "vi", "A1")
    where = sounds.folder(settings.data)
    assert spots()["vi", "A1"].state is State.NEW
    assert sounds.note_new(where, spots().values()) == 1
    assert spots()["vi", "A1"].state is State.GOOD
    noted = json.loads((where / "vi" / "texts.json").read_text(encoding="utf-8"))
    noted["A1"]["text"] = "Một câu đã sửa"
    (where / "vi" / "texts.json").write_text(json.dumps(noted), encoding="utf-8")
    assert spots()["vi", "A1"].state is State.CHANGED
    # Recorded again: another file, another note.
    recordings.lay(settings.data, "vi", "A1", recordings.wav(0.4))
    assert spots()["vi", "A1"].state is State.NEW


def played(settings, database, store):
    def sources():
        with database.read() as session:
            return store.current(session).instrument, ()

    return Sounds(settings.data).now(languages.read(languages.folder(settings.data)), sources).clips


def test_only_what_says_what_is_written_is_played(database, settings, store, spots):
    for code in ("A1", "A2", "A3"):
        recordings.lay(settings.data, "vi", code)
    where = sounds.folder(settings.data)
    sounds.note_new(where, [spots()["vi", "A1"], spots()["vi", "A2"]])
    noted = json.loads((where / "vi" / "texts.json").read_text(encoding="utf-8"))
    noted["A2"]["text"] = "Một câu đã sửa"
    (where / "vi" / "texts.json").write_text(json.dumps(noted), encoding="utf-8")
    recordings.lay(settings.data, "vi", "not-a-code")
    recordings.lay(settings.data, "vi", "B1", b"x" * (sounds.MOST_BYTES + 1))
    recordings.lay(settings.data, "..", "C1")
    assert {language: set(clips) for language, clips in played(settings, database, store).items()} == {
        "vi": {"A1", "A3"}
    }


def test_of_two_files_the_lighter_kind_is_played(database, settings, store):
    recordings.lay(settings.data, "vi", "A1")
    recordings.lay(settings.data, "vi", "A1", b"OggS", kind="opus")
    assert played(settings, database, store)["vi"]["A1"].kind == "opus"


def test_a_folder_without_sounds_asks_nothing(settings):
    def never():
        raise AssertionError("the questionnaire is not needed")

    assert Sounds(settings.data).now(Spoken(), never).clips == {}


def keep(database, settings, filename: str, content: bytes) -> None:
    spots = recordings.spots(database, settings.data)
    database.write(
        lambda session: sounds.store(
            session,
            sounds.folder(settings.data),
            spots,
            language="vi",
            filename=filename,
            content=content,
            login="x",
            now=clock.now(),
        )
    )


def test_a_stored_recording_is_noted_with_its_text_and_takes_the_place_of_another_kind(
    database, settings, spots
):
    keep(database, settings, "A1.wav", recordings.wav())
    assert spots()["vi", "A1"].state is State.GOOD
    keep(database, settings, "A1.MP3", b"ID3\x03")
    found = spots()["vi", "A1"]
    assert (found.state, found.file) == (State.GOOD, "A1.mp3")


@pytest.mark.parametrize(
    ("filename", "content", "reason"),
    [
        ("A9.wav", recordings.wav(), "no-code"),
        ("../A1.wav", recordings.wav(), None),
        ("A1-name.wav", recordings.wav(), "no-code"),
        ("A1.exe", recordings.wav(), "no-sound"),
        ("A1.mp3", recordings.wav(), "no-sound"),
        ("A1.opus", b"MZ", "no-sound"),
        ("A1.wav", recordings.wav(130), "too-large"),
        ("A1", b"", "no-code"),
    ],
)
def test_what_is_no_recording_of_a_text_is_refused(database, settings, filename, content, reason):
    if reason is None:  # the name of a folder is not taken over
        keep(database, settings, filename, content)
        assert [one.name for one in sounds.folder(settings.data).rglob("*.wav")] == ["A1.wav"]
        return
    with pytest.raises(InvalidInput) as refused:
        keep(database, settings, filename, content)
    assert refused.value.data["reason"] == reason
    assert not list(sounds.folder(settings.data).rglob("*.*"))


def run(settings, *arguments: str):
    address = settings.database_url.replace("+psycopg", "")
    env = {"SIPAS_DATA": str(settings.data), "SIPAS_DATABASE_URL": address}
    return CliRunner().invoke(main, ["sounds", "check", *arguments], env=env)


def test_the_command_lists_notes_and_warns(database, settings):
    recordings.lay(settings.data, "vi", "A1")
    said = run(settings)
    assert said.exit_code == 0
    assert "vi/A1.wav: mới" in said.output
    assert "level-4" not in said.output
    assert "level-4: chưa có tệp" in run(settings, "--missing", "--language", "vi").output
    assert "Đã ghi lời cho 1 tệp mới" in run(settings, "--note").output
    path = sounds.folder(settings.data) / "vi" / "texts.json"
    path.write_text(path.read_text(encoding="utf-8").replace("Biển hiệu", "Bảng hiệu"), encoding="utf-8")
    said = run(settings, "--json")
    assert said.exit_code == 1
    states = {
        row["code"]: row["state"] for row in json.loads(said.output)["texts"] if row["language"] == "vi"
    }
    assert states["A1"] == "changed"


def test_translations_and_recordings_are_copied_beside_the_backup_and_back(settings, tmp_path):
    recordings.lay(settings.data, "rad", "A1")
    usb = tmp_path / "usb"
    assert backups.copy_own_files(settings.data, usb, replace_known=True) == 1
    assert backups.copy_own_files(settings.data, usb, replace_known=True) == 0
    newer = recordings.lay(settings.data, "rad", "A1", recordings.wav(0.5)).read_bytes()
    assert backups.copy_own_files(usb, settings.data, replace_known=False) == 0
    assert (sounds.folder(settings.data) / "rad" / "A1.wav").read_bytes() == newer
    assert backups.copy_own_files(settings.data, usb, replace_known=True) == 1
    assert backups.copy_own_files(usb, tmp_path / "another", replace_known=False) == 1
