"""Every refusal as `application/problem+json` (RFC 9457): a code for the program, words for people."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from survey import i18n
from survey.api.blueprint import api_bp
from survey.context import current_locale
from survey.exceptions import (
    ApiTokenUnknown,
    Conflict,
    InvalidInput,
    NotFound,
    StorageUnavailable,
    SurveyError,
    TooManyRequests,
)
from survey.qr import QrNotAlphanumeric, QrTooLong

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5


def N_(text: str) -> str:  # noqa: N802 - the name by which Babel knows a marked text
    """Mark a text for the catalogues without translating it yet."""
    return text


STATUS: Mapping[type[SurveyError], int] = {
    ApiTokenUnknown: 401,
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    TooManyRequests: 429,
    StorageUnavailable: 503,
    QrTooLong: 503,
    QrNotAlphanumeric: 503,
}
# By code, or by code and what it is about.
TITLES: Mapping[str, str] = {
    "api-token-unknown": N_("Thiếu khóa API, hoặc khóa không đúng, hoặc đã bị thu hồi."),
    "not-found/dossier": N_("Không có hồ sơ này trong các bộ phận của khóa API. Hãy gửi hồ sơ trước."),
    "conflict/idempotency-key": N_("Idempotency-Key này đã dùng cho một yêu cầu khác."),
    "conflict/slip-replaced": N_("Phiếu của yêu cầu này đã bị hủy vì đã in lại phiếu khác."),
    "invalid-input": N_("Yêu cầu có giá trị không dùng được."),
    "invalid-input/unknown-name": N_("Yêu cầu có tên mục không được nhận."),
    "too-many-requests": N_("Gọi quá nhanh. Hãy chờ rồi gọi lại."),
    "storage-unavailable": N_("Chưa lưu được, chưa phát hành phiếu nào. Hãy gọi lại sau."),
    "qr-too-long": N_("Địa chỉ của máy chủ quá dài để in thành mã QR nhỏ; chưa phát hành phiếu nào."),
    "qr-not-alphanumeric": N_("Địa chỉ của máy chủ có ký tự mã QR không viết được; chưa phát hành phiếu."),
    "http-400": N_("Nội dung gửi lên không phải JSON đúng."),
    "http-404": N_("Không có địa chỉ này, hoặc địa chỉ không nhận phương thức đó."),
    "http-413": N_("Nội dung gửi lên quá lớn."),
    "http-415": N_("Hãy gửi Content-Type: application/json."),
    "unexpected": N_("Có lỗi ngoài dự kiến. Hãy báo người phụ trách mã tham chiếu."),
}


def answer(status: int, code: str, *, about: str = "", **members: Any) -> Response:
    """Give one problem; `about` picks the words where one code has several."""
    title = TITLES.get(f"{code}/{about}") or TITLES.get(code, code)
    body = {
        "type": "about:blank",
        "title": i18n.translations(current_locale()).gettext(title),
        "status": status,
        "code": f"{code}/{about}" if f"{code}/{about}" in TITLES else code,
        **{name: value for name, value in members.items() if value is not None},
    }
    response = Response(
        json.dumps(body, ensure_ascii=False, default=str), status, mimetype="application/problem+json"
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api_bp.errorhandler(SurveyError)
def domain_error(error: SurveyError) -> ResponseReturnValue:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    data = error.data
    response = answer(
        status,
        error.code,
        about=str(data.get("reason") or data.get("what") or ""),
        field=data.get("field"),
        allowed=data.get("allowed"),
    )
    if status in {429, 503}:
        response.headers["Retry-After"] = str(data.get("retry_after_s") or RETRY_AFTER_S)
    return response


@api_bp.errorhandler(HTTPException)
def http_error(error: HTTPException) -> ResponseReturnValue:
    return answer(error.code or 500, f"http-{error.code}")


@api_bp.errorhandler(Exception)
def unexpected(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4).upper()
    logger.error("unexpected error", exc_info=error, extra={"reference": reference, "endpoint": "api"})
    return answer(500, "unexpected", reference=reference)
