"""What the address of the comparison page may ask: the groups, the dimension, what each is held against."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField

from survey.enums import Dimension
from survey.forms.base import N_
from survey.forms.officer import EVERYTHING, FilterForm
from survey.services.pages.before_after import MOST_MONTHS
from survey.services.pages.comparison import REST, By

USUAL_MONTHS = "5"

Options = Sequence[tuple[str, str]]


class ComparisonForm(FilterForm):
    by = SelectField(N_("So sánh theo"))
    dimension = SelectField(N_("Nội dung"))
    against = SelectField(N_("So với"), validate_choice=False)

    def offer_groups(self, kinds: Options, dimensions: Options) -> None:
        self.by.choices = list(kinds)
        self._list(self.dimension, N_("Cả năm nội dung"), dimensions)
        if not self.by.data:
            self.by.data = kinds[0][0]
        if self.dimension.data is None:
            self.dimension.data = EVERYTHING
        self.against.data = self.against.data or REST

    def offer_rivals(self, groups: Options) -> None:
        """List what the groups may be held against, once it is known which there are."""
        self.against.choices = [(REST, self.texts.gettext(N_("Các nhóm còn lại"))), *groups]

    @property
    def chosen_by(self) -> By:
        return By(self.by.data)

    @property
    def chosen_dimension(self) -> Dimension | None:
        return Dimension(self.dimension.data) if self.dimension.data else None


class DimensionChoiceForm(FilterForm):
    """A period and perhaps one dimension."""

    dimension = SelectField(N_("Nội dung"))

    def offer_dimensions(self, dimensions: Options, *, all_of_them: bool = True) -> None:
        if all_of_them:
            self._list(self.dimension, N_("Cả năm nội dung"), dimensions)
        else:
            self.dimension.choices = list(dimensions)
        if self.dimension.data is None:
            self.dimension.data = EVERYTHING if all_of_them else dimensions[0][0]

    @property
    def chosen_dimension(self) -> Dimension | None:
        return Dimension(self.dimension.data) if self.dimension.data else None


class BeforeAfterForm(DimensionChoiceForm):
    task = SelectField(N_("Giải pháp của kế hoạch"))
    since = SelectField(N_("Từ đầu tháng"))
    months = SelectField(N_("Số tháng mỗi bên"))

    def offer_spans(self, tasks: Options, since: Options, chosen: str) -> None:
        """List the tasks of the plan, the months of the years known, and how long either side may be."""
        self._list(self.task, N_("Không chọn"), tasks)
        self.since.choices = list(since)
        self.months.choices = [(str(count), str(count)) for count in range(1, MOST_MONTHS + 1)]
        if self.task.data is None:
            self.task.data = EVERYTHING
        self.usual["since"] = chosen
        if not self.since.data:
            self.since.data = chosen
        if not self.months.data:
            self.months.data = USUAL_MONTHS
