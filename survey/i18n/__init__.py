"""Languages: which there are, which one a reader gets, and how it writes words, numbers and dates.

Source texts are Vietnamese, so a text without a translation is still one that a citizen can read.
Nothing here knows Flask: pages, files and the command line write alike.
"""

from survey.i18n.catalogues import (
    LOCALES,
    NAMES,
    SOURCE,
    STAND_IN,
    available,
    catalogue_path,
    is_tag,
    negotiate,
    stand_in,
    translations,
)
from survey.i18n.formats import (
    format_date,
    format_datetime,
    format_difference,
    format_month,
    format_number,
    format_percent,
    format_percent_against,
    format_points,
    shown_percentage,
)
from survey.i18n.line_ends import WORDS, keep_together, whole_figures, whole_figures_of_page, with_no_break

__all__ = [
    "LOCALES",
    "NAMES",
    "SOURCE",
    "STAND_IN",
    "WORDS",
    "available",
    "catalogue_path",
    "format_date",
    "format_datetime",
    "format_difference",
    "format_month",
    "format_number",
    "format_percent",
    "format_percent_against",
    "format_points",
    "is_tag",
    "keep_together",
    "negotiate",
    "shown_percentage",
    "stand_in",
    "translations",
    "whole_figures",
    "whole_figures_of_page",
    "with_no_break",
]
