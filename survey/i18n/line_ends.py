"""Where a line of Vietnamese may not end: inside a word, though a space stands between its syllables."""

from __future__ import annotations

import re

# Those of our headings, questions and buttons; what an office writes itself is left as it is.
WORDS = (
    "áp dụng",
    "biển hiệu",
    "bình thường",
    "cảm ơn",
    "cán bộ",
    "câu hỏi",
    "chỉ dẫn",
    "chính xác",
    "chúng tôi",
    "cơ quan",
    "công bằng",
    "công chức",
    "công khai",
    "đầy đủ",
    "dễ hiểu",
    "điện thoại",
    "đúng hẹn",
    "giải quyết",
    "giấy tờ",
    "gợi ý",
    "góp ý",
    "hài lòng",
    "hành chính",
    "hồ sơ",
    "hướng dẫn",
    "kết quả",
    "kiến nghị",
    "kịp thời",
    "làm việc",
    "lệ phí",
    "lịch sự",
    "lĩnh vực",
    "máy ảnh",
    "máy chủ",
    "một cửa",
    "người dân",
    "niêm yết",
    "phản ánh",
    "phục vụ",
    "quy định",
    "rõ ràng",
    "thế nào",
    "thiết bị",
    "thời gian",
    "thời hạn",
    "thủ tục",
    "thuận tiện",
    "thực hiện",
    "tiếp nhận",
    "tờ khai",
    "tôn trọng",
    "trả lời",
    "trễ hẹn",
    "trình duyệt",
    "trực tiếp",
    "văn bản",
    "xin lỗi",
    "xử lý",
    "yêu cầu",
)

_FIND = re.compile(rf"(?<!\w)(?:{'|'.join(WORDS)})(?!\w)", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")


def with_no_break(text: str) -> str:
    """Give a text in which these words hold together by themselves: for what is shown and nothing else."""
    return _FIND.sub(lambda found: found[0].replace(" ", NO_BREAK), text)


def keep_together(html: str) -> str:
    """Put each of these words of a piece of a page into an element that is not broken; tags stay as they are.

    An element and no other kind of space: what is read, searched and copied remains as it was written.
    """
    parts = _TAG.split(html)
    parts[::2] = [_FIND.sub(r'<span class="word">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)


# What follows a number closely: a line may end neither before it nor between a sign and its number.
UNITS = (
    "%",
    "câu",
    "dòng",
    "điểm",
    "giây",
    "giờ",
    "hồ sơ",
    "lượt",
    "mm",
    "ngày",
    "người",
    "phiếu",
    "phút",
    "quý",
    "tháng",
    "tiêu chí",
    "tuần",
    "answers",
    "days",
    "dossiers",
    "forms",
    "hours",
    "minutes",
    "months",
    "people",
    "persons",
    "points",
    "seconds",
    "weeks",
)
_UNIT = "|".join(UNITS)
_COUNTED = ("Bảng", "Hình", "Quý", "Quầy", "Tháng", "năm", "ngày", "quý", "quầy", "tháng")
_BEFORE = "|".join(rf"(?<=\b{word} )" for word in _COUNTED)

NO_BREAK = "\N{NO-BREAK SPACE}"
# Each begins with the space itself, which is quick to find: a page is searched whenever it is sent.
_SPACE = re.compile(
    r" (?:(?<=[≥≤±≈<>] )(?=[\d−+])"
    r"|(?<=&[lg]t; )(?=\d)"
    r"|(?<=\bn )(?=(?:[=<]|&lt;) ?\d)|(?<=\bn = )(?=\d)"
    rf"|(?<=[\d%] )(?=(?:{_UNIT})(?!\w))"
    rf"|(?:{_BEFORE})(?=\d))"
)
# What is shown or sent back letter for letter; and the texts between tags that have a figure.
_EXACT = "(?:textarea|code|pre|script|style)"
_AS_WRITTEN = re.compile(rf"(<{_EXACT}\b.*?</{_EXACT}\s*>)", re.DOTALL)
_WITH_FIGURE = re.compile(r">[^<\d]*\d[^<]*")


def whole_figures(text: str) -> str:
    """Keep "≥ 80%", "n = 45", "12 người" and "tháng 10" each on one line.

    For what is set at once (a page, a sheet of paper); what is stored, typed or compared keeps plain spaces.
    A range is left to style sheets and layouts: a joiner at its dash would stand in what is copied.
    """
    return _SPACE.sub(NO_BREAK, text)


def whole_figures_of_page(html: str) -> str:
    """Do so in the texts of a piece of a page: tags, code and what is being typed stay as they are."""
    parts = _AS_WRITTEN.split(html)
    # Each part begins as a text after a tag would.
    parts[::2] = [_WITH_FIGURE.sub(_whole, f">{part}")[1:] for part in parts[::2]]
    return "".join(parts)


def _whole(text: re.Match[str]) -> str:
    return ">" + whole_figures(text.group()[1:])
