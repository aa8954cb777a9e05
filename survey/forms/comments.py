"""Forms of comments: what to show, and what to decide on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from survey.enums import Dimension, HideReason, Review
from survey.forms.admin import ExplainingForm, at_most
from survey.forms.base import N_
from survey.forms.officer import Options, UnitForm
from survey.services.office import periods
from survey.services.office.periods import Period
from survey.services.pages.officer_page import Choices
from survey.services.remarks.comment_tags import NAME_CHARACTERS, Tag
from survey.services.remarks.comments import MOST_SEARCHED, NO_DIMENSION, WAITING, CommentFilters, Verdict

STATE_WORDS: Mapping[str, str] = {
    Review.APPROVED.value: N_("Đã cho xem"),
    WAITING: N_("Chờ duyệt"),
    Review.HIDDEN.value: N_("Đã ẩn"),
}
HIDE_WORDS: Mapping[HideReason, str] = {
    HideReason.NAMES_PERSON: N_("Nêu tên hoặc chuyện riêng của một người"),
    HideReason.INSULTS: N_("Lời lẽ xúc phạm"),
    HideReason.NOT_ABOUT_SERVICE: N_("Không nói về việc phục vụ"),
    HideReason.REPEATS: N_("Chép lại nguyên văn góp ý khác"),
}


DECISIONS: Mapping[Review, str] = {
    Review.APPROVED: N_("Cho mọi người xem số liệu đọc"),
    Review.HIDDEN: N_("Ẩn; chỉ lãnh đạo và quản trị đọc"),
}


class CommentFilterForm(UnitForm):
    """Every field may be left out."""

    q = StringField(N_("Tìm chữ (không cần dấu)"), validators=[at_most(MOST_SEARCHED)])
    period = SelectField(N_("Kỳ"))
    desk = SelectField(N_("Bộ phận"))
    dimension = SelectField(N_("Nội dung"))
    tag = SelectField(N_("Thẻ"))
    state = SelectField(N_("Duyệt"))

    def offer(
        self,
        choices: Choices,
        period_words: Mapping[str, Options],
        dimensions: Options,
        tags: Sequence[Tag],
        states: Sequence[str],
    ) -> None:
        gettext = self.texts.gettext
        self.offer_units(choices)
        self.period.choices = period_words
        self.desk.choices = [("", gettext(N_("Cả đơn vị"))), *((str(d.id), d.name) for d in choices.desks)]
        self.dimension.choices = [
            ("", gettext(N_("Mọi nội dung"))),
            *dimensions,
            (NO_DIMENSION, gettext(N_("Chưa xếp nội dung"))),
        ]
        self.tag.choices = [("", gettext(N_("Mọi thẻ"))), *((str(tag.id), tag.name) for tag in tags)]
        self.state.choices = [
            (state, gettext(STATE_WORDS[state])) for state in STATE_WORDS if state in states
        ]
        self.period.data = self.period.data or choices.period.code
        self.state.data = self.state.data or Review.APPROVED.value
        for field in (self.desk, self.dimension, self.tag):
            field.data = field.data or ""

    @property
    def is_filtered(self) -> bool:
        return any(one.data for one in (self.q, self.desk, self.dimension, self.tag))

    def chosen_period(self) -> Period:
        return periods.parse(self.period.data)

    def filters(self) -> CommentFilters:
        return CommentFilters(
            desk_id=int(self.desk.data) if self.desk.data else None,
            dimension=self.dimension.data,
            tag_id=int(self.tag.data) if self.tag.data else None,
            state=self.state.data,
            text=self.q.data or "",
        )


class ReviewForm(ExplainingForm):
    """What one comment is about, and whether it may be read more widely."""

    state = RadioField(N_("Ai được đọc"), validators=[InputRequired(N_("Hãy chọn một mục."))])
    reason = SelectField(N_("Lý do, khi ẩn"))
    dimension = SelectField(N_("Góp ý về"))
    tags = SelectMultipleField(
        N_("Thẻ"), coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
    new_tag = StringField(N_("Thẻ mới"), validators=[at_most(NAME_CHARACTERS)])

    refusals = {
        ("reason", "missing"): ("reason", N_("Khi ẩn cần chọn một lý do.")),
        ("tags", "unknown"): ("tags", N_("Thẻ này không còn.")),
        ("new_tag", "many"): ("new_tag", N_("Đã có quá nhiều thẻ: hãy xóa bớt.")),
    }

    def offer(self, dimensions: Options, tags: Sequence[Tag]) -> None:
        gettext = self.texts.gettext
        self.state.choices = [(one.value, gettext(words)) for one, words in DECISIONS.items()]
        self.reason.choices = [("", "–"), *((one.value, gettext(words)) for one, words in HIDE_WORDS.items())]
        self.dimension.choices = [("", gettext(N_("Chưa xếp nội dung"))), *dimensions]
        self.tags.choices = [(tag.id, tag.name) for tag in tags]
        self.reason.data = self.reason.data or ""
        self.dimension.data = self.dimension.data or ""

    def verdict(self) -> Verdict:
        return Verdict(
            state=Review(self.state.data),
            reason=HideReason(self.reason.data) if self.reason.data else None,
            dimension=Dimension(self.dimension.data) if self.dimension.data else None,
            tag_ids=tuple(self.tags.data or ()),
            new_tag=self.new_tag.data or "",
        )
