"""Errors as pages: what happened, what was kept, what to do; an unexpected one with a short reference."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey.exceptions import (
    AnswersPurged,
    AnswersRejected,
    Conflict,
    DeviceUnknown,
    InvalidInput,
    NotFound,
    RequestStale,
    SignInFailed,
    SignInThrottled,
    StorageUnavailable,
    SurveyError,
    TooManyRequests,
)

logger = logging.getLogger(__name__)

STATUS: dict[type[SurveyError], int] = {
    NotFound: 404,
    Conflict: 409,
    InvalidInput: 422,
    AnswersRejected: 422,
    DeviceUnknown: 401,
    RequestStale: 409,
    SignInFailed: 401,
    SignInThrottled: 429,
    StorageUnavailable: 503,
    TooManyRequests: 429,
    AnswersPurged: 410,
}
RETRY_AFTER_S = 5


def init_app(app: Flask) -> None:
    app.register_error_handler(SurveyError, _domain_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: SurveyError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)


def _answer(status: int, code: str, reference: str | None = None) -> Response:
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        response = jsonify(code=code, reference=reference)
    else:
        response = make_response(
            render_template("errors/error.html", status=status, code=code, reference=reference)
        )
    response.status_code = status
    if status in {429, 503}:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _domain_error(error: SurveyError) -> ResponseReturnValue:
    response = _answer(status_of(error), error.code)
    if "retry_after_s" in error.data:
        response.headers["Retry-After"] = str(error.data["retry_after_s"])
    return response


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _answer(400, "stale-form")


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    return _answer(error.code or 500, f"http-{error.code}")


def _unexpected(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4).upper()
    logger.error(
        "unexpected error", exc_info=error, extra={"reference": reference, "endpoint": request.endpoint}
    )
    return _answer(500, "unexpected", reference)
