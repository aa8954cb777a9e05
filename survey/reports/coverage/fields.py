"""Coverage by field, of which only the least and the most are known: most answers keep no field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.i18n import format_number, format_percent, translations
from survey.services.pages.coverage import CoveragePage, Line


@dataclass(frozen=True, slots=True)
class Bounds:
    """The share of returned dossiers that were answered: the most, if all that keep no field were its own."""

    least: float | None
    most: float | None


def unknown_of(page: CoveragePage) -> int | None:
    """Count the answers that keep no field; None where that is hidden."""
    return next((line.with_result for name, line in page.by_field if not name), 0)


def bounds(line: Line, unknown: int | None) -> Bounds:
    if not line.returned or line.with_result is None:
        return Bounds(None, None)
    least = line.with_result / line.returned
    if least > 1:  # more answers than dossiers: an error to look into, not a share
        return Bounds(least, None)
    return Bounds(least, None if unknown is None else min(1.0, (line.with_result + unknown) / line.returned))


def note(page: CoveragePage, *, locale: str) -> str:
    """Say how many keep no field and why, and whether the fields can be told apart at all."""
    _ = translations(locale).gettext
    why = _("Lĩnh vực chỉ được giữ khi hôm đó có từ 5 hồ sơ cùng lĩnh vực, để không ai bị nhận ra.")
    unknown = unknown_of(page)
    whole = page.total.with_result
    if not unknown or not whole:
        return why
    said = _("%(unknown)s trong %(whole)s phiếu (%(share)s) không rõ lĩnh vực.") % {
        "unknown": format_number(unknown, locale=locale),
        "whole": format_number(whole, locale=locale),
        "share": format_percent(unknown / whole, locale=locale),
    }
    found = [bounds(line, unknown) for name, line in page.by_field if name]
    reading = (
        _("Tỷ lệ thật nằm giữa hai cột; các khoảng chồng nhau, chưa thể nói lĩnh vực nào trả lời nhiều hơn.")
        if _overlap(found)
        else _("Tỷ lệ thật nằm giữa hai cột; chỉ hai khoảng rời nhau mới nói được bên nào nhiều hơn.")
    )
    return f"{said} {why} {reading}"


def _overlap(found: Sequence[Bounds]) -> bool:
    known = [(one.least, one.most) for one in found if one.least is not None and one.most is not None]
    return bool(known) and max(least for least, _most in known) <= min(most for _least, most in known)
