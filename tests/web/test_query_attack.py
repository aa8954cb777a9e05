"""No figure that is hidden can be worked out by subtracting those that are shown."""

from __future__ import annotations

from datetime import date

import pytest
from query_attacker import SMALL, VIEWS, attack, blocks, chosen, exposures
from red_team import simulate
from sqlalchemy import select

from survey.context import access_rule_of
from survey.db import Database
from survey.enums import Channel, Role, Stage
from survey.models import Counter, Desk, ProcedureField
from survey.queries import ratings
from survey.services.office import installation, plans
from survey.services.office.scopes import Filters
from survey.services.sums import unit_ratings

YEAR = 2024
PERIODS = {
    "2024": [f"2024-{month:02}" for month in range(1, 13)],
    "2024-Q1": ["2024-01", "2024-02", "2024-03"],
    "2024-01": ["2024-01"],
    "2024-02": ["2024-02"],
}


def read(database: Database, store) -> ratings.Ratings:
    with database.read() as session:
        published = store.current(session)
        return ratings.from_tallies(
            session,
            layout=published.layout,
            versions=unit_ratings.same_layout_versions(session, store, published),
            desk_ids=session.scalars(select(Desk.id)).all(),
            start=date(YEAR, 1, 1),
            end=date(YEAR + 1, 1, 1),
        )


@pytest.fixture
def weeks(database, settings, store):
    """Some weeks with fields that few share; everybody answers everything, so that n is the same everywhere."""
    simulate(database, settings, store, days=28, busy=2)
    with database.read() as session:
        unit_id = installation.read(session).unit_id
    database.write(lambda session: plans.ensure(session, unit_id=unit_id, year=YEAR))


def test_every_view_of_viewers_is_known_to_the_attacker(app):
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and access_rule_of_app(app, rule.endpoint) is Role.VIEWER
    }
    assert found == set(VIEWS)


def access_rule_of_app(app, endpoint):
    with app.app_context():
        return access_rule_of(endpoint)


@pytest.mark.usefixtures("weeks")
@pytest.mark.soak  # opens hundreds of pages
def test_subtracting_pages_tells_of_nobody(database, store, officer_client, monkeypatch):
    with database.read() as session:
        counters = session.scalars(select(Counter.id)).all()
        fields = session.scalars(select(ProcedureField.id)).all()
    choices = {
        "period": list(PERIODS),
        "counter": [str(one) for one in counters],
        "field": [str(one) for one in fields],
        "channel": ["phone", "kiosk"],
        "stage": ["filing", "all"],
    }
    client = officer_client(Role.VIEWER)

    def releases() -> dict[frozenset[str], int]:
        shown, cells = attack(client, choices), read(database, store).days
        found = {}
        for asked, persons in shown.items():
            filters = dict(asked)
            group, known = chosen(
                cells,
                Filters(
                    counter_id=int(filters["counter"]) if "counter" in filters else None,
                    field_id=int(filters["field"]) if "field" in filters else None,
                    channel=Channel(filters["channel"]) if "channel" in filters else None,
                    stage=Stage(filters["stage"]) if filters.get("stage", "all") != "all" else None,
                    all_stages=filters.get("stage") == "all",
                ),
                PERIODS[filters["period"]],
            )
            assert persons == known, asked  # the page is about what the attacker thinks it is about
            found[group] = persons
        return found

    first = releases()
    assert len(first) > 15
    assert exposures(first) == ()
    # The control: without the rule about fields the same subtraction finds somebody.
    monkeypatch.setattr(ratings, "_few_of_a_field", lambda _months: set())
    assert exposures(releases())


@pytest.mark.usefixtures("weeks")
@pytest.mark.soak  # opens hundreds of pages
def test_everything_a_filter_may_choose_is_five_persons_or_nobody(database, store, monkeypatch):
    """Then so is every difference of two choices, over all filters and months at once."""
    assert min(blocks_by_month(read(database, store)).values()) >= SMALL
    monkeypatch.setattr(ratings, "_few_of_a_field", lambda _months: set())
    assert min(blocks_by_month(read(database, store)).values()) < SMALL


def blocks_by_month(found: ratings.Ratings):
    return blocks(found.months)
