"""When the office is open: hours of a week, holidays, days worked in their place, and what follows from them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from survey.exceptions import InvalidInput
from survey.models import AuditEvent
from survey.services.office import office_hours
from survey.services.office.office_hours import OfficeHours, Span, SpecialDay
from survey.services.tablets import kiosk_health

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
MORNING, AFTERNOON = Span(time(7), time(11, 30)), Span(time(13, 30), time(17))
TWO_PARTS = [[MORNING, AFTERNOON]] * 5 + [[MORNING], []]
WHO = {"login": "quan-tri", "now": AT}


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def two_parts(database) -> OfficeHours:
    database.write(lambda session: office_hours.change_week(session, TWO_PARTS, **WHO))
    with database.read() as session:
        return office_hours.read(session)


def test_until_an_office_says_otherwise_the_week_is_the_usual_one(database):
    with database.read() as session:
        hours = office_hours.read(session)
    assert hours == OfficeHours()
    assert hours.is_open(at(25, 7, 30))
    assert not hours.is_open(at(25, 17))
    assert not hours.is_open(at(28, 10)), "a Saturday"


def test_the_office_s_own_hours_decide(two_parts):
    assert two_parts.is_open(at(25, 7))
    assert not two_parts.is_open(at(25, 12)), "the break at noon"
    assert two_parts.is_open(at(28, 10)), "a Saturday morning"
    assert two_parts.open_time(at(25, 11), at(25, 14)) == timedelta(hours=1)
    assert two_parts.open_time(at(27, 16), at(30, 8)) == timedelta(hours=1 + 4.5 + 1)


def test_a_holiday_closes_and_a_day_in_its_place_opens(database, two_parts):
    add = {"name": "Nghỉ lễ", **WHO}
    database.write(
        lambda s: office_hours.add_days(s, first=date(2026, 11, 26), last=date(2026, 11, 27), **add)
    )
    database.write(
        lambda s: office_hours.add_days(
            s, first=date(2026, 11, 29), last=None, name="Làm bù", is_open=True, **WHO
        )
    )
    with database.read() as session:
        hours = office_hours.read(session)
    assert not hours.is_open(at(26, 9))
    assert hours.is_open(at(29, 9)), "a Sunday that is worked"
    assert hours.open_time(at(25, 16), at(27, 20)) == timedelta(hours=1)
    assert hours.first_working_day(date(2026, 11, 26)) == date(2026, 11, 28)
    assert [(one.first.day, one.last.day, one.is_open) for one in hours.together(since=date(2026, 1, 1))] == [
        (26, 27, False),
        (29, 29, True),
    ]
    database.write(
        lambda s: office_hours.remove_days(s, first=date(2026, 11, 26), last=date(2026, 11, 27), **WHO)
    )
    with database.read() as session:
        assert office_hours.read(session).is_open(at(26, 9))
        recorded = set(session.scalars(select(AuditEvent.action)))
    assert recorded >= {"office-hours-changed", "special-days-added", "special-days-removed"}


def test_over_a_holiday_no_tablet_counts_as_silent():
    hours = OfficeHours(days={date(2026, 11, 26): SpecialDay(date(2026, 11, 26), "Nghỉ lễ")})
    silent = {"now": at(27, 7, 50), "zone": ZONE}
    assert not kiosk_health.is_silent(at(25, 16, 59), hours=hours, **silent)
    assert kiosk_health.is_silent(at(25, 16, 59), hours=OfficeHours(), **silent)


def test_an_office_that_never_opens_has_no_working_day_and_this_ends():
    never = OfficeHours(week=((),) * 7)
    assert never.first_working_day(date(2026, 11, 25)) == date(2026, 11, 25)
    assert never.spans(date(2026, 11, 25)) == ()


@pytest.mark.parametrize(
    ("spans", "reason"),
    [
        ([Span(time(9), time(9))], "order"),
        ([Span(time(9), time(8))], "order"),
        ([MORNING, Span(time(11), time(17))], "overlap"),
        ([AFTERNOON, MORNING], "overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_their_weekday(database, spans, reason):
    week = [[MORNING]] * 3 + [spans] + [[]] * 3
    with pytest.raises(InvalidInput) as refused:
        database.write(lambda session: office_hours.change_week(session, week, **WHO))
    assert (refused.value.data["field"], refused.value.data["reason"]) == ("3", reason)


def test_only_holidays_with_a_certain_date_are_proposed_and_each_once(database):
    with database.read() as session:
        proposed = office_hours.proposed(office_hours.read(session), today=date(2026, 11, 25))
    assert [f"{one.day:%d/%m/%Y}" for one in proposed] == [
        "01/01/2027",
        "30/04/2027",
        "01/05/2027",
        "02/09/2027",
    ]
    add = {"today": date(2026, 11, 25), **WHO}
    assert database.write(lambda session: office_hours.add_proposed(session, **add)) == 4
    assert database.write(lambda session: office_hours.add_proposed(session, **add)) == 0


def test_a_tablet_is_told_the_coming_year_and_no_more():
    days = [date(2026, 11, 20), date(2026, 11, 25), date(2027, 2, 6), date(2028, 2, 1)]
    hours = OfficeHours(days={day: SpecialDay(day, "Nghỉ") for day in days})
    told = office_hours.for_tablet(hours, AT)
    assert told["offset_min"] == 420
    assert told["week"] == [[[450, 1020]]] * 5 + [[], []]
    assert told["days"] == {"2026-11-25": [], "2027-02-06": []}
