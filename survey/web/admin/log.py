"""The audit log: who did what, newest first, and whether the chain of events is whole."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from survey.context import access, current_instrument, current_locale, database
from survey.enums import Role
from survey.forms.base import N_
from survey.reports.words.names import text_of
from survey.services.office import audit, audit_log
from survey.services.office.audit_log import EventView
from survey.web.admin import log_details
from survey.web.admin.blueprint import admin_bp
from survey.web.admin.notices import translated

ON_A_PAGE = 50

ACTIONS = {
    "first-administrator": N_("Tạo quản trị viên đầu tiên"),
    "password-changed": N_("Đổi mật khẩu"),
    "officer-added": N_("Thêm tài khoản"),
    "officer-changed": N_("Đổi vai trò hoặc quyền đăng nhập"),
    "officer-password-renewed": N_("Cấp mật khẩu dùng một lần"),
    "backup": N_("Sao lưu cơ sở dữ liệu"),
    "password-reset": N_("Đặt lại mật khẩu từ dòng lệnh"),
    "unit-added": N_("Thêm đơn vị"),
    "unit-changed": N_("Sửa đơn vị"),
    "unit-succeeded": N_("Ghi đơn vị mới thay đơn vị cũ"),
    "unit-chosen": N_("Chọn đơn vị và năm kế hoạch"),
    "desk-added": N_("Thêm bộ phận"),
    "desk-changed": N_("Sửa bộ phận"),
    "counter-added": N_("Thêm quầy"),
    "counter-changed": N_("Sửa quầy"),
    "field-added": N_("Thêm lĩnh vực"),
    "field-changed": N_("Sửa lĩnh vực"),
    "field-moved": N_("Đổi thứ tự lĩnh vực"),
    "fields-reviewed": N_("Xem danh sách lĩnh vực"),
    "procedure-added": N_("Thêm thủ tục"),
    "procedure-changed": N_("Sửa thủ tục"),
    "contact-changed": N_("Sửa nơi liên hệ"),
    "set-up-confirmed": N_("Xác nhận thiết lập"),
    "plan-opened": N_("Mở năm kế hoạch"),
    "goal-changed": N_("Sửa mục tiêu"),
    "goals-confirmed": N_("Xác nhận mục tiêu"),
    "baselines-changed": N_("Sửa số liệu năm trước"),
    "baselines-imported": N_("Nhập số liệu năm trước"),
    "dossiers-imported": N_("Nhập hồ sơ"),
    "slips-issued": N_("In cuộn phiếu mời"),
    "dossier-slips-issued": N_("In phiếu theo hồ sơ"),
    "slip-reprinted": N_("In lại phiếu"),
    "paper-forms-entered": N_("Nhập phiếu giấy"),
    "assisted-forms-entered": N_("Nhập hộ"),
    "api-token-made": N_("Tạo khóa API"),
    "api-token-revoked": N_("Thu hồi khóa API"),
    "period-closed": N_("Chốt số liệu của kỳ"),
    "period-corrected": N_("Ghi phiếu đến sau khi chốt"),
    "report-prepared": N_("Mở dự thảo báo cáo"),
    "draft-notice-sent": N_("Gửi thư báo có dự thảo báo cáo"),
    "report-written": N_("Sửa lời văn báo cáo"),
    "report-signed": N_("Ghi nhận đã ký báo cáo"),
    "report-downloaded": N_("Tải báo cáo"),
    "office-hours-changed": N_("Sửa giờ làm việc"),
    "special-days-added": N_("Thêm ngày nghỉ hoặc ngày làm bù"),
    "special-days-removed": N_("Bỏ ngày nghỉ hoặc ngày làm bù"),
    "language-stored": N_("Nhập một ngôn ngữ"),
    "sound-stored": N_("Nhập tệp âm thanh"),
    "report-settings-changed": N_("Sửa thông tin báo cáo"),
    "comment-approved": N_("Cho xem một góp ý"),
    "comment-hidden": N_("Ẩn một góp ý"),
    "comment-tag-removed": N_("Xóa một thẻ của góp ý"),
    "day-note-written": N_("Ghi chú cho một ngày"),
    "day-note-changed": N_("Sửa ghi chú của một ngày"),
    "day-note-removed": N_("Bỏ ghi chú của một ngày"),
    "callback-drawn": N_("Rút danh sách gọi lại"),
    "callback-recorded": N_("Ghi kết quả một lần gọi lại"),
    "retention-changed": N_("Sửa thời hạn lưu"),
    "purged": N_("Xóa dữ liệu quá hạn"),
    "rows-exported": N_("Xuất dữ liệu từng dòng"),
    "kiosk-code": N_("Tạo mã đăng ký máy"),
    "kiosk-enrolled": N_("Đăng ký máy tại quầy"),
    "kiosk-revoked": N_("Thu hồi máy tại quầy"),
}


@admin_bp.get("/nhat-ky")
@access(Role.ADMINISTRATOR)
def log() -> ResponseReturnValue:
    before = request.args.get("truoc")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        abort(404)
    with database().read() as session:
        events = audit_log.events(session, limit=ON_A_PAGE, before=int(before) if before else None)
        broken = audit.first_broken(session)
    return render_template(
        "admin/log.html",
        events=list(zip(events, _details(events), strict=True)),
        actions={action: translated(words) for action, words in ACTIONS.items()},
        broken=broken,
        older=events[-1].id if len(events) == ON_A_PAGE else None,
        is_first=before is None,
    )


def _details(events: Sequence[EventView]) -> list[str]:
    locale = current_locale()
    dimensions = {one.code: text_of(one.short, locale) for one in current_instrument().instrument.dimensions}
    words = {text: translated(text) for text in log_details.marked()}
    return [
        log_details.detail_words(
            event.action, event.detail, words=words, dimensions=dimensions, locale=locale
        )
        for event in events
    ]
