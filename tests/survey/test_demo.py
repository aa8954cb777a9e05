"""`sipas demo`: a simulated year in a folder of its own, the same one for the same seed, with its planted truths."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from commands import answered, as_json, refused
from sqlalchemy import func, select

from survey.enums import Channel, Form, Stage
from survey.models import Dossier, Setting
from survey.services.office import installation
from survey.services.simulation import demo, demo_citizens, demo_screens
from survey.services.simulation.demo_citizens import simulate
from survey.settings import Settings


@pytest.fixture
def instrument(database, store):
    with database.read() as session:
        return store.current(session).instrument


def days(instrument, *, seed=demo.SEED, until=(12, 31)):
    for day in simulate(instrument, year=demo.YEAR, seed=seed):
        if (day.day.month, day.day.day) > until:
            return
        yield day


# --- the generator -----------------------------------------------------------------------------------


def test_same_seed_gives_the_same_year_and_another_one_does_not(instrument):
    first = list(days(instrument, until=(2, 29)))
    assert first == list(days(instrument, until=(2, 29)))
    assert first != list(days(instrument, seed=7, until=(2, 29)))


def test_office_is_closed_at_weekends_and_over_tet(instrument):
    open_days = {day.day for day in days(instrument, until=(3, 31))}
    assert not any(day.weekday() > 4 for day in open_days)
    assert date(2024, 2, 7) in open_days
    assert not {date(2024, 2, day) for day in range(8, 15)} & open_days


def test_every_answer_fits_the_questionnaire(instrument):
    for day in days(instrument, until=(4, 30)):
        for answer in day.answers:
            if answer.form is Form.SPLIT:
                instrument.check_draw(answer.stage, answer.drawn)
            instrument.pack(
                answer.answers, stage=answer.stage, sent_feedback=answer.sent_feedback, drawn=answer.drawn
            )
            assert answer.dossier is None or day.dossiers[answer.dossier].field == answer.field


def share(answers, items, keep):
    levels = [level for one in answers if keep(one) for item, level in one.answers.items() if item in items]
    given = [level for level in levels if level <= 5]
    return sum(level >= 4 for level in given) / len(given)


def test_planted_truths_are_there_to_be_found(instrument):
    year = list(days(instrument))
    answers = [one for day in year for one in day.answers if one.stage is Stage.RESULT]
    items = {dimension.code: {item.code for item in dimension.items} for dimension in instrument.dimensions}
    everybody = {code: share(answers, own, lambda _one: True) for code, own in items.items()}
    assert everybody["access"] > 0.80, "safe"
    assert everybody["outcome"] < 0.80, "lost"
    weak = share(answers, items["staff"], lambda one: one.counter == demo_citizens.WEAK_COUNTER)
    others = share(answers, items["staff"], lambda one: one.counter != demo_citizens.WEAK_COUNTER)
    assert weak < others - 0.1
    change = date(demo.YEAR, *demo_citizens.CHANGE_FROM)
    before = share(answers, items["outcome"], lambda one: one.day < change)
    after = share(answers, items["outcome"], lambda one: one.day >= change)
    assert after > before + 0.05
    per_day = Counter(one.day for one in answers if one.counter == demo_citizens.STUFFED_COUNTER)
    assert per_day.most_common(1)[0][0] == date(demo.YEAR, *demo_citizens.STUFFED_DAY)


# --- the folder --------------------------------------------------------------------------------------


def test_real_folder_is_refused_and_left_alone(settings, database):
    database.close()
    file = settings.data / "sipas.sqlite"
    before = file.read_bytes() if file.exists() else b""
    assert "dữ liệu thật" in refused(settings, "demo")
    assert (file.read_bytes() if file.exists() else b"") == before
    with database.read() as session:
        assert not installation.read(session).demo
        assert session.scalar(select(func.count()).select_from(Dossier)) == 0


@pytest.fixture
def two_weeks(monkeypatch):
    """A year that ends on 15 January."""

    def short(instrument, *, year, seed):
        return days(instrument, seed=seed, until=(1, 15))

    monkeypatch.setattr(demo, "simulate", short)


@pytest.mark.sqlite_only("makes a folder of its own")
def test_folder_is_filled_once_and_marked(tmp_path, two_weeks):
    settings = Settings.for_folder(tmp_path / "data-demo")
    assert "Đã mô phỏng" in answered(settings, "demo")
    body = as_json(settings, "estimate", "--json", "--all-stages")
    assert body["from"] == "2024-01-01"
    n = body["groups"][0]["n"]
    assert n > 20
    assert "đã có" in answered(settings, "demo")
    assert as_json(settings, "estimate", "--json", "--all-stages")["groups"][0]["n"] == n
    access = as_json(settings, "goals", "--json")["dimensions"]["access"]
    assert access["threshold"] == 0.8


@pytest.mark.sqlite_only("makes a folder of its own")
def test_year_that_was_broken_off_is_not_taken_for_a_whole_one(tmp_path, monkeypatch):
    settings = Settings.for_folder(tmp_path / "data-demo")

    def breaks(instrument, *, year, seed):
        yield from days(instrument, seed=seed, until=(1, 5))
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "simulate", breaks)
    assert "Aborted" in refused(settings, "demo")
    assert "giữa chừng" in refused(settings, "demo")


def test_states_are_told_apart(database):
    def state():
        with database.read() as session:
            return demo.state(session)

    assert state() is demo.State.REAL
    database.write(lambda session: installation.change(session, demo=True))
    assert state() is demo.State.BROKEN_OFF
    database.write(lambda session: session.add(Setting(key=demo._FILLED, value=1)))
    assert state() is demo.State.FILLED
    database.write(lambda session: installation.change(session, unit_id=None))
    assert state() is demo.State.EMPTY


def test_screens_of_a_simulated_day_fit_its_answers(store, database) -> None:
    with database.read() as session:
        instrument = store.current(session).instrument
    day = next(day for day in simulate(instrument, year=2024, seed=1) if len(day.answers) > 5)
    chance = demo_screens.chance_of(day.day, 1)
    for channel, counts in demo_screens.counts(day.answers, instrument, chance).items():
        finished = sum((answer.form is Form.SPLIT) == (channel is Channel.KIOSK) for answer in day.answers)
        assert sum(counts.times["visit"]) == finished
        for screen, seen in counts.seen.items():
            left = seen - sum(counts.times.get(screen, ()))
            assert left >= 0
            assert channel is Channel.PHONE or left == counts.left.get(screen, 0)
