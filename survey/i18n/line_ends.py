"""Where a line of Vietnamese may not end: inside a word, though a space stands between its syllables."""

from __future__ import annotations

import re

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
_TAG = re.compile(r"(<[^>]*>)")


def keep_together(html: str) -> str:
    """Put each of these words of a piece of a page into an element that is not broken; tags stay as they are.

    An element and no other kind of space: what is read, searched and copied remains as it was written.
    """
    parts = _TAG.split(html)
    parts[::2] = [_FIND.sub(r'<span class="word">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)
