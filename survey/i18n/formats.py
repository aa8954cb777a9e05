"""Numbers and dates as the country writes them: 83,9%; 1.234; 24/11/2026. What is undefined reads "–"."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, numbers

from survey.i18n.catalogues import SOURCE, translations

UNDEFINED = "–"
MINUS = "−"

# English readers are not left to guess which of two numbers is the month.
_DATE = {"en": "d MMM y"}
_MONTH = {"en": "MMM y"}
_NOISE_DIGITS = 12
_MOST_DIGITS = 6


@cache
def _conventions(locale: str) -> Locale:
    """Give the writing rules of a language; those that Babel does not know (Ê Đê, Gia Rai) use ours."""
    try:
        return Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)


def _rounded(value: float, digits: int) -> Decimal:
    """Round half up, as people do by hand; binary floats are taken as the number they print."""
    return Decimal(str(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


@lru_cache(maxsize=8192)
def _written(amount: Decimal, digits: int, locale: str) -> str:
    """Write an amount; kept, since a page has thousands of figures, most of them alike."""
    return numbers.format_decimal(amount, format=_pattern(digits), locale=_conventions(locale))


def _undefined(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def format_number(value: float | None, digits: int = 0, *, locale: str = SOURCE) -> str:
    if value is None or _undefined(value):
        return UNDEFINED
    amount = _rounded(value, digits)
    text = _written(abs(amount), digits, locale)
    return MINUS + text if amount < 0 else text


def format_percent(share: float | None, digits: int = 1, *, locale: str = SOURCE) -> str:
    """Write a share of 0–1 as a percentage. Beside a threshold use `format_percent_against`."""
    if share is None or _undefined(share):
        return UNDEFINED
    return _percent(shown_percentage(share, digits), digits, locale)


def shown_percentage(share: float, digits: int) -> Decimal:
    """Give a share as the percentage that is written, halves rounded up."""
    # Shifted before rounding and without a float product: 0.07 × 100 is not 7. A mean of shares that comes
    # out as 0.9624999999999999 is 96.25 %: noise in the last digits must not decide how a half is rounded.
    exact = Decimal(str(round(float(share), _NOISE_DIGITS))).scaleb(2)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _percent(percentage: Decimal, digits: int, locale: str) -> str:
    text = _written(abs(percentage), digits, locale)
    return f"{MINUS if percentage < 0 else ''}{text}%"


def format_percent_against(
    share: float | None,
    threshold: float,
    digits: int = 1,
    *,
    strict: bool = False,
    locale: str = SOURCE,
) -> str:
    """Write a share so that it never seems to lie on the other side of a threshold than it does.

    84.96 % beside a threshold of 85 % would round to "85,0%" and contradict the verdict: it is written
    "< 85,0%". Where the threshold has more digits than the text, digits are added until the two differ.
    With ``strict`` (a goal of "more than") 95.004 % beside 95 % is written "> 95,0%".
    """
    if share is None or _undefined(share):
        return UNDEFINED
    misleading = share < threshold or (strict and share > threshold)
    if not misleading:
        return format_percent(share, digits, locale=locale)
    for shown in range(digits, _MOST_DIGITS + 1):
        limit = shown_percentage(threshold, shown)
        value = shown_percentage(share, shown)
        if value != limit:
            return _percent(value, shown, locale)
        if limit == Decimal(str(float(threshold))).scaleb(2):
            break
    return f"{'<' if share < threshold else '>'} {_percent(limit, shown, locale)}"


def format_points(difference: float | None, digits: int = 1, *, locale: str = SOURCE) -> str:
    """Write a difference of two shares in percentage points, with its sign: "+1,2 điểm"."""
    if difference is None or _undefined(difference):
        return UNDEFINED
    _ = translations(locale).gettext
    return _("%(number)s điểm") % {"number": format_difference(difference, digits, locale=locale)}


def format_difference(difference: float, digits: int = 1, *, locale: str = SOURCE) -> str:
    """Write a difference of two shares as points without their unit: "+1,2"."""
    points = shown_percentage(difference, digits)
    sign = "+" if points > 0 else MINUS if points < 0 else ""
    return sign + _written(abs(points), digits, locale)


def format_date(day: date, *, locale: str = SOURCE) -> str:
    return dates.format_date(day, _DATE.get(locale, "dd/MM/y"), locale=_conventions(locale))


def format_month(day: date, *, locale: str = SOURCE) -> str:
    return dates.format_date(day, _MONTH.get(locale, "MM/y"), locale=_conventions(locale))


def format_datetime(instant: datetime, zone: ZoneInfo, *, locale: str = SOURCE) -> str:
    """Write an aware instant by the office's clock: "24/11/2026 14:05"."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be shown")
    local = instant.astimezone(zone)
    return f"{format_date(local.date(), locale=locale)} {local:%H:%M}"
