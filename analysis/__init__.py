"""Statistics of satisfaction surveys: a share, how sure it is, and what it says of a goal.

The package knows questionnaires, answers and counts, and nothing of desks, databases or pages. It needs
numpy and scipy. Results are frozen dataclasses with counts, method, version and flags; nothing prints and
nothing rounds; an undefined value is ``nan``. Input that cannot be right raises :class:`AnalysisError`
with the value and what is allowed.

From answers to a verdict:

1. :mod:`analysis.layout` names the dimensions and their items, :mod:`analysis.scale` says what counts.
2. :mod:`analysis.sums` turns answers into whole numbers that add up, cell by cell.
3. :mod:`analysis.estimate` makes indices with intervals from sums (``estimate``, ``estimate_many``) or from
   answers with any weights (``estimate_rows``); :mod:`analysis.upward` carries sums to the level above.
4. :mod:`analysis.goals` holds an index against a threshold and against last year.

Beside them:

========================  ================================================================================
proportions, coverage     intervals of one share, and how often they hold the truth
intervals, ratios         design-based intervals; means and ratios of any quantity
finite_population         intervals for a true random draw
compare, multiplicity     differences, adjusted p-values
mode_shift                whether a change is one of the service or of the way people answer
sample_size, power        answers needed
remaining, forecast       what this year can still prove, where it will end
bounds                    participation, worst case, tipping point
weighting, influence      weights to dossiers, and what they change
trend, seasonality        control charts by month, the same month last year
disclosure, suppression   what may be shown (with ``differencing`` and ``precision``)
response_quality          implausible answers and units: flags, never deletion (with ``unit_quality``)
communes, shrinkage       communes side by side (with ``ranks``)
========================  ================================================================================

``python -m analysis estimate`` and ``python -m analysis goals`` do it for a CSV file of any survey.

Examples
--------
>>> import numpy as np
>>> from analysis import SIPAS_LAYOUT
>>> from analysis.estimate import estimate_rows
>>> from analysis.tables import RatingTable
>>> answers = np.tile([5] * 12 + [3] * 4, (40, 1))
>>> survey = estimate_rows(RatingTable.of(SIPAS_LAYOUT, answers)).survey_estimate(0)
>>> survey.dimensions["access"].index, survey.dimensions["outcome"].satisfied
(1.0, 80)
"""

from analysis._validation import AnalysisError
from analysis.layout import SIPAS_LAYOUT, Layout
from analysis.results import ANALYSIS_VERSION, ConfidenceInterval, IndexEstimate, SurveyEstimate

__all__ = [
    "ANALYSIS_VERSION",
    "SIPAS_LAYOUT",
    "AnalysisError",
    "ConfidenceInterval",
    "IndexEstimate",
    "Layout",
    "SurveyEstimate",
]
