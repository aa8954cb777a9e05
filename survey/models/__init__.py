"""Tables: every rule that can be a constraint is one."""

from survey.models.api import ApiRequest, ApiToken
from survey.models.base import Base
from survey.models.catalogue import Counter, Desk, Procedure, ProcedureField, Setting, Unit, UnitSuccession
from survey.models.comments import CommentReview, CommentTag, TaggedComment
from survey.models.devices import (
    Enrolment,
    KioskCall,
    KioskDevice,
    KioskHeartbeat,
    ScreenCount,
    ScreenWaiting,
)
from survey.models.dossiers import Dossier
from survey.models.entry import EntryBatch
from survey.models.invitations import Invitation, InvitationCount
from survey.models.notes import DayNote
from survey.models.officers import AuditEvent, Officer, OfficerSession, SignInFailure
from survey.models.plans import Baseline, Goal, Plan, PlanTask
from survey.models.quality import (
    CallbackCase,
    CallbackDraw,
    CallbackResult,
    FlaggedDayTally,
    FlaggedMonthTally,
    SignalCount,
)
from survey.models.reports import PeriodCorrection, PeriodRecord, PeriodReport
from survey.models.responses import (
    BesideCount,
    Comment,
    InstrumentVersion,
    Intake,
    ReasonCount,
    Response,
    SubmissionKey,
)
from survey.models.tallies import (
    CounterMonth,
    CounterWaiting,
    DayTally,
    HourTally,
    HourWaiting,
    MonthRollup,
    MonthTally,
)

__all__ = [
    "ApiRequest",
    "ApiToken",
    "AuditEvent",
    "Base",
    "Baseline",
    "BesideCount",
    "CallbackCase",
    "CallbackDraw",
    "CallbackResult",
    "Comment",
    "CommentReview",
    "CommentTag",
    "Counter",
    "CounterMonth",
    "CounterWaiting",
    "DayNote",
    "DayTally",
    "Desk",
    "Dossier",
    "Enrolment",
    "EntryBatch",
    "FlaggedDayTally",
    "FlaggedMonthTally",
    "Goal",
    "HourTally",
    "HourWaiting",
    "InstrumentVersion",
    "Intake",
    "Invitation",
    "InvitationCount",
    "KioskCall",
    "KioskDevice",
    "KioskHeartbeat",
    "MonthRollup",
    "MonthTally",
    "Officer",
    "OfficerSession",
    "PeriodCorrection",
    "PeriodRecord",
    "PeriodReport",
    "Plan",
    "PlanTask",
    "Procedure",
    "ProcedureField",
    "ReasonCount",
    "Response",
    "ScreenCount",
    "ScreenWaiting",
    "Setting",
    "SignInFailure",
    "SignalCount",
    "SubmissionKey",
    "TaggedComment",
    "Unit",
    "UnitSuccession",
]
