"""Simulated surveys whose true index is known: what the coverage simulation draws from.

A citizen comes to one of the desks on one of its days, for one of five fields, before or after the result.
The true share of satisfied answers is a product of known numbers, ``base × field × stage × item``. Days
differ, items of one person agree, and clusters of desk × day cut across fields. Four answers in a hundred are
"not applicable". Two populations have these shares:

``latent``
    An answer is satisfied where a normal latent opinion lies below the threshold of its share. The day
    explains 6 % of the opinion's variance, day and person together 45 %: the usual model of graded answers.
``all-or-nothing``
    Day and person draw their chance from Beta distributions with the same two correlations between the
    *answers* themselves. Near 100 % this is harsh: a few citizens on a few days are dissatisfied with
    everything, all others with nothing. It shows where the intervals give way.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.design import DesignSums
from analysis.layout import Layout
from analysis.scale import NOT_APPLICABLE, NOT_ASKED
from analysis.sums import tabulate_linear, tabulate_products

DAY_ICC = 0.06
ITEM_ICC = 0.45
NOT_APPLICABLE_SHARE = 0.04
FIELD_SHARES = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
FIELD_LOSS = np.array([0.0, 0.3, 0.6, 0.9, 1.2])  # in units of (1 − p)
RESULT_SHARE = 0.6
SATISFIED, NOT_SATISFIED = 5, 2

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Survey:
    """One design: who comes, what is asked of whom, and how the index is made.

    ``item_factor`` and ``filing_factor`` (before the result) multiply the share of an item;
    ``result_only`` marks items asked only after a result, ``asked_of_senders`` those asked only of people who
    sent feedback, a share ``senders`` of all.
    """

    name: str
    group: str
    n: int
    share: float
    items: int = 4
    method: str = "item-mean"
    kiosk_share: float = 0.0
    desks: int = 1
    item_factor: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    filing_factor: float = 1.0
    result_only: tuple[int, ...] = ()
    asked_of_senders: tuple[int, ...] = ()
    senders: float = 1.0
    only_field: int | None = None
    design_weights: bool = True
    population: str = "latent"
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(f"i{number + 1}" for number in range(self.items))
        object.__setattr__(self, "layout", Layout((("index", names),)))

    @property
    def days(self) -> int:
        """Days on which a desk is open: about eight answers a day, at least ten days."""
        return max(10, min(240, self.n // (8 * self.desks)))

    @property
    def base(self) -> float:
        """Share of the best field, chosen so that the mean over the fields is ``share``."""
        return self.share / (1.0 - float(FIELD_SHARES @ FIELD_LOSS) * (1.0 - self.share))

    @property
    def shares(self) -> Floats:
        """True share by field, stage (after and before the result) and item, shape (fields, 2, items)."""
        by_field = self.base * (1.0 - FIELD_LOSS * (1.0 - self.share))
        stage = np.array([1.0, self.filing_factor])
        found: Floats = by_field[:, None, None] * stage[:, None] * np.array(self.item_factor)
        return found

    @property
    def forms(self) -> Floats:
        """Design weight 1/π of the form classes phone, kiosk after a result, kiosk before it."""
        kiosk = (self.items, self.items - len(self.result_only))
        weights = (1.0, *map(float, kiosk)) if self.design_weights else (1.0, 1.0, 1.0)
        return np.array(weights)[:, np.newaxis]

    def truth(self) -> float:
        """Index of the population, exact."""
        weights = FIELD_SHARES if self.only_field is None else np.eye(len(FIELD_SHARES))[self.only_field]
        by_stage = np.einsum("f,fsi->si", weights, self.shares)
        eligible = np.array([[RESULT_SHARE], [1.0 - RESULT_SHARE]]) * np.ones(self.items)
        eligible[1, list(self.result_only)] = 0.0
        share = (eligible * by_stage).sum(axis=0) / eligible.sum(axis=0)
        if self.method != "pooled":
            return float(share.mean())
        asked = eligible.sum(axis=0)
        asked[list(self.asked_of_senders)] *= self.senders
        return float(share @ asked / asked.sum())


@dataclass(frozen=True)
class Batch:
    """Sums of many simulated runs of one design; ``run`` says which run a stratum belongs to."""

    sums: DesignSums
    run: Integers
    naive_valid: Integers
    naive_satisfied: Integers


def simulate(survey: Survey, rng: np.random.Generator, runs: int) -> Batch:
    """Draw ``runs`` surveys and tabulate them as the product does: by desk × day and form."""
    persons = runs * survey.n
    run = np.repeat(np.arange(runs), survey.n)
    desk = rng.integers(0, survey.desks, persons)
    day = rng.integers(0, survey.days, persons)
    place = rng.choice(len(FIELD_SHARES), persons, p=FIELD_SHARES)
    after_result = rng.random(persons, dtype=np.float32) < RESULT_SHARE
    kiosk = rng.random(persons, dtype=np.float32) < survey.kiosk_share
    sender = rng.random(persons, dtype=np.float32) < survey.senders
    stratum = run * survey.desks + desk
    cluster = stratum * survey.days + day
    levels = _levels(survey, rng, cluster, place, np.where(after_result, 0, 1))
    _blank_what_is_not_asked(survey, rng, levels, kiosk, after_result, sender)
    form = np.where(kiosk, np.where(after_result, 1, 2), 0)
    inside = np.ones(persons, bool) if survey.only_field is None else place == survey.only_field
    sums = _sums(survey, levels, stratum, cluster, form, inside, runs)
    valid = ((levels != NOT_ASKED) & (levels != NOT_APPLICABLE) & inside[:, np.newaxis]).sum(axis=1)
    satisfied = ((levels == SATISFIED) & inside[:, np.newaxis]).sum(axis=1)
    return Batch(
        sums=sums,
        run=np.repeat(np.arange(runs), survey.desks),
        naive_valid=np.bincount(run, weights=valid, minlength=runs).astype(np.int64),
        naive_satisfied=np.bincount(run, weights=satisfied, minlength=runs).astype(np.int64),
    )


def _levels(
    survey: Survey, rng: np.random.Generator, cluster: Integers, place: Integers, stage: Integers
) -> npt.NDArray[np.uint8]:
    draw = _latent if survey.population == "latent" else _all_or_nothing
    satisfied = draw(survey, rng, cluster, place, stage)
    levels = np.where(satisfied, SATISFIED, NOT_SATISFIED).astype(np.uint8)
    levels[rng.random(levels.shape, dtype=np.float32) < NOT_APPLICABLE_SHARE] = NOT_APPLICABLE
    return levels


def _latent(
    survey: Survey, rng: np.random.Generator, cluster: Integers, place: Integers, stage: Integers
) -> npt.NDArray[np.bool_]:
    day = rng.standard_normal(int(cluster.max()) + 1, dtype=np.float32) * np.sqrt(np.float32(DAY_ICC))
    person = rng.standard_normal(len(cluster), dtype=np.float32) * np.sqrt(np.float32(ITEM_ICC - DAY_ICC))
    item = rng.standard_normal((len(cluster), survey.items), dtype=np.float32)
    opinion = (day[cluster] + person)[:, np.newaxis] + item * np.sqrt(np.float32(1.0 - ITEM_ICC))
    satisfied: npt.NDArray[np.bool_] = opinion < special.ndtri(survey.shares)[place, stage]
    return satisfied


def _all_or_nothing(
    survey: Survey, rng: np.random.Generator, cluster: Integers, place: Integers, stage: Integers
) -> npt.NDArray[np.bool_]:
    by_day = 1.0 / DAY_ICC - 1.0
    by_person = (1.0 - DAY_ICC) / (ITEM_ICC - DAY_ICC) - 1.0
    day = rng.beta(survey.base * by_day, (1.0 - survey.base) * by_day, int(cluster.max()) + 1)
    # A Beta needs both parameters above 0 even on a day that is almost perfect.
    mean = np.clip(day, 1e-9, 1.0 - 1e-9)[cluster]
    person = rng.beta(mean * by_person, (1.0 - mean) * by_person)
    chance = person[:, np.newaxis] * (survey.shares / survey.base)[place, stage]
    satisfied: npt.NDArray[np.bool_] = rng.random(chance.shape, dtype=np.float32) < chance
    return satisfied


def _blank_what_is_not_asked(
    survey: Survey,
    rng: np.random.Generator,
    levels: npt.NDArray[np.uint8],
    kiosk: npt.NDArray[np.bool_],
    after_result: npt.NDArray[np.bool_],
    sender: npt.NDArray[np.bool_],
) -> None:
    """The kiosk asks one item, drawn among those that fit the stage; some items only concern senders."""
    common = [item for item in range(survey.items) if item not in survey.result_only]
    order = np.array([*common, *survey.result_only])
    choices = np.where(after_result, survey.items, len(common))
    drawn = order[(rng.random(len(levels)) * choices).astype(np.int64)]
    for item in range(survey.items):
        asked = ~kiosk | (drawn == item)
        if item in survey.result_only:
            asked &= after_result
        if item in survey.asked_of_senders:
            asked &= sender
        levels[~asked, item] = NOT_ASKED


def _sums(
    survey: Survey,
    levels: npt.NDArray[np.uint8],
    stratum: Integers,
    cluster: Integers,
    form: Integers,
    inside: npt.NDArray[np.bool_],
    runs: int,
) -> DesignSums:
    strata, forms = runs * survey.desks, len(survey.forms)
    cells = strata * survey.days * forms
    linear = tabulate_linear(survey.layout, levels[inside], (cluster * forms + form)[inside], cells)
    filled = np.flatnonzero(linear[:, 0] > 0)
    products = tabulate_products(
        survey.layout, levels[inside], (stratum * forms + form)[inside], strata * forms
    )
    clusters_of_file = np.bincount(cluster, minlength=strata * survey.days).reshape(strata, -1) > 0
    return DesignSums(
        layout=survey.layout,
        weights=survey.forms,
        cluster_stratum=filled // (forms * survey.days),
        cluster_id=filled // forms,
        cluster_form=filled % forms,
        linear=linear[filled],
        product_stratum=np.repeat(np.arange(strata), forms),
        product_form=np.tile(np.arange(forms), strata),
        products=products,
        file_clusters=clusters_of_file.sum(axis=1),
        file_persons=np.bincount(stratum, minlength=strata),
    )


def full_surveys(population: str = "latent") -> list[Survey]:
    """All persons answer four items: 28 designs."""
    return [
        Survey(
            f"full n={n} p={share}", f"full, {population}", n, share, desks=2 if n >= 400 else 1,
            population=population,
        )
        for n in (50, 100, 150, 200, 400, 800, 2000)
        for share in (0.80, 0.88, 0.94, 0.98)
    ]  # fmt: skip


def domain_surveys() -> list[Survey]:
    """One field as a domain: the strata and clusters are those of the full file."""
    return [
        Survey(f"field of full n={n} p={share}", "domain", n, share, only_field=1)
        for n in (400, 1200)
        for share in (0.80, 0.94)
    ]


def split_surveys() -> list[Survey]:
    """Kiosk and phone mixed; four items with unequal shares, one of them asked only after a result."""
    return [
        Survey(
            f"split n={n} p={share} kiosk={kiosk}",
            "split",
            n,
            share,
            kiosk_share=kiosk,
            item_factor=(1.0, 0.97, 0.93, 0.96),
            filing_factor=0.97,
            result_only=(3,),
        )
        for n in (300, 600, 1200)
        for share in (0.84, 0.92, 0.98)
        for kiosk in (1.0, 0.7, 0.3)
    ]


def petition_surveys(method: str) -> list[Survey]:
    """E1 of everyone, E2 and E3 of the few who sent feedback: 2 to 40 expected answers on each of them."""
    surveys = []
    for kiosk, n in ((0.0, 400), (0.7, 900)):
        # Phones always ask a sender for E2, the kiosk draws it for one in three.
        asked = n * (1.0 - kiosk + kiosk / 3.0) * (1.0 - NOT_APPLICABLE_SHARE)
        surveys += [
            Survey(
                f"petitions n={n} kiosk={kiosk} E2≈{answers}",
                f"petitions, {method}",
                n,
                0.88,
                items=3,
                method=method,
                kiosk_share=kiosk,
                item_factor=(1.0, 0.85, 0.85),
                asked_of_senders=(1, 2),
                senders=answers / asked,
            )
            for answers in (2, 5, 10, 20, 40)
        ]
    return surveys


def mix_surveys(*, design_weights: bool) -> list[Survey]:
    """One population met by five mixes of kiosk and phone; stages and items differ strongly."""
    return [
        Survey(
            f"mix kiosk={kiosk}",
            "mix" if design_weights else "mix without design weights",
            600,
            0.90,
            kiosk_share=kiosk,
            method="pooled",
            item_factor=(1.0, 0.9, 0.8, 0.7),
            filing_factor=0.8,
            result_only=(3,),
            design_weights=design_weights,
        )
        for kiosk in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
