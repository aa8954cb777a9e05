"""From a report's figures and texts to the document: the same for DOCX, PDF, the page and the annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from survey.clock import office_day
from survey.i18n import format_date, format_percent
from survey.reports.charts import Month, TrendChart, axis_for, trend_chart
from survey.reports.charts.paper import GoalMark, GoalsChart, goals_chart
from survey.reports.overview.tables import index_cell, verdict_limit
from survey.reports.periodic import prose, signals, tables
from survey.reports.periodic.document import (
    Block,
    Document,
    Foot,
    Head,
    Heading,
    Paragraph,
    Picture,
    TableBlock,
    Written,
)
from survey.reports.periodic.proposals import lost, not_sure, proposed_texts
from survey.reports.words.names import period_name
from survey.reports.words.verdicts import verdict_words
from survey.services.figures.goal_figures import GoalRow
from survey.services.records.period_figures import PeriodFigures
from survey.services.records.period_reports import Part, Report, State
from survey.services.records.report_settings import ReportHead

VI = "vi"
BLANK = "……"
# Trends of at most so many dimensions: those that need work.
_TRENDS = 2


def build(report: Report, *, zone: ZoneInfo, corrected: bool = False) -> Document:
    """Make the document of a report; with `corrected` also what came after it was closed or signed."""
    figures = report.figures
    is_corrected = corrected and bool(report.corrections)
    return Document(
        title=f"Báo cáo {_abstract(figures, is_corrected)}",
        author=" ".join(report.head.issuer),
        head=_head(report, is_corrected),
        blocks=tuple(_blocks(report, zone, is_corrected)),
        foot=Foot(report.head.recipients, report.head.signer, "" if report.is_signed else BLANK),
        annex=tuple(_annex(report)),
        fingerprint=report.record.digest if report.record else "",
    )


def texts_as_read(report: Report) -> Mapping[Part, str]:
    """Give every part as it reads: what was written, else what is proposed."""
    proposed = proposed_texts(report.figures)
    return {part: report.texts.get(part, proposed[part]) for part in Part}


def _abstract(figures: PeriodFigures, corrected: bool) -> str:
    prefix = "đính chính kết quả" if corrected else "kết quả"
    return (
        f"{prefix} khảo sát mức độ hài lòng của người dân, tổ chức về sự phục vụ "
        f"tại Bộ phận Một cửa {prose.period_words(figures)}"
    )


def _head(report: Report, corrected: bool) -> Head:
    head = report.head
    abstract = _abstract(report.figures, corrected)
    # A correction is a paper of its own: it gets its own number and date.
    number = "" if corrected else head.number
    day = None if corrected else head.signed_on
    return Head(
        superior=head.superior,
        issuer=head.issuer,
        number=f"Số: {number or '      '}/{head.symbol}",
        place_and_date=_place_and_date(head, day, report),
        kind="BÁO CÁO",
        abstract=abstract[:1].upper() + abstract[1:],
        addressee=head.addressee,
        mark=_mark(report, corrected),
    )


def _mark(report: Report, corrected: bool) -> str:
    if report.record is None:
        return "DỰ THẢO – SỐ LIỆU TẠM TÍNH"
    return "DỰ THẢO" if corrected or not report.is_signed else ""


def _place_and_date(head: ReportHead, day: date | None, report: Report) -> str:
    place = f"{head.place}, " if head.place else ""
    if day is None:
        return f"{place}ngày      tháng      năm {max(report.figures.as_of, report.period.end).year}"
    # Days below 10 and the months 1 and 2 carry a 0, so that nothing can be written before them.
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{place}ngày {day.day:02d} tháng {month} năm {day.year}"


def _blocks(report: Report, zone: ZoneInfo, corrected: bool) -> Sequence[Block]:
    figures = report.figures
    blocks: list[Block] = [Paragraph(line) for line in report.head.basis]
    blocks.append(Paragraph(_opening(report)))
    if corrected:
        blocks += _correction(report, zone)
    blocks += [Heading("I. THÔNG TIN CHUNG", 1), *_general(report, zone), _written(report, Part.GENERAL)]
    blocks += [Heading("II. KẾT QUẢ", 1), *_results(figures), _written(report, Part.RESULTS)]
    blocks += [
        Heading("III. HẠN CHẾ CỦA SỐ LIỆU", 1),
        *(Paragraph(f"- {text}", "item") for text in prose.limit_sentences(figures)),
        _written(report, Part.LIMITS),
        Heading("IV. NGUYÊN NHÂN", 1),
        _written(report, Part.CAUSES),
        Heading("V. GIẢI PHÁP, NHIỆM VỤ TIẾP THEO", 1),
        Paragraph(_next_words(figures)),
        _written(report, Part.MEASURES),
        Paragraph(_closing_words(report)),
    ]
    return [block for block in blocks if not (isinstance(block, Written) and not block.paragraphs)]


def _written(report: Report, part: Part) -> Written:
    text = texts_as_read(report)[part]
    return Written(part, tuple(line.strip() for line in text.splitlines() if line.strip()))


def _opening(report: Report) -> str:
    issuer = _own_name(report)
    year = report.figures.plan_year
    plan = (
        f"Thực hiện kế hoạch năm {year} về nâng cao Chỉ số hài lòng về sự phục vụ của cơ quan hành "
        "chính nhà nước, "
        if year
        else ""
    )
    verb = "báo cáo" if report.head.addressee else "tổng hợp"
    text = f"{issuer} {verb} kết quả khảo sát {prose.period_words(report.figures)} như sau:"
    return plan + (text if plan else text[:1].upper() + text[1:])


def _own_name(report: Report) -> str:
    name = report.figures.unit_name
    return f"Ủy ban nhân dân {prose.lowered(name)}" if name else "Đơn vị"


def _general(report: Report, zone: ZoneInfo) -> list[Block]:
    figures, record = report.figures, report.record
    closed_on = format_date(office_day(record.closed_at, zone)) if record else ""
    days = prose.span_of_days(figures)
    state = prose.state_words(figures, is_closed=record is not None, closed_on=closed_on)
    found: list[Block] = [
        Paragraph(f"1. Thời gian: {days}. {state}"),
        Paragraph(f"2. Phương pháp: {prose.lowered(prose.method_words(figures))}"),
        Paragraph(f"3. Cỡ mẫu, tỷ lệ trả lời: {prose.lowered(prose.sample_words(figures))}"),
    ]
    sources = prose.source_words(figures)
    if sources:
        found.append(Paragraph(f"4. Nguồn phiếu: {prose.lowered(sources)}"))
    return found


def _results(figures: PeriodFigures) -> list[Block]:
    if not figures.persons:
        return [Paragraph("Kỳ này chưa có hoặc có quá ít phiếu để công bố kết quả.")]
    blocks: list[Block] = [
        Heading("1. Năm yếu tố so với mục tiêu", 2),
        Paragraph(prose.verdict_sentence(figures)),
        *(Paragraph(f"- {text}", "item") for text in prose.goal_sentences(figures)),
        _goals_picture(figures),
        TableBlock(tables.dimensions_table(figures), (0.22, 0.08, 0.085, 0.08, 0.075, 0.08, 0.145, 0.235)),
        *_without_signals(figures),
        Heading("2. Từng tiêu chí", 2),
        Paragraph(prose.weakest_sentence(figures)),
        TableBlock(tables.items_table(figures), (0.08, 0.43, 0.11, 0.1, 0.1, 0.18)),
        Heading("3. Thay đổi so với kỳ trước", 2),
        Paragraph(prose.change_sentence(figures)),
        *(Paragraph(text) for text in [prose.level_sentence(figures)] if text),
    ]
    changes = tables.changes_table(figures)
    if changes is not None:
        blocks.append(TableBlock(changes, (0.19, 0.12, 0.1, 0.13, 0.19, 0.27)))
    blocks += _trend_pictures(figures)
    blocks += [
        Heading("4. Trễ hẹn và văn bản xin lỗi", 2),
        Paragraph(prose.late_sentence(figures)),
        Heading("5. Phản ánh, kiến nghị", 2),
        Paragraph(prose.petition_sentence(figures)),
    ]
    return blocks


def _without_signals(figures: PeriodFigures) -> list[Block]:
    said = signals.sentences(figures)
    blocks: list[Block] = [Paragraph(" ".join(said))] if said else []
    found = signals.table(figures)
    if found is not None:
        blocks.append(TableBlock(found, (0.2, 0.12, 0.2, 0.12, 0.15, 0.21)))
    return blocks


def _next_words(figures: PeriodFigures) -> str:
    if lost(figures) or not_sure(figures):
        return "Thực hiện các nhiệm vụ của kế hoạch đối với các yếu tố chưa đạt hoặc chưa chắc chắn:"
    return "Các yếu tố đã có kết luận đều chắc chắn đạt mục tiêu."


def _closing_words(report: Report) -> str:
    addressee = f", kính báo cáo {report.head.addressee}" if report.head.addressee else ""
    return f"Trên đây là báo cáo kết quả khảo sát {prose.period_words(report.figures)}{addressee}./."


def _goals_picture(figures: PeriodFigures) -> Picture:
    shares = []
    for row in figures.rows:
        if row.estimate is not None:
            shares += [row.estimate.index, row.estimate.lower, row.estimate.one_sided_lower]
        if row.goal is not None:
            shares.append(row.goal.threshold)
        if row.last_year is not None:
            shares.append(row.last_year.baseline.value)
    axis = axis_for(shares)
    alt = " ".join([*prose.goal_sentences(figures)])
    chart = GoalsChart(
        title="Năm yếu tố so với mục tiêu",
        description=alt,
        rows=[_goal_mark(row, figures.period.year) for row in figures.rows],
        index_word="Chỉ số",
        key=(
            ("estimate", "chỉ số"),
            ("interval", "khoảng tin cậy 95%"),
            ("verdict-limit", "giới hạn của kết luận"),
            ("threshold", "mục tiêu"),
            ("last-year", "năm trước"),
        ),
    )
    caption = (
        "Hình 1. Chỉ số của năm yếu tố với khoảng tin cậy 95%, mục tiêu và năm trước "
        f"(trục bắt đầu từ {format_percent(axis.start, 0)})"
    )
    return Picture(goals_chart(chart, axis), f"Biểu đồ. {alt}", caption)


def _goal_mark(row: GoalRow, year: int) -> GoalMark:
    estimate = row.estimate
    return GoalMark(
        name=row.short[VI],
        state=verdict_words(row, year=year, locale=VI).state,
        index=index_cell(row, locale=VI).text,
        share=estimate.index if estimate else None,
        lower=estimate.lower if estimate else None,
        upper=estimate.upper if estimate else None,
        verdict_limit=verdict_limit(row),
        threshold=row.goal.threshold if row.goal else None,
        last_year=row.last_year.baseline.value if row.last_year else None,
    )


def _trend_pictures(figures: PeriodFigures) -> list[Block]:
    wanted = [*lost(figures), *not_sure(figures)][:_TRENDS]
    drawn = [row for row in wanted if sum(p.estimate is not None for p in figures.trend[row.dimension]) >= 3]
    if not drawn:
        return []
    shares = [
        point.estimate.index
        for row in drawn
        for point in figures.trend[row.dimension]
        if point.estimate is not None
    ]
    axis = axis_for([*shares, *(row.goal.threshold for row in drawn if row.goal)])
    found: list[Block] = []
    for place, row in enumerate(drawn, start=2):
        points = figures.trend[row.dimension]
        chart = TrendChart(
            name=f"paper-trend-{row.dimension.value}",
            title=f"{row.name[VI]} theo tháng",
            description="",
            months=[
                Month(
                    str(point.month.start.month),
                    "<5" if point.persons is None else str(point.persons),
                    share=point.estimate.index if point.estimate else None,
                    lower=point.estimate.lower if point.estimate else None,
                    upper=point.estimate.upper if point.estimate else None,
                    few=bool(point.estimate and point.estimate.n < 30),
                )
                for point in points
            ],
            threshold=row.goal.threshold if row.goal else None,
            persons_word="n",
        )
        said = "; ".join(
            f"tháng {point.month.start.month}: {format_percent(point.estimate.index)}"
            for point in points
            if point.estimate is not None
        )
        caption = (
            f"Hình {place}. {row.name[VI]} theo tháng năm {figures.period.year}: chỉ số với khoảng tin "
            "cậy 95%, "
            "đường đứt là mục tiêu, n là số người trả lời"
        )
        svg = trend_chart(chart, axis, locale=VI)
        found.append(Picture(svg, f"Biểu đồ {prose.lowered(row.name[VI])} theo tháng. {said}.", caption, 120))
    return found


def _correction(report: Report, zone: ZoneInfo) -> list[Block]:
    record, latest = report.record, report.corrections[-1]
    if record is None:
        return []
    late = latest.figures.answers - report.figures.answers
    noticed = format_date(office_day(latest.noticed_at, zone))
    closed = format_date(office_day(record.closed_at, zone))
    return [
        Heading("ĐÍNH CHÍNH", 1),
        Paragraph(
            f"Sau khi chốt số liệu ngày {closed}, có thêm {prose.number(late)} phiếu của kỳ đến muộn "
            "(ghi nhận ngày "
            f"{noticed}). Số liệu đã chốt ở các phần sau giữ nguyên; bảng dưới đây cho thấy chênh lệch."
        ),
        TableBlock(
            tables.corrections_table(report.figures, report.corrections),
            (0.21, 0.11, 0.12, 0.14, 0.12, 0.12, 0.18),
        ),
    ]


def _annex(report: Report) -> list[Block]:
    figures = report.figures
    if not figures.persons:
        return []
    blocks: list[Block] = [Heading("PHỤ LỤC", 1), Heading("1. Cách tính", 2)]
    blocks += [
        Paragraph(
            "Chỉ số của một tiêu chí = số câu trả lời “Hài lòng” và “Rất hài lòng” chia cho số câu "
            "trả lời hợp lệ. "
            "“Không áp dụng” và bỏ trống không tính. Chỉ số của một yếu tố là trung bình các tiêu chí (trong "
            "bảng: item-mean) hoặc tỷ lệ gộp mọi câu trả lời của yếu tố (trong bảng: pooled). Chỉ số chung "
            "là trung bình năm yếu tố."
        ),
        Paragraph(
            "Khoảng tin cậy: Wilson với cỡ mẫu hiệu dụng và phân vị t; phương sai lấy số lớn hơn giữa "
            "hai cách: theo "
            "ngày tại từng bộ phận và theo người. Kết luận dùng giới hạn một phía 95%."
        ),
        TableBlock(tables.errors_table(figures), (0.28, 0.14, 0.14, 0.12, 0.14, 0.18)),
        Heading("2. Số liệu theo tháng", 2),
        TableBlock(tables.trend_table(figures), (0.15, 0.17, 0.17, 0.17, 0.17, 0.17)),
        Heading("3. Người trả lời", 2),
        TableBlock(tables.sources_table(figures), (0.75, 0.25)),
    ]
    service = tables.service_table(figures)
    if service is not None:
        blocks += [
            Heading("4. Thông tin về lần phục vụ", 2),
            TableBlock(service, (0.5, 0.3, 0.2)),
        ]
    elif figures.service:
        blocks += [
            Heading("4. Thông tin về lần phục vụ", 2),
            Paragraph("Kỳ này còn ít người ghi thông tin này, nên các con số được ẩn."),
        ]
    blocks.append(Paragraph(_origin(report), "note"))
    return blocks


def _origin(report: Report) -> str:
    figures = report.figures
    text = f"Phiếu khảo sát: {figures.instrument}; phương pháp tính: phiên bản {figures.analysis_version}."
    if report.record is not None:
        text += f" Mã kiểm của số liệu đã chốt (SHA-256): {report.record.digest}."
    return text


__all__ = ["BLANK", "State", "build", "period_name", "texts_as_read"]
