"""The rules of a control chart in words."""

from __future__ import annotations

from analysis.chart_signals import Signal
from survey.i18n import translations


def signal_words(signal: Signal, *, locale: str) -> str:
    """Say what a rule of the chart found; a dash where it found nothing."""
    _ = translations(locale).gettext
    return {
        Signal.NONE: "–",
        Signal.ABOVE_UPPER_LIMIT: _("cao hơn giới hạn trên"),
        Signal.BELOW_LOWER_LIMIT: _("thấp hơn giới hạn dưới"),
        Signal.RISING: _("tăng bảy tháng liền"),
        Signal.FALLING: _("giảm bảy tháng liền"),
        Signal.TWO_OF_THREE_HIGH: _("hai trong ba tháng sát giới hạn trên"),
        Signal.TWO_OF_THREE_LOW: _("hai trong ba tháng sát giới hạn dưới"),
        Signal.SEVEN_ABOVE: _("từ bảy tháng liền trên mức giữa"),
        Signal.SEVEN_BELOW: _("từ bảy tháng liền dưới mức giữa"),
    }[signal]
