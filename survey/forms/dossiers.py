"""Forms of importing dossiers, and of taking rows out."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField

from survey.forms.admin import ExplainingForm
from survey.forms.base import N_
from survey.services.inviting.slips import SlipDesk


class UploadForm(ExplainingForm):
    desk_id = SelectField(N_("Bộ phận"), coerce=int)
    file = FileField(
        N_("Tệp .xlsx hoặc .csv"), validators=[FileRequired(N_("Hãy chọn tệp do phần mềm một cửa xuất ra."))]
    )

    def offer(self, desks: Sequence[SlipDesk]) -> None:
        self.desk_id.choices = [(desk.id, desk.name) for desk in desks]


class StoreForm(ExplainingForm):
    """What the page showed comes back sealed: nothing of the file was kept in between."""

    sealed = HiddenField()
    keep_good = BooleanField(N_("Nhập các dòng đúng, bỏ qua các dòng sai"))


class ExportForm(ExplainingForm):
    period = SelectField(N_("Kỳ"))
    file_format = SelectField(N_("Loại tệp"))

    def offer(self, periods: Sequence[tuple[str, str]]) -> None:
        words = self.texts.gettext
        self.period.choices = list(periods)
        self.file_format.choices = [
            ("csv", words(N_("CSV kèm SPEC.toml, gói trong một tệp .zip"))),
            ("xlsx", words(N_("Bảng tính .xlsx"))),
            ("pack", words(N_("Gói cho người làm thống kê: CSV, SPSS .sav, DDI, R (.zip)"))),
        ]
