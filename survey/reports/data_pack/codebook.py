"""What each column of the row export means: one description for SPSS, DDI and R, in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey.enums import Form, Part, Signal, Stage, TrustClass
from survey.i18n import SOURCE
from survey.instrument import NA_CODE, NOT_ANSWERED, NOT_APPLICABLE, Instrument
from survey.reports.dimension.words import trust_class_name
from survey.reports.quality.words import signal_words
from survey.reports.words.names import stage_name
from survey.services.intake.quality import Flag
from survey.services.upkeep import exports
from survey.services.upkeep.export_about import ExportAbout

Kind = Literal["level", "number", "code"]

_BLANK_WORDS = "Không hỏi hoặc bỏ trống"
_PARTS: Mapping[Part, str] = {
    Part.HEADLINE: "Số liệu chính: người nhận kết quả, hạng A, B, C",
    Part.OTHER_STAGES: "Người nộp hồ sơ hoặc làm việc khác, hạng A, B, C",
    Part.APART: "Để riêng: áp phích, nhập giúp, phiếu giấy",
}
_FORMS: Mapping[Form, str] = {
    Form.FULL: "Phiếu đầy đủ",
    Form.SPLIT: "Phiếu rút gọn: mỗi yếu tố một câu được rút ngẫu nhiên",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no value: as the CSV writes it, and as a number where only numbers can stand."""

    in_csv: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A column. `values` gives the words of every value that it can hold, missing ones apart."""

    name: str
    label: str
    kind: Kind
    values: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    question: str = ""
    universe: str = ""
    blank: str = ""  # what an empty cell of a code means


def variables(about: ExportAbout) -> tuple[Variable, ...]:
    """Describe the columns of an export, in their order."""
    described = (*_items(about.instrument), *_weights(about.instrument), *_marks(about))
    found = {one.name: one for one in described}
    return tuple(found[name] for name in exports.header(about.instrument))


def _items(instrument: Instrument) -> list[Variable]:
    scale = {one.code: one.text[SOURCE] for one in instrument.levels}
    missing = (
        Missing(NA_CODE, NOT_APPLICABLE, instrument.na.text[SOURCE]),
        Missing("", NOT_ANSWERED, _BLANK_WORDS),
    )
    found = []
    for dimension in instrument.dimensions:
        for item in dimension.items:
            asked = [
                *(["người đã nhận kết quả"] if item.only_after_result else []),
                *(["người đã gửi góp ý, phản ánh, kiến nghị"] if item.only_with_feedback else []),
            ]
            found.append(
                Variable(
                    item.code,
                    f"{dimension.short[SOURCE]}: {item.text[SOURCE]}",
                    "level",
                    scale,
                    missing,
                    question=f"{dimension.stem[SOURCE]} – {item.text[SOURCE]}",
                    universe=f"Chỉ hỏi {', '.join(asked)}" if asked else "",
                )
            )
    return found


def _weights(instrument: Instrument) -> list[Variable]:
    return [
        Variable(
            exports.weight_column(one.code),
            f"Trọng số thiết kế của yếu tố {one.short[SOURCE]}; 0: phần này không được hỏi",
            "number",
        )
        for one in instrument.dimensions
    ]


def _marks(about: ExportAbout) -> list[Variable]:
    signals = signal_words(locale=SOURCE)
    return [
        Variable(exports.STRATUM, "Tầng: bộ phận Một cửa", "code", about.desks),
        Variable(
            exports.CLUSTER,
            "Cụm: câu trả lời cùng ngày ở một bộ phận; nhãn ngẫu nhiên, mỗi lần xuất một khác",
            "number",
        ),
        Variable("part", "Phần số liệu", "code", {one.value: words for one, words in _PARTS.items()}),
        Variable("stage", "Việc đến làm", "code", {s.value: stage_name(s, locale=SOURCE) for s in Stage}),
        Variable("form", "Loại phiếu", "code", {one.value: words for one, words in _FORMS.items()}),
        Variable(
            "trust_class",
            "Hạng tin cậy của nguồn",
            "code",
            {one.value: trust_class_name(one, locale=SOURCE) for one in TrustClass},
        ),
        Variable("counter", "Quầy", "code", about.counters, blank="Không ghi quầy"),
        Variable("field", "Lĩnh vực", "code", about.fields, blank="Không ghi lĩnh vực"),
        *(
            Variable(
                exports.flag_column(one),
                f"Dấu hiệu: {signals[Signal(str(one.name).lower())].name}",
                "number",
                {"0": "Không", "1": "Có"},
            )
            for one in Flag
        ),
    ]
