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


def keep_together(html: str) -> str:
    """Put each of these words of a piece of a page into an element that is not broken; tags stay as they are.

    An element and no other kind of space: what is read, searched and copied remains as it was written.
    """
    parts = _TAG.split(html)
    parts[::2] = [_FIND.sub(r'<span class="word">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)
