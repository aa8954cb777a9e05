"""What the page of stopping says: names of screens, times, one sentence for each channel."""

from __future__ import annotations

from survey.enums import Channel
from survey.i18n import format_percent, translations
from survey.reports.words.names import channel_name
from survey.services.pages.stopping import ChannelFigures, ScreenFigure, TimeClass
from survey.services.tablets.screen_counts import VISIT


def screen_name(screen: str, channel: Channel, *, locale: str) -> str:
    _ = translations(locale).gettext
    names = {
        VISIT: _("Cả phiếu, từ câu đầu đến câu cuối"),
        "called": _("Lời mời của quầy"),
        "slip": _("Gõ mã trên phiếu"),
        "stage": _("Việc đến làm"),
        "field": _("Lĩnh vực"),
        "access": _("Tiếp cận dịch vụ"),
        "procedure": _("Thủ tục hành chính"),
        "staff": _("Công chức"),
        "outcome": _("Kết quả"),
        "feedback": _("Có gửi góp ý, phản ánh không"),
        "petitions": _("Phản ánh, kiến nghị"),
        "reason": _("Lý do chưa hài lòng"),
        "use": _("Về lần làm việc này"),
        "comment": _("Góp ý"),
    }
    if channel is Channel.PHONE and screen == "comment":
        return _("Góp ý và gửi")
    return names[screen]


def time_words(found: TimeClass | None, *, locale: str) -> str:
    _ = translations(locale).gettext
    if found is None:
        return "–"
    if found.end is None:
        return _("hơn %(start)s giây") % {"start": found.start}
    if found.start == 0:
        return _("dưới %(end)s giây") % {"end": found.end}
    return _("%(start)s–%(end)s giây") % {"start": found.start, "end": found.end}


def sentence(found: ChannelFigures, *, locale: str) -> str:
    """Say how long it takes, and where people stop most; "most" only where it is sure."""
    _ = translations(locale).gettext
    said = [channel_name(found.channel, locale=locale) + ":"]
    if found.visit is not None and found.visit.median is not None:
        said.append(
            _("thường mất %(time)s cho cả phiếu.") % {"time": time_words(found.visit.median, locale=locale)}
        )
    known = sorted(
        (one for one in found.screens if one.share), key=lambda one: one.share or 0.0, reverse=True
    )
    if not any(one.seen for one in found.screens):
        said.append(_("chưa đủ người để cho thấy."))
        return " ".join(said)
    if not known:
        said.append(_("chưa thấy màn hình nào có nhiều người dừng lại."))
        return " ".join(said)
    first, others = known[0], known[1:]
    name = screen_name(first.screen, found.channel, locale=locale)
    share = format_percent(first.share, locale=locale)
    if _is_apart(first, others):
        text = _("Người dân dừng nhiều nhất ở “%(screen)s”: %(share)s số người thấy màn hình này.")
    else:
        text = _(
            "Tỷ lệ dừng cao nhất là %(share)s, ở “%(screen)s”, nhưng chưa tách rõ khỏi các màn hình khác."
        )
    said.append(text % {"screen": name, "share": share})
    return " ".join(said)


def _is_apart(first: ScreenFigure, others: list[ScreenFigure]) -> bool:
    """True where the interval of the first lies above all others: cautious, as no pair was chosen before."""
    return all((one.upper or 0.0) < (first.lower or 0.0) for one in others)
