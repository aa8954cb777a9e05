"""What each signal is, what it means, and what to do about it: never who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.enums import Signal
from survey.i18n import translations


@dataclass(frozen=True, slots=True)
class SignalWords:
    name: str
    means: str
    do: str


def signal_words(*, locale: str) -> Mapping[Signal, SignalWords]:
    _ = translations(locale).gettext
    return {
        Signal.FAST: SignalWords(
            _("Trả lời rất nhanh"),
            _("Dưới 2 giây một câu. Người quen máy hoặc vội cũng vậy."),
            _("Không cần làm gì khi đi một mình; xem cùng dấu hiệu khác."),
        ),
        Signal.STRAIGHT: SignalWords(
            _("Chọn một mức cho mọi câu"),
            _("Từ 10 câu trở lên cùng một mức. Phần lớn là người hài lòng thật."),
            _("Không cần làm gì khi đi một mình; xem cùng dấu hiệu khác."),
        ),
        Signal.BURST: SignalWords(
            _("Dồn dập tại một máy"),
            _("Trong 10 phút có nhiều phiếu hơn hẳn mức thường của máy vào giờ đó."),
            _("Nhớ lại hôm đó có đoàn đông hay tập huấn không; nếu không, đặt máy nơi nhiều người thấy."),
        ),
        Signal.REPEATED: SignalWords(
            _("Phiếu giống hệt nhau trở lại quá nhiều"),
            _("Trong vài giờ, một máy nhận nhiều phiếu giống nhau từng câu, hơn hẳn ngày thường ở bộ phận."),
            _("Xem ngày và quầy ở trên; mời người dân dùng mã trên phiếu khi đánh giá ở máy."),
        ),
        Signal.PACE: SignalWords(
            _("Sát nhau hơn sức người"),
            _("Trong một phút, một máy nhận nhiều phiếu hơn mức tay người bấm kịp (1,5 giây một câu)."),
            _("Báo kỹ thuật: có thể do máy lỗi hoặc phần mềm tự bấm."),
        ),
        Signal.CLOSED: SignalWords(
            _("Ngoài giờ làm việc"),
            _("Phiếu ở máy tại quầy khi bộ phận đóng cửa, cách giờ mở cửa hơn 30 phút."),
            _("Kiểm tra giờ làm việc đã đặt và nơi cất máy buổi tối."),
        ),
    }
