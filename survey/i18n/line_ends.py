"""Where a line of Vietnamese may not end: inside a word, though a space stands between its syllables."""

from __future__ import annotations

import re
from collections.abc import Callable

# Those of our headings, questions and buttons; what an office writes itself is left as it is.
WORDS = (
    "bình thường",
    "cán bộ",
    "cảm ơn",
    "câu hỏi",
    "chúng tôi",
    "công chức",
    "công khai",
    "cơ quan",
    "dễ hiểu",
    "điện thoại",
    "góp ý",
    "hài lòng",
    "hành chính",
    "hồ sơ",
    "kết quả",
    "kiến nghị",
    "kịp thời",
    "làm việc",
    "lĩnh vực",
    "lịch sự",
    "máy ảnh",
    "máy chủ",
    "một cửa",
    "người dân",
    "phản ánh",
    "phục vụ",
    "quy định",
    "thế nào",
    "thiết bị",
    "thời gian",
    "thủ tục",
    "tiếp nhận",
    "tôn trọng",
    "trả lời",
    "trình duyệt",
    "xử lý",
)

_FIND = re.compile(rf"(?<!\w)(?:{'|'.join(WORDS)})(?!\w)", re.IGNORECASE)


def keep_together(text: str) -> str:
    """Put a no-break space into each of these words."""
    return _FIND.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def kept_together(gettext: Callable[[str], str]) -> Callable[[str], str]:
    """Give the same translation with its words kept together."""
    return lambda text: keep_together(gettext(text))
