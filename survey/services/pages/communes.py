"""The units below one, beside each other: three groups in a funnel, never a league table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from analysis import communes as funnels
from analysis.communes import Funnel
from analysis.results import IndexEstimate
from survey.enums import Dimension
from survey.instrument import Texts
from survey.services.figures import groups
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.office import installation, plans, scopes, unit_tree
from survey.services.office.instruments import InstrumentStore
from survey.services.office.periods import Period
from survey.services.office.unit_tree import UnitName
from survey.services.sums import rollups

# With fewer persons a unit is shown and takes no place in the funnel.
PLACED_FROM = 30


@dataclass(frozen=True, slots=True)
class UnitRow:
    """`group` is None where too few answered to place the unit; `persons` None where it is hidden."""

    unit: UnitName
    estimate: IndexEstimate | None
    persons: int | None
    group: funnels.Group | None
    size: float | None  # effective persons: where it stands in the funnel


@dataclass(frozen=True, slots=True)
class Communes:
    unit: str
    demo: bool
    period: Period
    is_open: bool
    dimension: Dimension
    names: Mapping[Dimension, Texts]
    rows: tuple[UnitRow, ...]  # by name
    funnel: Funnel | None  # None with fewer than three units to place
    least: int


# Two units cannot show what is ordinary between units.
LEAST_UNITS = 3


def build(
    session: Session,
    *,
    store: InstrumentStore,
    unit_id: int,
    period: Period,
    dimension: Dimension,
    today: date,
    past: bool = True,
) -> Communes:
    """Place the units right below one. Reads the rolled months where there are some."""
    published = store.current(session)
    children = unit_tree.children_of(session, unit_id, on=today)
    desks = {
        child.id: [desk.id for desk in scopes.desks_of(session, child.id, past=past)] for child in children
    }
    plan = plans.find(session, unit_id=unit_id, year=period.year)
    methods = plans.methods_of(plan)
    with_desks = [child for child in children if desks[child.id]]
    results = rollups.headlines(
        session,
        store=store,
        published=published,
        period=period,
        groups=[desks[child.id] for child in with_desks],
        methods=methods,
    )
    found = [
        (child, result.dimensions[dimension.value] if result else None)
        for child, result in zip(with_desks, results, strict=True)
    ]
    shown = groups.shown([one.n if one else 0 for _child, one in found], least=SHOWN_FROM)
    placed = [
        place
        for place, ((_child, one), visible) in enumerate(zip(found, shown, strict=True))
        if visible and one is not None and _can_be_placed(one)
    ]
    funnel = _funnel([one for place in placed if (one := found[place][1]) is not None])
    group_of = dict(zip(placed, funnel.groups, strict=True)) if funnel else {}
    names = installation.unit_names(session, unit_id)
    return Communes(
        unit=next(iter(names.values()), ""),
        demo=installation.read(session).demo,
        period=period,
        is_open=period.is_open(today),
        dimension=dimension,
        names={Dimension(one.code): one.name for one in published.instrument.dimensions},
        rows=tuple(
            UnitRow(
                child,
                one if visible and one is not None and one.n else None,
                (one.n if one else 0) if visible else None,
                group_of.get(place),
                _size(one) if place in group_of and one is not None else None,
            )
            for place, ((child, one), visible) in enumerate(zip(found, shown, strict=True))
        ),
        funnel=funnel,
        least=SHOWN_FROM,
    )


def _can_be_placed(one: IndexEstimate) -> bool:
    return one.n >= PLACED_FROM and not math.isnan(one.index) and math.isfinite(one.n_eff)


def _size(one: IndexEstimate) -> int:
    """Effective persons: what a unit's days have in common counts against it here too."""
    return max(1, round(min(one.n_eff, one.n)))


def _funnel(estimates: Sequence[IndexEstimate]) -> Funnel | None:
    if len(estimates) < LEAST_UNITS:
        return None
    sizes = [_size(one) for one in estimates]
    satisfied = [round(one.index * size) for one, size in zip(estimates, sizes, strict=True)]
    if not 0 < sum(satisfied) < sum(sizes):
        return None
    return funnels.funnel(satisfied, sizes)
