"""Comments as a template needs them: lines, what they are about, and the tables of exactly that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.enums import Dimension, HideReason, Review
from survey.i18n import format_month, format_number, translations
from survey.instrument import Texts
from survey.reports import tables
from survey.reports.tables import Column, Kind, Table
from survey.reports.words.cautions import simulated
from survey.reports.words.names import period_name, text_of
from survey.reports.xlsx_report import Workbook
from survey.services.figures.disclosure import SHOWN_FROM
from survey.services.pages.comments_page import CommentsPage
from survey.services.remarks.comment_gates import Span
from survey.services.remarks.comments import WAITING, CommentLine


@dataclass(frozen=True, slots=True)
class LineView:
    id: str
    months: str
    desk: str
    dimension: str
    dimension_code: str
    text: str
    language: str
    state: str
    state_words: str
    reason: str
    tags: tuple[str, ...]
    tag_ids: tuple[int, ...]
    reason_code: str
    reviewable: bool


@dataclass(frozen=True, slots=True)
class CommentsView:
    unit: str
    demo: bool
    period: str
    sentence: str
    lines: tuple[LineView, ...]
    page: int
    pages: int
    waiting: int
    several_desks: bool
    tables: Mapping[str, Table]
    can_review: bool


def build(page: CommentsPage, *, locale: str) -> CommentsView:
    found = page.found
    names = {code: text_of(name, locale) for code, name in page.dimensions.items()}
    return CommentsView(
        unit=page.unit,
        demo=page.demo,
        period=period_name(page.period, locale=locale),
        sentence=_sentence(page, names, locale),
        lines=tuple(line_view(one, names, locale=locale) for one in found.lines),
        page=found.page,
        pages=found.pages,
        waiting=found.states[WAITING],
        several_desks=page.several_desks,
        tables=_all_tables(page, names, locale),
        can_review=page.can_review,
    )


def line_view(one: CommentLine, names: Mapping[Dimension, str], *, locale: str) -> LineView:
    return LineView(
        id=one.id,
        months=span_words(one.span, locale=locale),
        desk=one.desk,
        dimension=names[one.dimension] if one.dimension else "",
        dimension_code=one.dimension.value if one.dimension else "",
        text=one.text,
        language=one.language,
        state=one.state,
        state_words=state_words(one.state, locale=locale),
        reason=reason_words(one.reason, locale=locale) if one.reason else "",
        reason_code=one.reason.value if one.reason else "",
        tags=tuple(tag.name for tag in one.tags),
        tag_ids=tuple(tag.id for tag in one.tags),
        reviewable=one.reviewable,
    )


def span_words(span: Span, *, locale: str) -> str:
    first, last = format_month(span.first, locale=locale), format_month(span.last, locale=locale)
    return last if first == last else f"{first} – {last}"


def state_words(state: str, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        WAITING: _("Chờ duyệt"),
        Review.APPROVED.value: _("Đã cho xem"),
        Review.HIDDEN.value: _("Đã ẩn"),
    }[state]


def reason_words(reason: HideReason, *, locale: str) -> str:
    _ = translations(locale).gettext
    return {
        HideReason.NAMES_PERSON: _("Nêu tên hoặc chuyện riêng của một người"),
        HideReason.INSULTS: _("Lời lẽ xúc phạm"),
        HideReason.NOT_ABOUT_SERVICE: _("Không nói về việc phục vụ"),
        HideReason.REPEATS: _("Chép lại nguyên văn góp ý khác"),
    }[reason]


def _sentence(page: CommentsPage, names: Mapping[Dimension, str], locale: str) -> str:
    _ = translations(locale).gettext
    found = page.found
    said = [
        _("Đang xem %(shown)s góp ý.") % {"shown": format_number(len(found.everything), locale=locale)},
        _most_words(found.everything, names, locale),
        _("Cả kỳ: %(approved)s đã cho xem, %(waiting)s chờ duyệt, %(hidden)s đã ẩn.")
        % {
            "approved": format_number(found.states[Review.APPROVED.value], locale=locale),
            "waiting": format_number(found.states[WAITING], locale=locale),
            "hidden": format_number(found.states[Review.HIDDEN.value], locale=locale),
        },
    ]
    if found.not_open:
        said.append(_("Có góp ý chưa đến lúc đọc: tháng chưa khép được 7 ngày, hoặc còn ít người."))
    return " ".join(one for one in said if one)


def _most_words(lines: Sequence[CommentLine], names: Mapping[Dimension, str], locale: str) -> str:
    _ = translations(locale).gettext
    about = Counter(names[one.dimension] for one in lines if one.dimension).most_common(1)
    tagged = Counter(tag.name for one in lines for tag in one.tags).most_common(1)
    if about and tagged:
        return _("Nói nhiều nhất về: %(dimension)s (%(n)s); thẻ nhiều nhất: “%(tag)s” (%(times)s).") % {
            "dimension": about[0][0],
            "n": about[0][1],
            "tag": tagged[0][0],
            "times": tagged[0][1],
        }
    if about:
        return _("Nói nhiều nhất về: %(dimension)s (%(n)s).") % {"dimension": about[0][0], "n": about[0][1]}
    return ""


def _all_tables(page: CommentsPage, names: Mapping[Dimension, str], locale: str) -> Mapping[str, Table]:
    made = (_dimensions_table, _tags_table, _reasons_table, _comments_table)
    found = [make(page, names, locale) for make in made]
    return {table.code: table for table in found if table.rows}


def _dimensions_table(page: CommentsPage, names: Mapping[Dimension, str], locale: str) -> Table:
    _ = translations(locale).gettext
    counts = Counter(one.dimension for one in page.found.everything)
    rows = [
        [tables.words(name), tables.count(counts[code], locale=locale, hidden_below=1)]
        for code, name in names.items()
    ]
    rows.append(
        [
            tables.words(_("Chưa xếp nội dung")),
            tables.count(counts[None], locale=locale, hidden_below=1),
        ]
    )
    columns = [Column(_("Nội dung"), Kind.PROSE), Column(_("Số góp ý"), Kind.COUNT)]
    return Table("dimensions", _("Góp ý theo nội dung"), columns, rows if page.found.everything else [])


def _tags_table(page: CommentsPage, names: Mapping[Dimension, str], locale: str) -> Table:
    _ = translations(locale).gettext
    by_tag: dict[str, Counter[Dimension | None]] = {}
    for one in page.found.everything:
        for tag in one.tags:
            by_tag.setdefault(tag.name, Counter())[one.dimension] += 1
    ordered = sorted(by_tag.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    columns = [
        Column(_("Thẻ"), Kind.PROSE),
        Column(_("Số góp ý"), Kind.COUNT),
        *(Column(name, Kind.COUNT, _("Trong đó về")) for name in page.short_names(locale)),
    ]
    rows = [
        [
            tables.words(tag),
            tables.count(sum(counts.values()), locale=locale, hidden_below=1),
            *(tables.count(counts[code], locale=locale, hidden_below=1) for code in names),
        ]
        for tag, counts in ordered
    ]
    return Table("tags", _("Góp ý theo thẻ"), columns, rows)


def _reasons_table(page: CommentsPage, names: Mapping[Dimension, str], locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Nội dung")),
        Column(_("Lý do"), Kind.PROSE),
        Column(_("Số lần chọn"), Kind.COUNT),
    ]
    short = dict(zip(names, page.short_names(locale), strict=True))
    rows = [
        [
            tables.words(short[one.dimension]),
            tables.words(_reason_text(one.text, locale)),
            tables.count(one.count, locale=locale, hidden_below=SHOWN_FROM),
        ]
        for one in page.reasons
    ]
    return Table("reasons", _("Lý do khi chưa hài lòng"), columns, rows)


def _reason_text(text: Texts, locale: str) -> str:
    return text_of(text, locale)


def _comments_table(page: CommentsPage, names: Mapping[Dimension, str], locale: str) -> Table:
    _ = translations(locale).gettext
    columns = [
        Column(_("Tháng")),
        Column(_("Bộ phận")),
        Column(_("Nội dung"), Kind.PROSE),
        Column(_("Thẻ"), Kind.PROSE),
        Column(_("Duyệt")),
        Column(_("Góp ý"), Kind.PROSE),
    ]
    rows = [
        [
            tables.words(span_words(one.span, locale=locale)),
            tables.words(one.desk),
            tables.words(names[one.dimension] if one.dimension else "–"),
            tables.words(", ".join(tag.name for tag in one.tags) or "–"),
            tables.words(state_words(one.state, locale=locale)),
            tables.words(one.text),
        ]
        for one in page.found.everything
    ]
    return Table("comments", translations(locale).pgettext("several", "Góp ý"), columns, rows)


def workbook(view: CommentsView, codes: Sequence[str], filters: Sequence[str], *, locale: str) -> Workbook:
    """The tables of the page as a file, with the same words above them."""
    _ = translations(locale).gettext
    names = {
        "comments": translations(locale).pgettext("several", "Góp ý"),
        "tags": _("Thẻ"),
        "dimensions": _("Nội dung"),
        "reasons": _("Lý do"),
    }
    notes = [
        view.period,
        *([_("Lọc: %(filters)s") % {"filters": ", ".join(filters)}] if filters else []),
        *simulated(view.demo, locale=locale),
        _("Góp ý ẩn danh, đã che thông tin riêng; đọc được khi tháng đã khép 7 ngày và đủ người."),
    ]
    return Workbook(
        title=view.unit,
        notes=notes,
        tables=[view.tables[code] for code in codes],
        sheet_names=[names[code] for code in codes],
    )
