"""Differencing: what a reader learns by subtracting one published figure from another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis._validation import AnalysisError, check_whole
from analysis.disclosure import MINIMUM_CELL, DisclosureDecision, Visibility, shown


@dataclass(frozen=True, slots=True)
class Release:
    """A published figure: the atoms it sums (for example field × month × desk) and the persons behind it."""

    members: frozenset[str]
    count: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """A small group that published figures give away, as the atoms it consists of."""

    members: frozenset[str]
    count: int


def _gives_small_group(first: int, second: int, minimum: int) -> bool:
    return 0 < abs(first - second) < minimum


def gate_nested(
    count: int,
    *,
    within: Iterable[int] = (),
    containing: Iterable[int] = (),
    minimum: int = MINIMUM_CELL,
) -> DisclosureDecision:
    """Decide on a figure whose persons are part of, or include, those of figures already shown.

    A filter that leaves out only 1–4 persons of a figure shown elsewhere would tell of those persons, so
    the filtered figure is hidden. A difference of 0 is safe: both figures are about the same persons.

    Parameters
    ----------
    count
        Persons behind the figure that is asked for.
    within
        Counts of shown figures that contain these persons.
    containing
        Counts of shown figures that these persons contain.
    minimum
        Smallest group that may become known.

    Raises
    ------
    AnalysisError
        If a count is not a whole number from 0, or a part is larger than its whole.

    Examples
    --------
    >>> gate_nested(40, within=[43]).rule
    'differencing'
    >>> gate_nested(38, within=[43]).is_shown
    True
    """
    persons = check_whole("count", count)
    wholes = [check_whole("within", whole) for whole in within]
    parts = [check_whole("containing", part) for part in containing]
    if any(whole < persons for whole in wholes) or any(part > persons for part in parts):
        raise AnalysisError(
            f"count {persons} with wholes {wholes} and parts {parts}; allowed: no part larger than its whole"
        )
    if any(_gives_small_group(persons, other, minimum) for other in (*wholes, *parts)):
        return DisclosureDecision(Visibility.HIDDEN, "differencing", minimum)
    return shown("differencing", minimum)


def gate_update(count: int, *, published: int, minimum: int = MINIMUM_CELL) -> DisclosureDecision:
    """Decide whether a figure may move on from the one last published.

    While it differs by 1–4 persons the published one stays on the page: whoever wrote it down yesterday would
    learn what those few answered. With every published figure a step of 0 or at least 5, any two moments
    of the same figure are safe too.

    The increments of a whole table since the last publication are a table themselves: pass them through
    :func:`analysis.suppression.protect_table` to be safe against subtracting tables.

    Examples
    --------
    >>> gate_update(103, published=100).rule, gate_update(105, published=100).is_shown
    ('differencing-over-time', True)
    """
    new, old = check_whole("count", count), check_whole("published", published)
    if _gives_small_group(new, old, minimum):
        return DisclosureDecision(Visibility.HIDDEN, "differencing-over-time", minimum)
    return shown("differencing-over-time", minimum)


def find_exposures(
    releases: Sequence[Release], *, minimum: int = MINIMUM_CELL, rounds: int = 2
) -> tuple[Exposure, ...]:
    """Attack published figures by subtraction, as a patient reader would, and return what falls out.

    In every round each known figure is subtracted from each known one that contains it, and what results
    is known from then on. Groups of 1 to ``minimum`` − 1 persons that were not published are exposures. This
    finds more than nested pairs (a total minus all shown parts but one takes several rounds), and it is
    bounded: no exposure found within ``rounds`` is not a proof.

    Parameters
    ----------
    releases
        Everything that one reader can see.
    minimum
        Smallest group that may become known.
    rounds
        How many times the subtraction is repeated; the work grows with the square of what is known.

    Raises
    ------
    AnalysisError
        If ``rounds`` is below 1, or two releases of the same members have different counts.

    Examples
    --------
    >>> month = Release(frozenset({"land", "civil"}), 23)
    >>> land = Release(frozenset({"land"}), 20)
    >>> [(sorted(found.members), found.count) for found in find_exposures([month, land])]
    [(['civil'], 3)]
    """
    check_whole("rounds", rounds, minimum=1)
    known: dict[frozenset[str], int] = {}
    for release in releases:
        if known.setdefault(release.members, release.count) != release.count:
            raise AnalysisError(
                f"members {sorted(release.members)} are released with {known[release.members]} and with "
                f"{release.count} persons; allowed: one count for the same members"
            )
    for _ in range(rounds):
        derived = {
            whole - part: known[whole] - known[part] for whole in known for part in known if part < whole
        }
        if derived.keys() <= known.keys():
            break
        known = {**derived, **known}
    published = {release.members for release in releases}
    return tuple(
        Exposure(members, count)
        for members, count in known.items()
        if members not in published and 0 < count < minimum
    )
