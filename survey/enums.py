"""Closed lists of values that are stored. Words for people stand in templates, not here."""

from __future__ import annotations

from enum import StrEnum


class Dimension(StrEnum):
    """The five SIPAS dimensions."""

    ACCESS = "access"
    PROCEDURE = "procedure"
    STAFF = "staff"
    OUTCOME = "outcome"
    PETITIONS = "petitions"


class Stage(StrEnum):
    """What the citizen came for. `ANY` stands for a stage that was coarsened."""

    FILING = "filing"
    RESULT = "result"
    OTHER = "other"
    ANY = "*"


class Form(StrEnum):
    """Full: every item. Split: one item of each dimension."""

    FULL = "full"
    SPLIT = "split"


class TrustClass(StrEnum):
    """How an answer came in, and so how far it is beyond the reach of staff."""

    PHONE_TOKEN = "A"
    KIOSK_TOKEN = "B"
    KIOSK = "C"
    POSTER = "P"
    ASSISTED = "D"
    PAPER = "E"
    COARSENED = "*"


class Part(StrEnum):
    """The three pools that are mixed and shown apart from each other."""

    HEADLINE = "headline"  # people who received a result, classes A, B, C
    OTHER_STAGES = "other_stages"  # classes A, B, C at another stage
    APART = "apart"  # posters, assisted entry, paper


class Channel(StrEnum):
    PHONE = "phone"
    KIOSK = "kiosk"
    ASSISTED = "assisted"
    PAPER = "paper"


class Signal(StrEnum):
    """What makes an answer worth a second look. Never a reason to delete one, never a proof."""

    FAST = "fast"
    STRAIGHT = "straight"
    BURST = "burst"
    REPEATED = "repeated"
    PACE = "pace"
    CLOSED = "closed"


class Review(StrEnum):
    """What became of a comment when it was looked through; none yet: it waits."""

    APPROVED = "approved"
    HIDDEN = "hidden"


class HideReason(StrEnum):
    """Why a comment is kept from wider reading. Being unwelcome is no reason."""

    NAMES_PERSON = "names-person"
    INSULTS = "insults"
    NOT_ABOUT_SERVICE = "not-about-service"
    REPEATS = "repeats"


class Reached(StrEnum):
    """How a call-back went."""

    SPOKE = "spoke"
    DECLINED = "declined"
    NOT_REACHED = "not-reached"


class Said(StrEnum):
    """What a person said to a question of a call-back."""

    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"


class Role(StrEnum):
    """What an officer may do; each role includes what the ones after it may."""

    ADMINISTRATOR = "administrator"
    HEAD = "head"
    OFFICER = "officer"
    VIEWER = "viewer"


class UnitLevel(StrEnum):
    COMMUNE = "commune"
    DISTRICT = "district"
    PROVINCE = "province"
    MINISTRY = "ministry"


class InvitationState(StrEnum):
    OPEN = "open"
    SPENT = "spent"
    VOID = "void"


class InvitationWay(StrEnum):
    """How an invitation was handed out; counted for each desk and day."""

    ROLL = "roll"
    DOSSIER = "dossier"
    API = "api"


class Operator(StrEnum):
    AT_LEAST = ">="
    ABOVE = ">"


class FilingChannel(StrEnum):
    COUNTER = "counter"
    ONLINE = "online"
    POSTAL = "postal"


HEADLINE_CLASSES = frozenset({TrustClass.PHONE_TOKEN, TrustClass.KIOSK_TOKEN, TrustClass.KIOSK})


def part_of(stage: Stage, trust_class: TrustClass) -> Part:
    """Say in which pool an answer is mixed and shown."""
    if trust_class not in HEADLINE_CLASSES:
        return Part.APART
    return Part.HEADLINE if stage is Stage.RESULT else Part.OTHER_STAGES
