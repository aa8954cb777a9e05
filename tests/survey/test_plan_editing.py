"""Goals with their words, the method that is fixed once answers come, last year's figures."""

from datetime import date

import pytest
from factories import NOON, make_submission, store_answer

from survey.enums import Dimension, Operator
from survey.exceptions import Conflict
from survey.services.intake import mixing
from survey.services.office import installation, plan_editing, plans
from survey.services.office.plan_editing import BaselineWords, GoalWords, TaskWords
from survey.services.office.plans import GoalChange

TODAY = date(2026, 11, 24)
WHO = {"login": "officer", "now": NOON}


@pytest.fixture
def write(database):
    """Do one call of a service with the officer and the time of the tests."""
    return lambda service, *args, **kwargs: database.write(
        lambda session: service(session, *args, **{**WHO, **kwargs})
    )


@pytest.fixture
def unit_id(database) -> int:
    with database.read() as session:
        return installation.read(session).unit_id


WORDS = GoalWords(
    "Từ 82% trở lên", "", "Văn phòng", "Các bộ phận", "Cả năm", (TaskWords("Niêm yết", "Văn phòng"),)
)
CHANGE = GoalChange(0.82, Operator.ABOVE, True, Operator.AT_LEAST, "item-mean")


def edit(write, unit_id, year=TODAY.year, change=CHANGE, words=WORDS):
    write(
        plan_editing.edit_goal,
        unit_id=unit_id,
        year=year,
        dimension=Dimension.ACCESS,
        change=change,
        words=words,
        today=TODAY,
    )


def test_goal_is_changed_with_its_words_and_tasks(database, write, unit_id):
    with database.read() as session:
        year = installation.read(session).plan_year
    edit(write, unit_id, year)
    with database.read() as session:
        goal = plans.get(session, unit_id=unit_id, year=year).goals[Dimension.ACCESS]
    assert (goal.threshold, goal.operator, goal.improvement_operator) == (
        0.82,
        Operator.ABOVE,
        Operator.AT_LEAST,
    )
    assert (goal.wording, goal.lead_role) == ("Từ 82% trở lên", "Văn phòng")
    assert [(task.text, task.owner_role) for task in goal.tasks] == [("Niêm yết", "Văn phòng")]


def test_method_is_fixed_once_the_year_has_answers(database, settings, store, keyring, write, unit_id):
    year = 2026
    write(plan_editing.open_year, unit_id=unit_id, year=year)
    write(plan_editing.open_year, unit_id=unit_id, year=2025)
    pooled = GoalChange(0.8, Operator.AT_LEAST, True, Operator.ABOVE, "pooled")
    edit(write, unit_id, year, change=pooled)
    store_answer(database, settings, store, make_submission(database, store))
    with database.read() as session:
        assert not plan_editing.method_is_open(session, unit_id=unit_id, year=year, today=TODAY)
    with pytest.raises(Conflict):
        edit(write, unit_id, year, change=CHANGE)
    edit(write, unit_id, 2025, change=CHANGE)
    for _ in range(5):
        store_answer(database, settings, store, make_submission(database, store))
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=TODAY))
    with pytest.raises(Conflict):
        edit(write, unit_id, year, change=CHANGE)


def test_empty_figure_of_last_year_is_no_figure(database, write, unit_id):
    given = [
        BaselineWords(Dimension.ACCESS, 0.8, 300, "pooled", "x"),
        BaselineWords(Dimension.STAFF, 0.0, None, "", ""),
    ]
    write(plan_editing.set_baselines, unit_id=unit_id, year=2025, given=given)
    with database.read() as session:
        assert plans.baselines(session, unit_id=unit_id, year=2025)[Dimension.STAFF].value == 0.0
    emptied = [BaselineWords(dimension, None, None, "", "") for dimension in Dimension]
    write(plan_editing.set_baselines, unit_id=unit_id, year=2025, given=emptied)
    with database.read() as session:
        assert plans.baselines(session, unit_id=unit_id, year=2025) == {}
