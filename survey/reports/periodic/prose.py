"""Sentences that the figures write: which goals, how sure, what changed. Nobody edits them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from survey.i18n import format_date, format_month, format_number, format_percent, format_points
from survey.reports.overview.sentence import sentence
from survey.reports.periodic import signals
from survey.reports.periodic.proposals import short_names, weakest_items
from survey.reports.words.names import part_name, period_name
from survey.reports.words.needs import span
from survey.reports.words.verdicts import change_limit as limit_of
from survey.reports.words.verdicts import verdict_words
from survey.services.figures.goal_figures import GoalRow
from survey.services.figures.level_changes import level_changes
from survey.services.office.periods import PeriodKind
from survey.services.records.period_changes import ChangeSince, against_before
from survey.services.records.period_figures import PeriodFigures, PersonsOf

VI = "vi"


def percent(value: float | None, digits: int = 1) -> str:
    return format_percent(value, digits, locale=VI)


def number(value: float | None) -> str:
    return format_number(value, locale=VI)


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def period_words(figures: PeriodFigures) -> str:
    return lowered(period_name(figures.period, locale=VI))


def span_of_days(figures: PeriodFigures) -> str:
    last = figures.period.end - timedelta(days=1)
    return f"từ ngày {format_date(figures.period.start)} đến ngày {format_date(last)}"


def method_words(figures: PeriodFigures) -> str:
    desks = "; ".join(figures.desks)
    return (
        f"Khảo sát tại quầy (không phải mẫu ngẫu nhiên) đối với người đến {desks}, trên máy tính bảng "
        "tại quầy "
        "và trên điện thoại qua mã in ở phiếu; phiếu không ghi họ tên, không gắn với hồ sơ. Phiếu gồm "
        "5 yếu tố, "
        f"{len(figures.items)} tiêu chí, thang 5 mức. Chỉ số là tỷ lệ câu trả lời “Hài lòng” và “Rất "
        "hài lòng” "
        "trên số câu trả lời hợp lệ. Số chính tính những người đã nhận kết quả."
    )


def sample_words(figures: PeriodFigures) -> str:
    if not figures.persons:
        return "Chưa có hoặc có quá ít phiếu để công bố số liệu."
    text = f"Có {number(figures.persons)} người đã nhận kết quả trả lời"
    if figures.returned and figures.persons < figures.returned:
        share = percent(figures.persons / figures.returned)
        text += f" trên {number(figures.returned)} hồ sơ đã trả kết quả, đạt tỷ lệ {share}"
    elif figures.returned:
        text += (
            f"; số hồ sơ đã trả kết quả đang ghi nhận là {number(figures.returned)}, không nhiều hơn "
            "số người "
            "trả lời, cần kiểm tra lại số hồ sơ"
        )
    else:
        text += "; chưa nhập số hồ sơ đã trả kết quả nên chưa tính được tỷ lệ trả lời"
    return text + "."


def _listed(parts: Sequence[PersonsOf]) -> str:
    return "; ".join(
        f"{lowered(one.name[VI])} {number(one.persons)}" for one in parts if one.persons is not None
    )


def source_words(figures: PeriodFigures) -> str:
    said = []
    if figures.channels:
        said.append(f"Theo kênh: {_listed(figures.channels)} người.")
    known = [one for one in figures.fields if one.code]
    if known:
        said.append(f"Theo lĩnh vực (nơi biết được): {_listed(known)} người.")
    beside = [
        f"{lowered(part_name(row.part, row.stage, locale=VI))} {number(row.persons)}"
        for row in figures.beside
        if row.persons is not None
    ]
    if beside:
        said.append(f"Ngoài số chính còn có: {'; '.join(beside)} người, không tính vào mục tiêu.")
    return " ".join(said)


def state_words(figures: PeriodFigures, *, is_closed: bool, closed_on: str) -> str:
    if not is_closed:
        return f"Số liệu tạm tính đến ngày {format_date(figures.as_of)}; kỳ chưa chốt."
    return f"Số liệu đã chốt ngày {closed_on}; phiếu đến sau ngày này được ghi riêng thành đính chính."


def verdict_sentence(figures: PeriodFigures) -> str:
    text = sentence(figures.rows, locale=VI)
    if figures.overall is not None and figures.overall.index == figures.overall.index:
        overall = figures.overall
        text = (
            f"Chỉ số chung (trung bình năm yếu tố) là {percent(overall.index)}, khoảng tin cậy 95% "
            f"{span(overall.lower, overall.upper, locale=VI)}. {text}"
        )
    text = f"{text}{_level_sentence(figures)}{signals.pointer(figures)}"
    if figures.period.kind is not PeriodKind.YEAR and figures.plan_year is not None:
        text += " Mục tiêu là của cả năm; kỳ này mới cho thấy hướng."
    return text


def _level_sentence(figures: PeriodFigures) -> str:
    """Say where the level of the goal stands for dimensions that have no figure of last year to compare."""
    rows = [row for row in figures.rows if row.assessment and row.last_year is None]
    if not rows:
        return ""
    found = {"met_with_confidence": "chắc chắn đạt", "missed": "chắc chắn chưa đạt", "": "chưa chắc chắn"}
    said = []
    for verdict, words in found.items():
        of_verdict = [
            row
            for row in rows
            if row.assessment
            and (row.assessment.verdict_threshold if row.assessment.verdict_threshold in found else "")
            == verdict
        ]
        if of_verdict:
            said.append(f"{words}: {short_names(of_verdict)}")
    return f" Chưa có số năm trước để so; riêng về mức của mục tiêu, {'; '.join(said)}."


def goal_sentences(figures: PeriodFigures) -> list[str]:
    return [_goal_sentence(row, figures.period.year) for row in figures.rows if row.estimate is not None]


def _goal_sentence(row: GoalRow, year: int) -> str:
    estimate = row.estimate
    if estimate is None:
        raise ValueError("a dimension without an estimate has no sentence")
    said = verdict_words(row, year=year, locale=VI, limits=True)
    if estimate.index != estimate.index:
        return f"{row.name[VI]}: chưa tính được chỉ số ({'; '.join(lowered(part) for part in said.parts)})."
    text = f"{row.name[VI]}: {percent(estimate.index)}"
    if estimate.lower == estimate.lower:
        text += f" (khoảng tin cậy 95%: {span(estimate.lower, estimate.upper, locale=VI)})"
    if row.goal is None:
        return f"{text}; chưa có mục tiêu để so."
    parts = [part if place == 0 else lowered(part) for place, part in enumerate(said.parts)]
    return f"{text}. Mục tiêu {'; '.join(parts)}. Kết luận chung: {lowered(said.verdict)}."


def weakest_sentence(figures: PeriodFigures) -> str:
    ranked = [
        item
        for row in figures.rows
        for item in weakest_items(figures, row.dimension.value)
        if item.estimate is not None and item.estimate.valid >= 30
    ]
    ranked = sorted(ranked, key=lambda item: item.estimate.index if item.estimate else 1.0)[:3]
    if not ranked:
        return "Chưa có tiêu chí nào đủ 30 câu trả lời để nêu riêng."
    named = [
        f"{item.code} “{lowered(item.text[VI])}” ({percent(item.estimate.index if item.estimate else None)})"
        for item in ranked
    ]
    return f"Các tiêu chí thấp nhất (từ 30 câu trả lời trở lên): {'; '.join(named)}."


def change_sentence(figures: PeriodFigures) -> str:
    before = lowered(period_name(figures.before, locale=VI))
    if not figures.changes:
        if any(row.last_year is not None for row in figures.rows):
            return "Thay đổi so với năm trước (theo số năm trước của đơn vị) đã nêu ở mục\u00a01."
        return f"Không có số liệu của {before} để so sánh."
    up = _changed(figures, "improved")
    down = _changed(figures, "declined")
    if not up and not down:
        return f"So với {before}, chưa thấy yếu tố nào thay đổi vượt quá dao động ngẫu nhiên."
    parts = [f"tăng chắc chắn: {', '.join(up)}"] if up else []
    parts += [f"giảm chắc chắn: {', '.join(down)}"] if down else []
    rest = len(figures.changes) - len(up) - len(down)
    tail = "; các yếu tố còn lại chưa thấy thay đổi chắc chắn" if rest else ""
    return f"So với {before}, {'; '.join(parts)}{tail}."


def level_sentence(figures: PeriodFigures) -> str:
    """Say what moved to another level within the year, as the pictures below it show."""
    names = {row.dimension: row.name[VI] for row in figures.rows}
    said = [
        f"{lowered(names[dimension])} {'lên mức cao hơn' if change.rises else 'xuống mức thấp hơn'} "
        f"từ khoảng tháng {format_month(change.since.start)}"
        for dimension, change in level_changes(figures.trend).items()
    ]
    if not said:
        return ""
    return f"Trong năm, {'; '.join(said)}: thay đổi kéo dài nhiều tháng, vượt quá dao động ngẫu nhiên."


def _changed(figures: PeriodFigures, found: str) -> list[str]:
    names = {row.dimension: row.short[VI] for row in figures.rows}

    def said(change: ChangeSince) -> str:
        limit = change_limit(figures, change)
        side = f", {limit}" if limit else ""
        return f"{names[change.dimension]} ({format_points(change.diff, locale=VI)} phần trăm{side})"

    return [said(change) for change in figures.changes if change.found == found]


def change_limit(figures: PeriodFigures, change: ChangeSince) -> str:
    """Write the one-sided limit that a verdict on a change rests on: "một phía: ít nhất +0,4"."""
    row = next((row for row in figures.rows if row.dimension == change.dimension), None)
    if row is None or row.estimate is None:
        return ""
    held = against_before(row.estimate, change.before)
    limit = limit_of(held, locale=VI).removesuffix(" điểm")
    return f"một phía: {'ít nhất' if held.diff >= 0 else 'nhiều nhất'} {limit}" if limit else ""


def late_sentence(figures: PeriodFigures) -> str:
    if not figures.due:
        return "Chưa nhập ngày hẹn trả của hồ sơ nên chưa tính được tỷ lệ đúng hạn."
    text = (
        f"Trong {number(figures.due)} hồ sơ có ngày hẹn trả, {number(figures.late)} hồ sơ trả sau ngày hẹn "
        f"({percent(figures.late / figures.due)})."
    )
    apology = next((said for said in figures.service if said.code == "apology"), None)
    if apology is not None and apology.answered is not None:
        yes = next((one.persons for one in apology.options if one.code == "yes"), None)
        if yes is not None:
            text += (
                f" Trong {number(apology.answered)} người ghi bị trả trễ hẹn, {number(yes)} người cho "
                "biết đã nhận "
                "văn bản xin lỗi."
            )
    return text


def petition_sentence(figures: PeriodFigures) -> str:
    row = next((row for row in figures.rows if row.dimension.value == "petitions"), None)
    if row is None or row.estimate is None:
        return "Chưa có đủ người trả lời về tiếp nhận, xử lý phản ánh, kiến nghị."
    return (
        f"{number(row.estimate.n)} người trả lời phần tiếp nhận, xử lý phản ánh, kiến nghị. Phiếu khảo "
        "sát không "
        "phải là phản ánh, kiến nghị; số phản ánh, kiến nghị đã tiếp nhận và xử lý lấy từ sổ theo dõi "
        "của đơn vị."
    )


def limit_sentences(figures: PeriodFigures) -> list[str]:
    said = [
        (
            "Khảo sát tại quầy, không phải mẫu ngẫu nhiên: khoảng tin cậy chỉ nói về dao động ngẫu nhiên, "
            "không nói "
            "về người không trả lời; không so trực tiếp với Chỉ số SIPAS do Bộ Nội vụ công bố."
        ),
        (
            "“Chắc chắn” nghĩa là giới hạn một phía 95% của chỉ số vượt qua mục tiêu; “đạt về điểm số” "
            "chỉ so con số."
        ),
        "Số người dưới 5 được ẩn; không có số liệu của từng công chức.",
    ]
    few = [item.code for item in figures.items if item.estimate is None or item.estimate.valid < 30]
    if few:
        said.append(f"Dưới 30 câu trả lời, đọc thận trọng: tiêu chí {', '.join(few)}.")
    if signals.limit_sentence(figures):
        said.append(signals.limit_sentence(figures))
    if not figures.plan_confirmed and figures.plan_year is not None:
        said.append("Mục tiêu của năm được chép từ kế hoạch trước, chưa được xác nhận.")
    if figures.demo:
        said.insert(0, "Dữ liệu mô phỏng: không phải ý kiến của người thật.")
    return said
