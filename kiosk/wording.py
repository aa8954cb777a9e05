"""Every text of the tablet besides the questionnaire's own, in one language.

Texts are written here and not in the scripts, so that one catalogue holds them all. Names in braces are
filled in by the tablet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.services.spoken.questionnaire_texts import FIELD_TITLE, REASON_TITLE, START_TITLE

Gettext = Callable[[str], str]


def interface(_: Gettext) -> Mapping[str, str]:
    return {
        **_attract(_),
        **_called(_),
        **_slip(_),
        **_questions(_),
        **_sending(_),
        **_thanks(_),
        **_idle(_),
        **_unknown_device(_),
    }


def _attract(_: Gettext) -> Mapping[str, str]:
    return {
        "product": _("Khảo sát hài lòng SIPAS"),
        "attract_title": _(START_TITLE),
        "start": _("Bắt đầu đánh giá"),
        "start_hint": _("Chỉ vài lần bấm, chưa đến một phút"),
        "no_name": _("Không cần tên, không cần giấy tờ."),
        "who_reads": _(
            "Ủy ban nhân dân {unit} chỉ xem kết quả cộng chung của nhiều người, để phục vụ tốt hơn."
        ),
        "voluntary": _("Tự nguyện. Muốn dừng lúc nào cũng được."),
        "language": _("Ngôn ngữ"),
        "large": _("Chữ to hơn"),
        "normal": _("Chữ thường"),
        "volume": _("Âm lượng {n}/{total}"),
        "listen": _("Nghe"),
        "listen_all": _("Nghe câu hỏi"),
        "hotline": _("Đường dây nóng: {number}"),
        "not_offline": _(
            "Cán bộ lưu ý: máy ở chế độ không ngoại tuyến."
            " Khi mất mạng, xin đừng tắt máy và đừng tải lại trang."
        ),
        "disconnected": _("Đang mất kết nối. Ông/bà vẫn đánh giá được: máy giữ câu trả lời và tự gửi sau."),
        "waiting": _("Số phiếu đang chờ gửi: {n}. Xin đừng tắt máy."),
        "kept": _("Số phiếu đang chờ gửi: {n}. Máy giữ lại, kể cả khi tắt máy."),
        "refused": _("Số phiếu máy chủ không nhận: {n}. Xin báo cán bộ kỹ thuật."),
        "unconfirmed": _("Tên đơn vị, bộ phận và quầy chưa được cơ quan xác nhận."),
        "demo": _("Bản thử: không phải đánh giá thật."),
    }


def _called(_: Gettext) -> Mapping[str, str]:
    return {
        "called_title": _("Mời ông/bà đánh giá lần làm việc vừa rồi"),
        "called_for": _("Việc vừa làm: {stage}"),
        "called_for_field": _("Việc vừa làm: {stage} – {field}"),
        "called_other": _("Không đúng việc của tôi"),
    }


def _slip(_: Gettext) -> Mapping[str, str]:
    return {
        "slip_offer": _("Tôi có phiếu in mã"),
        "slip_title": _("Xin gõ hoặc quét mã trên phiếu"),
        "slip_hint": _("11 chữ và số in dưới mã QR. Có đầu đọc thì chỉ cần đưa mã QR vào."),
        "slip_pad": _("Bàn phím gõ mã"),
        "slip_erase": _("Xóa một chữ"),
        "slip_erase_short": _("Xóa"),
        "slip_camera": _("Quét bằng camera"),
        "slip_no_camera": _("Máy này không mở được camera. Xin gõ mã."),
        "slip_no_code": _("Mã vừa quét không phải mã trên phiếu đánh giá."),
        "slip_mistyped": _("Mã này có chỗ gõ nhầm. Xin so lại từng chữ với mã trên phiếu."),
        "slip_spent": _("Phiếu này đã được ghi nhận trước đó"),
        "slip_spent_text": _("Cảm ơn ông/bà. Mỗi phiếu chỉ tính một lần nên ông/bà không cần làm gì thêm."),
        "slip_void": _("Phiếu này không còn dùng được"),
        "slip_void_text": _(
            "Phiếu đã được in lại hoặc bị hủy. Xin nhập mã của tờ mới nhất, hoặc đánh giá không cần mã."
        ),
        "slip_expired": _("Phiếu này đã hết hạn"),
        "slip_expired_text": _("Ông/bà vẫn có thể đánh giá không cần mã."),
        "slip_unknown": _("Không tìm thấy phiếu này"),
        "slip_unknown_text": _(
            "Xin so mã với tờ phiếu rồi nhập lại. Ông/bà cũng có thể đánh giá không cần mã."
        ),
        "slip_elsewhere": _("Phiếu này của nơi tiếp nhận khác"),
        "slip_elsewhere_text": _(
            "Mã vẫn dùng được trên điện thoại hoặc tại nơi đó. Ở đây ông/bà có thể đánh giá không cần mã."
        ),
        "slip_without": _("Đánh giá không cần mã"),
        "slip_again": _("Nhập lại mã"),
    }


def _questions(_: Gettext) -> Mapping[str, str]:
    return {
        "back": _("Quay lại"),
        "opening_progress": _("Câu mở đầu {n}/{total}"),
        "opening_progress_spoken": _("Câu mở đầu {n} trên {total}"),
        "progress": _("Câu {n}/{total}"),
        "progress_spoken": _("Câu {n} trên {total}"),
        "field_title": _(FIELD_TITLE),
        "skip": _("Bỏ qua câu này"),
        "chosen_before": _("Đã chọn"),
        "reason_progress": _("Hỏi thêm, không bắt buộc"),
        "reason_about": _("Ông/bà đã chọn “{level}”: {item}."),
        "reason_title": _(REASON_TITLE),
        "reason_skip": _("Lý do khác, hoặc không muốn nói"),
        "reason_sends": _("Không cần bấm gì thêm: câu trả lời tự gửi sau {n} giây."),
    }


def _sending(_: Gettext) -> Mapping[str, str]:
    return {
        "sending_title": _("Đang gửi câu trả lời…"),
        "sending_comment_title": _("Đang gửi góp ý…"),
        "sending_wait": _("Xin chờ một chút."),
        "sending_again": _("Chưa kết nối được với máy chủ. Máy đang tự gửi lại (lần {n})."),
        "sending_kept": _(
            "Ông/bà không cần chờ: máy này giữ lại và tự gửi khi có kết nối, miễn là máy không bị tắt."
        ),
        "refused_title": _("Rất tiếc, máy chủ không nhận phiếu này"),
        "refused_text": _("Câu trả lời chưa được ghi nhận. Xin báo cán bộ tại quầy; ông/bà có thể làm lại."),
        "to_start": _("Về trang đầu"),
    }


def _thanks(_: Gettext) -> Mapping[str, str]:
    return {
        "thanks_title": _("Cảm ơn ông/bà! Đã ghi nhận câu trả lời."),
        "thanks_comment_title": _("Cảm ơn ông/bà! Đã ghi nhận góp ý."),
        "thanks_text": _("Câu trả lời được cộng chung với nhiều người khác; phiếu không có tên ai."),
        "thanks_comment_text": _("Góp ý được đọc riêng, tách khỏi phần đánh giá; không ai biết là của ai."),
        "comment_offer": _("Viết thêm góp ý"),
        "comment_offer_hint": _("Không cần tên, không bắt buộc"),
        "handoff_offer": _("Góp ý bằng điện thoại"),
        "handoff_offer_hint": _("Quét mã QR để viết"),
        "handoff_title": _("Quét mã này bằng điện thoại để viết góp ý"),
        "handoff_text": _(
            "Mã dùng được một lần, trong {minutes} phút, và không kèm câu trả lời nào của ông/bà."
        ),
        "handoff_wifi": _("Điện thoại cần nối vào Wi-Fi của cơ quan. {note}"),
        "handoff_qr": _("Mã QR mở trang góp ý trên điện thoại"),
        "handoff_failed": _("Lúc này chưa lấy được mã. Xin viết trên máy này."),
        "comment_here": _("Viết trên máy này"),
        "petition_title": _("Muốn được trả lời?"),
        "petition_text": _(
            "Góp ý ở đây không có tên nên không ai trả lời được. Xin gửi phản ánh, kiến nghị:"
        ),
        "petition_hotline": _("Gọi đường dây nóng {number}"),
        "petition_address": _("Gửi đến {address}"),
        "petition_ask": _("Hỏi cán bộ tại quầy nơi nhận và cách gửi"),
        "done": _("Xong"),
        "returns": _("Màn hình tự về trang đầu sau {n} giây."),
        "comment_title": _("Ông/bà muốn góp ý điều gì?"),
        "comment_hint": _("Xin đừng ghi tên, số điện thoại hay mã hồ sơ."),
        "comment_send": _("Gửi góp ý"),
        "comment_cancel": _("Không gửi"),
        "comment_empty": _("Ông/bà chưa viết gì. Xin viết vài chữ, hoặc bấm “Không gửi”."),
    }


def _idle(_: Gettext) -> Mapping[str, str]:
    return {
        "idle_title": _("Ông/bà còn ở đó không?"),
        "idle_text": _("Nếu không ai bấm, máy sẽ xóa những gì chưa gửi và về trang đầu."),
        "idle_seconds": _("Còn {n} giây"),
        "idle_more": _("Tôi cần thêm thời gian"),
        "idle_restart": _("Làm lại từ đầu"),
    }


def _unknown_device(_: Gettext) -> Mapping[str, str]:
    return {
        "unknown_title": _("Máy này không còn được đăng ký"),
        "unknown_text": _("Xin gọi cán bộ tại quầy. Người quản lý tạo mã đăng ký mới, rồi nhập vào đây."),
        "unknown_code": _("Mã đăng ký"),
        "unknown_enrol": _("Đăng ký máy này"),
        "unknown_wrong": _("Mã này không dùng được. Xin kiểm tra lại từng ký tự, hoặc tạo mã mới."),
    }
