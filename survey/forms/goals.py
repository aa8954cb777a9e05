"""Forms of the plan: a goal with its words and tasks, and what an earlier year was."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from survey.enums import Dimension, Operator
from survey.forms.admin import ExplainingForm, at_most
from survey.forms.base import N_, OfficerForm
from survey.forms.fields import CountField, PercentField, TextListField
from survey.services.office import baselines, plan_editing
from survey.services.office.plan_editing import BaselineWords, GoalWords, TaskWords
from survey.services.office.plans import GoalChange, GoalView

METHODS: Mapping[str, str] = {
    "item-mean": N_("trung bình các tiêu chí"),
    "pooled": N_("gộp mọi câu trả lời"),
    "respondent-mean": N_("trung bình theo người"),
    "mean-over-5": N_("điểm trung bình chia 5"),
}
OPERATORS: Mapping[Operator, str] = {
    Operator.AT_LEAST: N_("từ mức này trở lên (≥)"),
    Operator.ABOVE: N_("trên mức này (>)"),
}
IMPROVEMENTS: Mapping[Operator, str] = {
    Operator.ABOVE: N_("cao hơn năm trước (>)"),
    Operator.AT_LEAST: N_("không thấp hơn năm trước (≥)"),
}
# Empty rows below the tasks that are there, so that one can be added without scripts.
SPARE_TASKS = 2


class PlanYearForm(OfficerForm):
    year = IntegerField(
        N_("Năm"),
        validators=[
            InputRequired(N_("Hãy ghi một năm.")),
            NumberRange(plan_editing.FIRST_YEAR, plan_editing.LAST_YEAR, N_("Hãy ghi một năm, ví dụ 2026.")),
        ],
    )


class GoalForm(ExplainingForm):
    threshold = PercentField(N_("Mức cần đạt (%)"), validators=[InputRequired(N_("Hãy ghi mức cần đạt."))])
    operator = SelectField(N_("Đạt khi chỉ số"))
    require_improvement = BooleanField(N_("So với năm trước"))
    improvement_operator = SelectField(N_("Khi so với năm trước"))
    method = SelectField(N_("Cách tính"))
    wording = TextAreaField(N_("Lời văn của mục tiêu"), validators=[at_most(plan_editing.TEXT_CHARACTERS)])
    lead_role = StringField(N_("Chủ trì"), validators=[at_most(plan_editing.ROLE_CHARACTERS)])
    supporting_roles = StringField(N_("Phối hợp"), validators=[at_most(plan_editing.ROLES_CHARACTERS)])
    timing = StringField(N_("Thời gian"), validators=[at_most(plan_editing.ROLE_CHARACTERS)])
    note = TextAreaField(N_("Ghi chú"), validators=[at_most(plan_editing.TEXT_CHARACTERS)])
    task = TextListField(N_("Nhiệm vụ"))
    task_role = TextListField(N_("Ai làm"))
    task_short = TextListField(N_("Nói gọn"))

    refusals = {
        ("threshold", ""): ("threshold", N_("Mức cần đạt phải trên 0 và không quá 100%.")),
        ("tasks", ""): ("task", N_("Quá nhiều hoặc quá dài.")),
        ("", "method-is-fixed"): (
            "method",
            N_("Năm này đã có câu trả lời nên cách tính không đổi được nữa; các mục khác vẫn sửa được."),
        ),
    }

    def __init__(self, goal: GoalView | None, *, locale: str, prefix: str = "", **kwargs: object) -> None:
        super().__init__(data=_values(goal) if goal else None, locale=locale, prefix=prefix, **kwargs)
        words = self.texts.gettext
        self.operator.choices = [(key.value, words(text)) for key, text in OPERATORS.items()]
        self.improvement_operator.choices = [(key.value, words(text)) for key, text in IMPROVEMENTS.items()]
        self.method.choices = [(key, words(text)) for key, text in METHODS.items()]

    @property
    def tasks(self) -> list[tuple[str, str, str]]:
        """Rows of text, role and short text, with a few empty ones to write into."""
        rows = [
            (text, _at(self.task_role.data, place), _at(self.task_short.data, place))
            for place, text in enumerate(self.task.data)
            if text
        ]
        return rows + [("", "", "")] * SPARE_TASKS

    def change(self) -> GoalChange:
        return GoalChange(
            threshold=self.threshold.data or 0.0,
            operator=Operator(self.operator.data),
            require_improvement=self.require_improvement.data,
            improvement_operator=Operator(self.improvement_operator.data),
            method=self.method.data,
        )

    def words(self) -> GoalWords:
        return GoalWords(
            wording=self.wording.data or "",
            note=self.note.data or "",
            lead_role=self.lead_role.data or "",
            supporting_roles=self.supporting_roles.data or "",
            timing=self.timing.data or "",
            tasks=tuple(TaskWords(text, role, short) for text, role, short in self.tasks if text),
        )


def _at(texts: list[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def _values(goal: GoalView) -> dict[str, object]:
    return {
        "threshold": goal.threshold,
        "operator": goal.operator.value,
        "require_improvement": goal.require_improvement,
        "improvement_operator": goal.improvement_operator.value,
        "method": goal.method,
        "wording": goal.wording,
        "lead_role": goal.lead_role,
        "supporting_roles": goal.supporting_roles,
        "timing": goal.timing,
        "note": goal.note,
        "task": [task.text for task in goal.tasks],
        "task_role": [task.owner_role for task in goal.tasks],
        "task_short": [task.short for task in goal.tasks],
    }


class BaselineForm(OfficerForm):
    """One dimension of an earlier year; an empty value means that there is no figure."""

    value = PercentField(N_("Chỉ số (%)"))
    n = CountField(N_("Số người trả lời"))
    method = SelectField(N_("Cách tính"))
    source = StringField(N_("Nguồn"), validators=[at_most(baselines.SOURCE_CHARACTERS)])

    def __init__(self, dimension: Dimension, *, locale: str, **kwargs: object) -> None:
        super().__init__(locale=locale, prefix=dimension.value, **kwargs)
        self.dimension = dimension
        known = [(key, self.texts.gettext(text)) for key, text in METHODS.items()]
        self.method.choices = [("", self.texts.gettext(N_("không rõ, cách khác"))), *known]

    def validate_value(self, field: PercentField) -> None:
        if field.data is None and (self.n.data or self.source.data):
            raise ValidationError(
                N_("Có số người hoặc nguồn mà thiếu chỉ số. Chưa có số thì để trống cả dòng.")
            )

    def figure(self) -> BaselineWords:
        return BaselineWords(
            self.dimension,
            self.value.data,
            self.n.data if self.value.data is not None else None,
            self.method.data or "",
            self.source.data or "",
        )
