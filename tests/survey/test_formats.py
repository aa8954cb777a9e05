"""Numbers and dates on screens and in files."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import i18n

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("share", "digits", "locale", "expected"),
    [
        (0.839, 1, "vi", "83,9%"),
        (0.839, 1, "en", "83.9%"),
        (0.839, 1, "rad", "83,9%"),
        (0.839, 0, "vi", "84%"),
        (1.0, 1, "vi", "100,0%"),
        (0.0, 1, "vi", "0,0%"),
        (0.07, 0, "vi", "7%"),
        (0.8385, 1, "vi", "83,9%"),  # half up, also where the nearest even digit is below
        (0.8345, 1, "vi", "83,5%"),
        (0.9624999999999999, 1, "vi", "96,3%"),  # a mean of shares that is 96.25 % but for float noise
        (-0.004, 1, "vi", "−0,4%"),
        (float("nan"), 1, "vi", "–"),
        (float("inf"), 1, "vi", "–"),
        (None, 1, "vi", "–"),
    ],
)
def test_percent(share, digits, locale, expected):
    assert i18n.format_percent(share, digits, locale=locale) == expected


@pytest.mark.parametrize(
    ("share", "threshold", "strict", "expected"),
    [
        (0.85, 0.85, False, "85,0%"),
        (0.8496, 0.85, False, "< 85,0%"),
        (0.84999999999, 0.85, False, "< 85,0%"),
        (0.8494, 0.85, False, "84,9%"),
        (0.8504, 0.85, False, "85,0%"),
        # The threshold prints as 85,0% and lies above it: "< 85,0%" would be false.
        (0.8502, 0.8504, False, "85,02%"),
        (0.95, 0.95, True, "95,0%"),
        (0.95004, 0.95, True, "> 95,0%"),
        (0.951, 0.95, True, "95,1%"),
        (float("nan"), 0.85, False, "–"),
        (None, 0.85, False, "–"),
    ],
)
def test_percent_beside_a_threshold(share, threshold, strict, expected):
    assert i18n.format_percent_against(share, threshold, strict=strict) == expected


@given(
    share=st.floats(0, 1),
    threshold=st.sampled_from([0.8, 0.85, 0.95, 1.0, 0.8394, 0.84039, 2 / 3]),
    strict=st.booleans(),
)
def test_what_is_printed_never_contradicts_the_comparison(share, threshold, strict):
    text = i18n.format_percent_against(share, threshold, strict=strict, locale="en")
    sign = text[0] if text[0] in "<>" else ""
    printed = float(text.strip("<>% ")) / 100
    if share < threshold:
        # Beyond six digits the sign alone carries the difference.
        assert printed < threshold or (sign == "<" and printed <= threshold + 5e-9)
    elif strict and share > threshold:
        assert printed > threshold or (sign == ">" and printed >= threshold - 5e-9)
    else:
        assert sign == ""


@pytest.mark.parametrize(
    ("difference", "locale", "expected"),
    [
        (0.012, "vi", "+1,2 điểm"),
        (-0.012, "vi", "−1,2 điểm"),
        (0.012, "en", "+1.2 points"),
        (0.0004, "vi", "0,0 điểm"),
        (-0.0004, "vi", "0,0 điểm"),
        (float("nan"), "vi", "–"),
        (None, "vi", "–"),
    ],
)
def test_difference_in_points(difference, locale, expected):
    assert i18n.format_points(difference, locale=locale) == expected


@pytest.mark.parametrize(
    ("value", "digits", "locale", "expected"),
    [
        (12394, 0, "vi", "12.394"),
        (12394, 0, "en", "12,394"),
        (1234.5, 1, "vi", "1.234,5"),
        (-3.25, 1, "vi", "−3,3"),
        (0, 0, "vi", "0"),
        (float("nan"), 0, "vi", "–"),
        (None, 0, "vi", "–"),
    ],
)
def test_number(value, digits, locale, expected):
    assert i18n.format_number(value, digits, locale=locale) == expected


@pytest.mark.parametrize(
    ("locale", "day", "month"),
    [("vi", "04/11/2026", "11/2026"), ("en", "4 Nov 2026", "Nov 2026"), ("jra", "04/11/2026", "11/2026")],
)
def test_date_and_month(locale, day, month):
    assert i18n.format_date(date(2026, 11, 4), locale=locale) == day
    assert i18n.format_month(date(2026, 11, 4), locale=locale) == month


def test_instant_is_shown_by_the_clock_of_the_office():
    late_in_utc = datetime(2026, 11, 24, 18, 5, tzinfo=UTC)
    assert i18n.format_datetime(late_in_utc, OFFICE) == "25/11/2026 01:05"
    assert i18n.format_datetime(late_in_utc, OFFICE, locale="en") == "25 Nov 2026 01:05"


def test_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        i18n.format_datetime(datetime(2026, 11, 24, 18, 5), OFFICE)  # noqa: DTZ001 - the mistake itself
