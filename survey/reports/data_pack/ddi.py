"""The codebook as DDI Codebook 2.5: what archives and statistical programs read about a file of data.

No counts of answers by category stand in it: the file itself has them, and a codebook travels further.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from xml.etree import ElementTree as ET

from analysis.results import ANALYSIS_VERSION
from survey.i18n import SOURCE, format_date
from survey.reports.data_pack.codebook import Variable
from survey.reports.words.cautions import sampling_caution, simulated
from survey.reports.words.names import period_name
from survey.services.upkeep.export_about import ExportAbout

NAMESPACE = "ddi:codebook:2_5"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PRODUCER = "SIPAS"


def codebook(about: ExportAbout, variables: Sequence[Variable], *, rows: int, file_name: str) -> bytes:
    root = ET.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", _XML_LANG: SOURCE})
    _study(root, about)
    _file(root, variables, rows, file_name)
    described = ET.SubElement(root, "dataDscr")
    for one in variables:
        _variable(described, one)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def title(about: ExportAbout) -> str:
    period = period_name(about.period, locale=SOURCE)
    return f"Khảo sát mức độ hài lòng về sự phục vụ – {about.unit} – {period}"


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, name, attributes)
    found.text = text
    return found


def _study(root: ET.Element, about: ExportAbout) -> None:
    study = ET.SubElement(root, "stdyDscr")
    citation = ET.SubElement(study, "citation")
    _text(ET.SubElement(citation, "titlStmt"), "titl", title(about))
    _text(ET.SubElement(citation, "rspStmt"), "AuthEnty", about.unit)
    _text(ET.SubElement(citation, "prodStmt"), "software", _PRODUCER, version=ANALYSIS_VERSION)
    info = ET.SubElement(study, "stdyInfo")
    _text(ET.SubElement(info, "subject"), "keyword", "Chỉ số hài lòng về sự phục vụ hành chính (SIPAS)")
    for line in simulated(about.demo, locale=SOURCE):
        _text(info, "abstract", line)
    summary = ET.SubElement(info, "sumDscr")
    last_day = about.period.end - timedelta(days=1)
    for event, day in (("start", about.period.start), ("end", last_day)):
        _text(summary, "timePrd", format_date(day), event=event, date=day.isoformat())
    _text(summary, "nation", "Việt Nam", abbr="VN")
    _text(summary, "geogCover", about.unit)
    _text(summary, "anlyUnit", "Một lần trả lời phiếu")
    _text(summary, "universe", "Người đến làm thủ tục tại Bộ phận Một cửa và tự nguyện trả lời")
    _text(summary, "dataKind", "Số liệu khảo sát")
    method = ET.SubElement(study, "method")
    collection = ET.SubElement(method, "dataColl")
    _text(collection, "sampProc", sampling_caution(locale=SOURCE))
    _text(collection, "collMode", "Máy tính bảng tại quầy, điện thoại, phiếu giấy, nhập giúp")
    _text(
        collection,
        "weight",
        "Cột w_… là trọng số thiết kế của từng yếu tố: phiếu đầy đủ 1, phiếu rút gọn bằng số câu của yếu tố.",
    )
    access = ET.SubElement(ET.SubElement(study, "dataAccs"), "useStmt")
    _text(access, "conditions", "Người nhận tệp có trách nhiệm không tìm cách đoán ai đã trả lời.")
    _text(
        study,
        "notes",
        "Không có ngày, không có mã; thứ tự dòng và nhãn cụm ngẫu nhiên, mỗi lần xuất một khác. "
        f"Phiếu {about.instrument.code}/{about.instrument.version}.",
    )


def _file(root: ET.Element, variables: Sequence[Variable], rows: int, file_name: str) -> None:
    text = ET.SubElement(ET.SubElement(root, "fileDscr", {"ID": "F1"}), "fileTxt")
    _text(text, "fileName", file_name)
    size = ET.SubElement(text, "dimensns")
    _text(size, "caseQnty", str(rows))
    _text(size, "varQnty", str(len(variables)))
    _text(text, "fileType", "text/csv; charset=utf-8")


def _variable(parent: ET.Element, one: Variable) -> None:
    interval = "contin" if one.kind == "number" and not one.values else "discrete"
    found = ET.SubElement(
        parent, "var", {"ID": f"V_{one.name}", "name": one.name, "files": "F1", "intrvl": interval}
    )
    _text(found, "labl", one.label)
    if one.question:
        _text(ET.SubElement(found, "qstn"), "qstnLit", one.question)
    if one.universe:
        _text(found, "universe", one.universe)
    for value, words in one.values.items():
        _category(found, value, words)
    for missing in one.missing:
        _category(found, missing.in_csv, missing.words, missing="Y")
    if one.blank:
        _category(found, "", one.blank, missing="Y")
    _text_free(found, "varFormat", type="character" if one.kind == "code" else "numeric")
    if one.missing:
        codes = "; ".join(f"{m.number} = {m.words}" for m in one.missing)
        _text(found, "notes", f"Trong tệp .sav: {codes}.")


def _text_free(parent: ET.Element, name: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes)


def _category(parent: ET.Element, value: str, words: str, **attributes: str) -> None:
    found = ET.SubElement(parent, "catgry", attributes)
    _text(found, "catValu", value)
    _text(found, "labl", words)
