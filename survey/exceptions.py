"""Domain errors: a code and data, no HTTP and no wording for people."""

from __future__ import annotations


class SurveyError(Exception):
    """Something the domain refuses. `code` is stable; `data` holds what the wording needs."""

    code = "survey-error"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code)
        self.data = data

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{self.code}({details})" if details else self.code


class NotFound(SurveyError):
    code = "not-found"


class Conflict(SurveyError):
    """The request contradicts what is stored, for example a name that is taken."""

    code = "conflict"


class InvalidInput(SurveyError):
    """A value a person typed cannot be used. `field` and `value` say which."""

    code = "invalid-input"


class AnswersRejected(SurveyError):
    """The answers do not fit the published questionnaire version."""

    code = "answers-rejected"


class InvitationUnknown(SurveyError):
    code = "invitation-unknown"


class InvitationSpent(SurveyError):
    code = "invitation-spent"


class InvitationVoid(SurveyError):
    code = "invitation-void"


class InvitationExpired(SurveyError):
    code = "invitation-expired"


class CommentLinkUnknown(SurveyError):
    code = "comment-link-unknown"


class CommentLinkExpired(SurveyError):
    code = "comment-link-expired"


class CommentLinkSpent(SurveyError):
    code = "comment-link-spent"


class DeviceUnknown(SurveyError):
    code = "device-unknown"


class RequestStale(SurveyError):
    """A tablet signed by a time that is not ours; it hears ours with the answer and signs again."""

    code = "request-stale"


class SignInFailed(SurveyError):
    code = "sign-in-failed"


class SignInThrottled(SurveyError):
    """Too many attempts. `retry_after_s` says how long to wait."""

    code = "sign-in-throttled"


class ApiTokenUnknown(SurveyError):
    """A program showed no token, an unknown one or a revoked one."""

    code = "api-token-unknown"


class TooManyRequests(SurveyError):
    """A program asks too often. `retry_after_s` says how long to wait."""

    code = "too-many-requests"


class AnswersPurged(SurveyError):
    """Single answers of that time are deleted; `kept_from` says from which day on they are kept."""

    code = "answers-purged"


class StorageUnavailable(SurveyError):
    """The database cannot store now (disk full, lost connection): try again, nothing was kept."""

    code = "storage-unavailable"


class AlreadyRunning(SurveyError):
    """Another server owns this data folder."""

    code = "already-running"


class ImportRejected(SurveyError):
    """A file could not be read at all. Row errors are data of the preview, not exceptions."""

    code = "import-rejected"
