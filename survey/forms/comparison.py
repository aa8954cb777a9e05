"""What the address of the comparison page may ask: the groups, the dimension, what each is held against."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import SelectField

from survey.enums import Dimension
from survey.forms.base import N_
from survey.forms.officer import EVERYTHING, FilterForm
from survey.services.comparison import REST, By

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
