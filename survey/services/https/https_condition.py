"""How https stands here: one state, the worst first, for the doctor and the officers' page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from survey.exceptions import InvalidInput
from survey.services.https import addresses, certificates, office_authority
from survey.services.https.certificates import Held
from survey.settings import Settings

# Every tablet has to be visited to install another authority: told half a year before.
AUTHORITY_SOON = timedelta(days=180)


class State(StrEnum):
    NONE = "none"
    UNREADABLE = "unreadable"
    KEY = "key"  # certificate and key do not belong together
    EXPIRED = "expired"
    EARLY = "early"  # not valid yet: the clock is behind, or was ahead when it was made
    NAME = "name"  # not for the address that tablets open
    SOON = "soon"
    AUTHORITY = "authority"  # the office's own authority ends soon
    NO_RENEWAL = "no-renewal"  # the authority's key is not here: the server cannot renew by itself
    PROXY = "proxy"  # https ends before this server
    GOOD = "good"

    @property
    def is_broken(self) -> bool:
        """True when tablets cannot connect."""
        return self in {State.UNREADABLE, State.KEY, State.EXPIRED, State.EARLY}

    @property
    def is_fine(self) -> bool:
        return self in {State.GOOD, State.PROXY, State.NO_RENEWAL}


@dataclass(frozen=True, slots=True)
class Condition:
    state: State
    address: str  # that tablets open
    until: datetime | None = None
    fingerprint: str = ""  # of the office's own authority

    @property
    def is_broken(self) -> bool:
        return self.state.is_broken

    @property
    def is_fine(self) -> bool:
        return self.state.is_fine


def look(settings: Settings, *, now: datetime) -> Condition:
    address = addresses.tablet_url(settings)
    if settings.tls_port is None:
        by_proxy = (settings.public_url or "").startswith("https:")
        return Condition(State.PROXY if by_proxy else State.NONE, settings.public_url or address)
    try:
        held = certificates.find(settings.data)
    except InvalidInput:
        return Condition(State.UNREADABLE, address)
    if held is None:
        return Condition(State.NONE, address)
    fingerprint = certificates.fingerprint(held.authority) if held.authority else ""
    return Condition(_state(settings, held, now), address, held.until, fingerprint)


def _state(settings: Settings, held: Held, now: datetime) -> State:
    has_key = office_authority.authority_key_file(settings.data).exists()
    host = addresses.own_host(settings)
    for holds, state in (
        (not held.key_fits, State.KEY),
        (now >= held.until, State.EXPIRED),
        (held.is_early(now), State.EARLY),
        (held.authority is not None and not held.covers(host), State.NAME),
        (held.expires_soon(now), State.SOON),
        (
            held.authority is not None and now >= held.authority.not_valid_after_utc - AUTHORITY_SOON,
            State.AUTHORITY,
        ),
        (held.authority is not None and not has_key, State.NO_RENEWAL),
    ):
        if holds:
            return state
    return State.GOOD
