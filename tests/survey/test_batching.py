"""Which waiting answers leave intake, under which day, and how coarse."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.enums import Form, Part, Stage, TrustClass
from survey.queries.ratings import CELL
from survey.services.answers.responses import Waiting
from survey.services.intake.batching import plan_releases, pool_of, take_whole_days

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
A, B, C, P = TrustClass.PHONE_TOKEN, TrustClass.KIOSK_TOKEN, TrustClass.KIOSK, TrustClass.POSTER


def waiting(
    number: int,
    day: date = MONDAY,
    *,
    stage: Stage = Stage.RESULT,
    trust_class: TrustClass = C,
    counter: int | None = 1,
    field: int | None = None,
) -> Waiting:
    return Waiting(
        id=number.to_bytes(16, "big"),
        desk_id=1,
        version_id=1,
        day=day,
        minute=600,
        stage=stage,
        form=Form.SPLIT if trust_class in {B, C} else Form.FULL,
        trust_class=trust_class,
        counter_id=counter,
        field_id=field,
        language="vi",
        levels=bytes(16),
        service_use=(0, 0, 0, 0),
        reasons=(),
        comment="",
        device_id=None,
        duration_s=None,
    )


def several(count: int, day: date = MONDAY, *, start: int = 0, **marks: object) -> list[Waiting]:
    return [waiting(start + number, day, **marks) for number in range(count)]  # type: ignore[arg-type]


def plan(answers, *, today=WEDNESDAY, returned=None):
    return plan_releases(answers, today=today, returned=returned or {})


def test_four_answers_wait_and_the_fifth_frees_them():
    assert plan(several(4)) == []
    assert len(plan(several(5))) == 5


def test_answers_of_today_leave_only_in_full_cells():
    answers = several(5, WEDNESDAY) + several(3, WEDNESDAY, start=10, trust_class=A, counter=None)
    released = plan(answers, today=WEDNESDAY)
    assert {release.answer.trust_class for release in released} == {C}


def test_answers_to_other_questions_hide_nobody():
    """The version of a questionnaire stays with an answer, and the questions asked show the stage."""
    older = [replace(one, version_id=1) for one in several(4)]
    newer = [replace(one, version_id=2) for one in several(5, start=10)]
    assert {release.answer.version_id for release in plan(older + newer)} == {2}
    filed = several(4, stage=Stage.FILING, trust_class=P)
    assert plan([*filed, waiting(10, trust_class=P)]) == []
    assert len(plan([*filed, waiting(10, stage=Stage.OTHER, trust_class=P)])) == 5


def first_of(group, count):
    return list(group)[:count]


def test_of_many_whole_days_are_taken_the_oldest_first():
    """A random share of sixty days of seven would date most of them by a later day."""
    days = [date(2026, 1, 1) + timedelta(days=place) for place in range(60)]
    answers = [one for place, day in enumerate(days) for one in several(7, day, start=1000 * place)]
    taken = take_whole_days(answers[::-1], 250, choose=first_of)
    assert Counter(one.day for one in taken) == dict.fromkeys(days[:35], 7)
    assert all(release.day == release.answer.day for release in plan(taken))


def test_a_day_of_more_than_fits_is_split_evenly_and_at_random():
    answers = several(600)
    asked: list[tuple[int, int]] = []

    def choose(group, count):
        asked.append((len(group), count))
        return first_of(group, count)

    assert len(take_whole_days([*answers, *several(9, TUESDAY, start=900)], 250, choose=choose)) == 200
    assert asked == [(600, 200)]


@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=12), most=st.integers(10, 60))
def test_whatever_waits_something_is_taken_and_never_much_more_than_asked(sizes, most):
    answers = [
        one
        for place, size in enumerate(sizes)
        for one in several(size, date(2026, 1, 1) + timedelta(days=place), start=1000 * place)
    ]
    taken = take_whole_days(answers, most, choose=first_of)
    assert 0 < len(taken) <= 1.5 * most
    assert 2 * len(taken) >= most or len(taken) == len(answers)
    of_day, all_of_day = Counter(one.day for one in taken), Counter(one.day for one in answers)
    assert all(count == all_of_day[day] for day, count in of_day.items() if all_of_day[day] <= most)


def test_a_small_day_joins_the_next_day():
    released = plan(several(3, MONDAY) + several(6, TUESDAY, start=10))
    assert {release.day for release in released} == {TUESDAY}
    assert len(released) == 9


def test_two_small_days_are_dated_by_the_last():
    released = plan(several(3, MONDAY) + several(2, TUESDAY, start=10))
    assert [release.day for release in released] == [TUESDAY] * 5


def test_a_rest_goes_on_to_the_next_month():
    thursday, friday, monday = date(2026, 4, 29), date(2026, 4, 30), date(2026, 5, 4)
    answers = several(6, thursday) + several(2, friday, start=10) + several(7, monday, start=20)
    days = Counter(release.day for release in plan(answers, today=date(2026, 5, 5)))
    assert days == {thursday: 6, monday: 9}


def test_what_few_left_behind_waits():
    assert plan(several(2, MONDAY)) == []
    days = Counter(release.day for release in plan(several(2, MONDAY) + several(5, TUESDAY, start=10)))
    assert days == {TUESDAY: 7}


def test_the_field_of_a_late_answer_is_given_up():
    """Its month is on the pages by field already: one more would show as a step."""
    returned = {(MONDAY, 7): 9}
    for today, field in ((date(2026, 4, 5), 7), (date(2026, 4, 6), None)):
        assert {
            release.field_id for release in plan(several(6, field=7), today=today, returned=returned)
        } == {field}


def test_headline_and_other_stages_never_share_a_batch():
    answers = several(4) + several(4, start=10, stage=Stage.FILING)
    assert plan(answers) == []


def test_a_rare_counter_is_coarsened_together_with_enough_others():
    answers = several(2, counter=2) + several(6, start=10, counter=1) + several(9, start=20, counter=3)
    counters = Counter(release.counter_id for release in plan(answers))
    # Two answers at counter 2 would stand alone without a counter too: the smaller of the others joins them.
    assert counters == {None: 8, 3: 9}


def test_phone_and_kiosk_never_share_a_batch():
    """What was asked tells them apart: one phone among nine tablets would stand alone."""
    released = plan(several(7) + several(4, start=10, trust_class=A, counter=None))
    assert {release.answer.form for release in released} == {Form.SPLIT}
    assert len(released) == 7


def test_a_rare_class_is_coarsened_but_stays_in_the_headline():
    released = plan(several(7) + several(2, start=10, trust_class=B))
    assert {release.part for release in released} == {Part.HEADLINE}
    assert Counter(release.trust_class for release in released) == {TrustClass.COARSENED: 9}


def test_only_as_many_others_as_needed_give_up_their_class():
    released = plan(several(20) + several(2, start=30, trust_class=B))
    assert Counter(release.trust_class for release in released) == {TrustClass.COARSENED: 5, C: 17}


def test_the_field_of_a_token_needs_enough_answers_too():
    returned = {(MONDAY, field): 9 for field in (7, 8)}
    answers = [
        waiting(n, trust_class=A, counter=None, field=7 if n < 2 else 8) for n in range(12)
    ]  # two of field 7: known by their dossiers
    fields = Counter(release.field_id for release in plan(answers, returned=returned))
    assert fields == {None: 5, 8: 7}
    kiosk = [waiting(n, field=7 if n < 2 else 8) for n in range(12)]
    assert Counter(release.field_id for release in plan(kiosk, returned=returned)) == {7: 2, 8: 10}


@pytest.mark.parametrize(("returned", "shown"), [(CELL - 1, None), (CELL, 7)])
def test_a_field_stays_beside_a_day_only_with_enough_dossiers(returned, shown):
    released = plan(several(6, field=7), returned={(MONDAY, 7): returned})
    assert {release.field_id for release in released} == {shown}


def test_a_field_is_coarsened_where_dossiers_are_unknown():
    assert {release.field_id for release in plan(several(6, field=7))} == {None}


waiting_lists = st.lists(
    st.tuples(
        st.integers(1, 28),
        st.sampled_from([Stage.FILING, Stage.RESULT, Stage.OTHER]),
        st.sampled_from([A, B, C, P, TrustClass.PAPER]),
        st.sampled_from([None, 1, 2, 3]),
    ),
    max_size=60,
)


@given(waiting_lists, st.integers(1, 30))
def test_nothing_that_leaves_stands_alone(rows, today):
    answers = [
        waiting(n, date(2026, 2, day), stage=stage, trust_class=kind, counter=counter)
        for n, (day, stage, kind, counter) in enumerate(rows)
    ]
    released = plan(answers, today=date(2026, 2, min(today, 28)))
    by_pool = Counter((r.part, r.answer.form) for r in released)
    assert all(count >= CELL for count in by_pool.values())
    by_day = Counter((r.part, r.answer.form, r.day) for r in released)
    assert all(count >= CELL for count in by_day.values())
    cells = Counter((r.part, r.answer.form, r.day, r.stage, r.trust_class, r.counter_id) for r in released)
    assert all(count >= CELL for count in cells.values()), cells
    assert len({release.answer.id for release in released}) == len(released)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4), st.sampled_from([A, B, C]), st.sampled_from([1, 2]), st.sampled_from([7, 8, 9])
        ),
        max_size=50,
    ),
)
def test_whoever_answered_with_a_token_hides_among_answers_that_left_together(rows):
    """Everything that may be known of a token: desk, form, day, stage, class, counter and field of its dossier."""
    answers = [
        waiting(n, date(2026, 2, day), trust_class=kind, counter=None if kind is A else counter, field=field)
        for n, (day, kind, counter, field) in enumerate(rows)
    ]
    returned = {(date(2026, 2, day), field): 9 for day in range(1, 5) for field in (7, 8)}
    released = plan(answers, today=date(2026, 2, 20), returned=returned)
    cells = Counter(
        (r.answer.form, r.day, r.stage, r.trust_class, r.counter_id, r.field_id)
        for r in released
        if r.trust_class is not C
    )
    assert all(count >= CELL for count in cells.values()), cells
    assert all(r.trust_class is not C or r.answer.trust_class is C for r in released)


@given(waiting_lists)
def test_days_that_are_over_leave_nobody_behind_a_full_batch(rows):
    """What waits after its day is over is always fewer than a batch of its pool."""
    answers = [
        waiting(n, date(2026, 2, day), stage=stage, trust_class=kind, counter=counter)
        for n, (day, stage, kind, counter) in enumerate(rows)
    ]
    gone = {release.answer.id for release in plan(answers, today=date(2026, 3, 1))}
    left = Counter(pool_of(answer) for answer in answers if answer.id not in gone)
    assert all(count < CELL for count in left.values())
