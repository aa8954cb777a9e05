"""The tables of a report. The document and the annex in XLSX are written from the same ones."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.results import IndexEstimate
from survey.i18n import format_number, format_points
from survey.reports import tables
from survey.reports.overview.tables import index_cell, persons_of
from survey.reports.periodic.prose import change_limit
from survey.reports.tables import Cell, Column, Kind, Table
from survey.reports.words.names import part_name, period_name
from survey.reports.words.needs import span
from survey.reports.words.verdicts import goal_words, threshold_limit, verdict_words
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.figures.goal_figures import GoalRow
from survey.services.records.closing import Correction
from survey.services.records.period_figures import PeriodFigures, PersonsOf

VI = "vi"


def dimensions_table(figures: PeriodFigures) -> Table:
    columns = [
        Column("Yếu tố"),
        Column("Mục tiêu năm"),
        Column("Số người trả lời", Kind.COUNT),
        Column("Câu trả lời hợp lệ", Kind.COUNT),
        Column("Hài lòng", Kind.COUNT),
        Column("Chỉ số", Kind.SHARE),
        Column("Khoảng tin cậy 95%"),
        Column("Kết luận", Kind.PROSE),
    ]
    rows = [_dimension_cells(row, figures.period.year) for row in figures.rows]
    overall = figures.overall
    rows.append(
        [
            tables.words("Chung năm yếu tố"),
            tables.words("–"),
            tables.count(figures.persons, locale=VI, hidden_below=SHOWN_FROM),
            tables.words("–"),
            tables.words("–"),
            tables.share(overall.index if overall else None, locale=VI),
            _interval(overall),
            tables.words("–"),
        ]
    )
    title = f"Mức độ hài lòng theo năm yếu tố – {period_name(figures.period, locale=VI)}"
    note = (
        "Hợp lệ, hài lòng: đếm câu trả lời của mọi tiêu chí. Chỉ số là trung bình các tiêu chí có quyền "
        "số (phiếu rút gọn chỉ hỏi một tiêu chí mỗi yếu tố), nên không phải lúc nào cũng bằng thương hai cột."
    )
    return Table("dimensions", title, columns, rows, note)


def _dimension_cells(row: GoalRow, year: int) -> list[Cell]:
    estimate = row.estimate
    said = verdict_words(row, year=year, locale=VI)
    return [
        tables.words(row.name[VI]),
        tables.words(goal_words(row.goal, locale=VI) if row.goal else "–"),
        tables.count(persons_of(row), locale=VI, hidden_below=SHOWN_FROM),
        _count(estimate.valid if estimate else None),
        _count(estimate.satisfied if estimate else None),
        index_cell(row, locale=VI),
        _interval(estimate),
        tables.words(said.verdict + threshold_limit(row, locale=VI)),
    ]


def _count(value: int | None) -> Cell:
    return tables.words("–") if value is None else tables.count(value, locale=VI, hidden_below=SHOWN_FROM)


def _interval(estimate: IndexEstimate | None) -> Cell:
    if estimate is None or estimate.lower != estimate.lower:
        return tables.words("–")
    return tables.words(span(estimate.lower, estimate.upper, locale=VI))


def items_table(figures: PeriodFigures) -> Table:
    columns = [
        Column("Tiêu chí"),
        Column("Nội dung hỏi", Kind.PROSE),
        Column("Câu trả lời hợp lệ", Kind.COUNT),
        Column("Hài lòng", Kind.COUNT),
        Column("Chỉ số", Kind.SHARE),
        Column("Khoảng tin cậy 95%"),
    ]
    rows = []
    for item in figures.items:
        found = item.estimate
        rows.append(
            [
                tables.words(item.code),
                tables.words(item.text[VI]),
                tables.count(found.valid if found else None, locale=VI, hidden_below=SHOWN_FROM),
                _count(found.satisfied if found else None),
                tables.share(found.index if found else None, locale=VI),
                _interval(found),
            ]
        )
    return Table("items", "Mức độ hài lòng theo từng tiêu chí", columns, rows)


def changes_table(figures: PeriodFigures) -> Table | None:
    if not figures.changes:
        return None
    before = period_name(figures.before, locale=VI)
    columns = [
        Column("Yếu tố"),
        Column(before, Kind.SHARE),
        Column("Kỳ này", Kind.SHARE),
        Column("Thay đổi (điểm phần trăm)"),
        Column("Khoảng 95% của thay đổi"),
        Column("Kết luận", Kind.PROSE),
    ]
    names = {row.dimension: row for row in figures.rows}
    said = {
        "improved": "Tăng, chắc chắn",
        "declined": "Giảm, chắc chắn",
        "no_shown_change": "Chưa thấy thay đổi chắc chắn",
        "points_only": "Chỉ so được điểm số",
    }
    rows = []
    for change in figures.changes:
        row = names[change.dimension]
        limits = (
            f"{_points(change.diff_lower)} đến {_points(change.diff_upper)}"
            if change.diff_lower == change.diff_lower
            else "–"
        )
        rows.append(
            [
                tables.words(row.name[VI]),
                tables.share(change.before.index, locale=VI),
                tables.share(row.estimate.index if row.estimate else None, locale=VI),
                tables.words(_points(change.diff)),
                tables.words(limits),
                tables.words(_with_limit(said.get(change.found, "–"), change_limit(figures, change))),
            ]
        )
    note = (
        "Kết luận dựa vào giới hạn một phía 95%, vì chỉ hỏi có tăng (hoặc có giảm) hay không; nên có thể "
        "“chắc chắn” khi khoảng 95% hai phía còn chạm 0."
    )
    return Table("changes", f"So với {before[:1].lower()}{before[1:]}", columns, rows, note)


def _with_limit(words: str, limit: str) -> str:
    return f"{words} ({limit})" if limit else words


def _points(difference: float) -> str:
    return format_points(difference, locale=VI).removesuffix(" điểm")


def sources_table(figures: PeriodFigures) -> Table:
    """Who answered: by channel, by field, and the groups that stand beside the headline."""
    columns = [Column("Nhóm"), Column("Số người", Kind.COUNT)]
    rows = [_persons_cells(one) for one in (*figures.channels, *figures.fields)]
    for row in figures.beside:
        rows.append(
            [
                tables.words(f"Ngoài số chính: {part_name(row.part, row.stage, locale=VI).lower()}"),
                tables.count(row.persons, locale=VI, hidden_below=SHOWN_FROM),
            ]
        )
    return Table("sources", "Người trả lời theo kênh và lĩnh vực", columns, rows)


def _persons_cells(one: PersonsOf) -> list[Cell]:
    hidden = tables.words("ẩn")
    return [
        tables.words(one.name[VI]),
        hidden if one.persons is None else tables.count(one.persons, locale=VI, hidden_below=SHOWN_FROM),
    ]


def service_table(figures: PeriodFigures) -> Table | None:
    if all(option.persons is None for said in figures.service for option in said.options):
        return None
    columns = [Column("Câu hỏi"), Column("Trả lời"), Column("Số người", Kind.COUNT)]
    rows = []
    for said in figures.service:
        for option in said.options:
            rows.append([tables.words(said.label[VI]), *_persons_cells(option)])
    return Table("service", "Thông tin về lần phục vụ (do người dân tự ghi)", columns, rows)


def trend_table(figures: PeriodFigures) -> Table:
    columns = [Column("Tháng"), *(Column(row.short[VI], Kind.SHARE) for row in figures.rows)]
    months = [point.month for point in next(iter(figures.trend.values()), ())]
    rows = []
    for place, month in enumerate(months):
        points = [figures.trend[row.dimension][place] for row in figures.rows]
        if not any(point.estimate for point in points):
            continue
        shares = [
            tables.share(point.estimate.index if point.estimate else None, locale=VI) for point in points
        ]
        rows.append([tables.words(f"{month.start.month:02d}/{month.year}"), *shares])
    title = f"Chỉ số theo tháng – năm {figures.period.year}"
    return Table("trend", title, columns, rows, "Tháng có dưới 5 người trả lời không ghi số.")


def evidence_table(figures: PeriodFigures) -> Table:
    """The figures to the last digit with both standard errors, for who computes them again."""
    columns = [
        Column("Yếu tố"),
        Column("Số người", Kind.COUNT),
        Column("Chỉ số", Kind.EXACT),
        Column("Sai số chuẩn theo ngày", Kind.EXACT),
        Column("Sai số chuẩn theo người", Kind.EXACT),
        Column("Bậc tự do", Kind.EXACT),
        Column("Cỡ mẫu hiệu dụng", Kind.EXACT),
        Column("95% từ", Kind.EXACT),
        Column("95% đến", Kind.EXACT),
        Column("Một phía dưới", Kind.EXACT),
        Column("Một phía trên", Kind.EXACT),
        Column("Cách tính"),
    ]
    rows = [[tables.words(name), *_evidence_cells(one)] for name, one in _evidence(figures)]
    return Table("evidence", "Số liệu đầy đủ để kiểm tra lại", columns, rows)


def _evidence(figures: PeriodFigures) -> Sequence[tuple[str, IndexEstimate]]:
    found = [(row.name[VI], row.estimate) for row in figures.rows if row.estimate is not None]
    if figures.overall is not None:
        found.append(("Chung năm yếu tố", figures.overall))
    return found


def _evidence_cells(one: IndexEstimate) -> list[Cell]:
    numbers = (
        one.index,
        one.se_cluster,
        one.se_respondent,
        one.df,
        one.n_eff,
        one.lower,
        one.upper,
        one.one_sided_lower,
        one.one_sided_upper,
    )
    return [
        tables.count(one.n, locale=VI, hidden_below=SHOWN_FROM),
        *(tables.exact(number, locale=VI) for number in numbers),
        tables.words(one.method_version),
    ]


def errors_table(figures: PeriodFigures) -> Table:
    """The same evidence as the document prints it."""
    columns = [
        Column("Yếu tố"),
        Column("Sai số chuẩn theo ngày"),
        Column("Sai số chuẩn theo người"),
        Column("Bậc tự do"),
        Column("Cỡ mẫu hiệu dụng"),
        Column("Cách tính"),
    ]
    rows = [
        [
            tables.words(name),
            tables.words(format_number(one.se_cluster, 4, locale=VI)),
            tables.words(format_number(one.se_respondent, 4, locale=VI)),
            tables.words(format_number(one.df, 0, locale=VI)),
            tables.words(format_number(one.n_eff, 0, locale=VI)),
            tables.words(one.method_version.partition("(")[0]),
        ]
        for name, one in _evidence(figures)
    ]
    return Table("errors", "Sai số chuẩn và bậc tự do", columns, rows)


def corrections_table(figures: PeriodFigures, corrections: Sequence[Correction]) -> Table:
    """The record beside the figures with the answers that came late."""
    latest = corrections[-1].figures
    columns = [
        Column("Yếu tố"),
        Column("Số đã chốt", Kind.SHARE),
        Column("Có phiếu đến muộn", Kind.SHARE),
        Column("Chênh lệch (điểm phần trăm)"),
        Column("Người trả lời: đã chốt", Kind.COUNT),
        Column("Người trả lời: sau bổ sung", Kind.COUNT),
        Column("Kết luận sau bổ sung", Kind.PROSE),
    ]
    later = {row.dimension: row for row in latest.rows}
    rows = []
    for row in figures.rows:
        other = later[row.dimension]
        both = row.estimate is not None and other.estimate is not None
        diff = (
            _points(other.estimate.index - row.estimate.index)  # type: ignore[union-attr]  # both are known
            if both
            else "–"
        )
        rows.append(
            [
                tables.words(row.name[VI]),
                tables.share(row.estimate.index if row.estimate else None, locale=VI),
                tables.share(other.estimate.index if other.estimate else None, locale=VI),
                tables.words(diff),
                tables.count(persons_of(row), locale=VI, hidden_below=SHOWN_FROM),
                tables.count(persons_of(other), locale=VI, hidden_below=SHOWN_FROM),
                tables.words(verdict_words(other, year=figures.period.year, locale=VI).verdict),
            ]
        )
    return Table("corrections", "Đính chính: phiếu đến sau khi chốt", columns, rows)
