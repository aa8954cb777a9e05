"""Fields that read what people here type: 83,9%; 24/11/2026; several lines under one name."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from wtforms import Field, StringField
from wtforms.widgets import TextInput

from survey.forms.base import N_
from survey.services.sheets.cell_dates import NotADay, day_of
from survey.services.sheets.cell_numbers import NotANumber, count_of


class PercentField(StringField):  # type: ignore[misc]  # the library has no types
    """A percentage as typed; `data` is a share of 0–1, or None where nothing was typed: never 0 for that."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        try:
            percent = float(self.typed.removesuffix("%").strip().replace(",", "."))
        except ValueError:
            raise ValueError(N_("Hãy ghi một tỷ lệ, ví dụ 83,9.")) from None
        if not 0 <= percent <= 100:
            raise ValueError(N_("Tỷ lệ phải từ 0 đến 100."))
        # Of the decimal that was typed, not of its product with a float: 83,9 is 0.839.
        self.data = float(f"{percent / 100:.8f}")

    def _value(self) -> str:
        if getattr(self, "typed", None) is not None and self.raw_data:
            return str(self.typed)
        if self.data is None:
            return ""
        return f"{self.data * 100:.4f}".rstrip("0").rstrip(".").replace(".", ",")


class CountField(StringField):  # type: ignore[misc]  # the library has no types
    """A whole number from 1, or None where nothing was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = count_of(valuelist[0] if valuelist else "")
        except NotANumber:
            raise ValueError(N_("Hãy ghi một số nguyên từ 1.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class DayField(StringField):  # type: ignore[misc]  # the library has no types
    """A day written day/month/year, or picked; None where nothing was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = day_of(valuelist[0] if valuelist else "")
        except NotADay:
            raise ValueError(N_("Hãy ghi một ngày, ví dụ 24/11/2026.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%d/%m/%Y}" if isinstance(self.data, date) else ""


class TextListField(Field):  # type: ignore[misc]  # the library has no types
    """Texts that were sent under one name, in their order; the page draws the controls."""

    widget = TextInput()

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [text.strip() for text in valuelist]

    def _value(self) -> str:
        return ""


class ClockField(StringField):  # type: ignore[misc]  # the library has no types
    """A time of day as people write it (7:30, 07h30, 7h); None where nothing was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = valuelist[0].strip().lower() if valuelist else ""
        if not typed:
            return
        hours, _, minutes = typed.replace("h", ":").replace("g", ":").replace(".", ":").partition(":")
        try:
            self.data = time(int(hours), int(minutes.strip() or 0))
        except ValueError:
            raise ValueError(N_("Hãy ghi giờ, ví dụ 07:30.")) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if isinstance(self.data, time) else ""
