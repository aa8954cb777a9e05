"""Flask glue, the one place: what a request may reach, who asks, in which language, and who is let in.

Every view declares who may call it with `@access(...)`. A view without a rule is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar, cast

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from survey import clock, i18n
from survey.db import Database
from survey.enums import Role
from survey.instrument import Instrument
from survey.seal import Keyring
from survey.services.office.instruments import InstrumentStore, Published
from survey.services.people.api_tokens import ApiCaller
from survey.services.people.officers import SignedIn
from survey.services.spoken import tiles
from survey.services.spoken.languages import Languages, Spoken
from survey.services.spoken.sounds import Played, Sounds
from survey.services.spoken.tiles import FieldTile
from survey.settings import Settings

PUBLIC = "public"
DEVICE = "device"  # a kiosk that was enrolled; checked in the kiosk itself
API = "api"  # another program of the office, known by its token
LOCALE_ARGUMENT = "lang"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the process opened once at its start."""

    settings: Settings
    database: Database
    keyring: Keyring
    instruments: InstrumentStore
    languages: Languages
    sounds: Sounds


def runtime() -> Runtime:
    return cast("Runtime", current_app.extensions["sipas"])


def database() -> Database:
    return runtime().database


def keyring() -> Keyring:
    return runtime().keyring


def settings() -> Settings:
    return runtime().settings


def now() -> datetime:
    return clock.now()


def today() -> date:
    return clock.office_day(now(), settings().zone)


def current_instrument() -> Published:
    """Give the version that is asked today, read once for each request."""
    if "instrument" not in g:
        with database().read() as session:
            g.instrument = runtime().instruments.current(session)
    return cast("Published", g.instrument)


def current_officer() -> SignedIn | None:
    return cast("SignedIn | None", g.get("officer"))


def the_officer() -> SignedIn:
    """Give the officer of a view whose access rule asks for one."""
    officer = current_officer()
    if officer is None:
        raise RuntimeError("this view has no access rule that asks for an officer")
    return officer


def the_api_caller() -> ApiCaller:
    """Give the program of a view whose access rule asks for one."""
    caller = cast("ApiCaller | None", g.get("api_caller"))
    if caller is None:
        raise RuntimeError("this view has no access rule that asks for an API token")
    return caller


def spoken() -> Spoken:
    """Give the languages that citizens can choose, the same for all of one request."""
    found: Spoken | None = g.get("spoken")
    if found is None:
        found = g.spoken = runtime().languages.now()
    return found


def played() -> Played:
    """Give the recordings that may be played, the same for all of one request."""
    found: Played | None = g.get("played")
    if found is None:
        found = g.played = runtime().sounds.now(spoken(), citizen_texts)
    return found


def citizen_texts() -> tuple[Instrument, Sequence[FieldTile]]:
    """Give what citizens are asked today: the questionnaire and the fields of the office."""
    with database().read() as session:
        return current_instrument().instrument, tuple(tiles.fields_offered(session))


def offered_locales() -> tuple[str, ...]:
    """Give the languages of this page: officers' pages have ours alone."""
    return i18n.LOCALES if _is_officers() else spoken().codes


def _is_officers() -> bool:
    if request.endpoint is None:
        return False
    return request.blueprint == "auth" or isinstance(access_rule_of(request.endpoint), Role)


def current_locale() -> str:
    """Give the language of this request: chosen by link, kept by the flow that chose it, else Vietnamese."""
    found: str | None = g.get("locale")
    if found is None:
        wish, kept = request.args.get(LOCALE_ARGUMENT), g.get("kept_locale")
        found = g.locale = i18n.negotiate(wish, kept, None, among=offered_locales())
    return found


def stand_for(endpoint: str, **arguments: object) -> None:
    """Say which page an answer to a form shows: where a link to "this page" leads."""
    g.page_address = (endpoint, arguments)


def page_address() -> tuple[str, dict[str, Any]]:
    """Give endpoint and arguments of the page that this request shows."""
    if "page_address" in g:
        return cast("tuple[str, dict[str, Any]]", g.page_address)
    if request.url_rule is None or "GET" not in (request.url_rule.methods or ()):
        return ("public.home" if current_officer() is None else "officer.overview"), {}
    return str(request.endpoint), {**request.args.to_dict(), **(request.view_args or {})}


def access(rule: str | Role) -> Callable[[View], View]:
    """Declare who may call a view: `PUBLIC`, `DEVICE`, `API`, or the lowest role that may."""

    def declare(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]  # read by `access_rule_of`
        return view

    return declare


def access_rule_of(endpoint: str) -> str | Role | None:
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], "access_rule", None)
