"""What the phone form remembers between requests, so that a screen needs no query and little work.

A screen is the same for everyone of one version, language, stage and desk; only the chosen answers differ.
So its HTML is made once and the choices are marked in it afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from typing import cast

from flask import current_app
from flask.blueprints import BlueprintSetupState

from survey.context import database, played, runtime, spoken
from survey.enums import Stage
from survey.services.answers import drafts, frontage
from survey.services.answers.drafts import Draft
from survey.services.answers.frontage import Frontage
from survey.services.office.instruments import Published
from survey.web.phone.counting import ScreenTally

# A new hotline, desk name or questionnaire version is seen after this many seconds, in every process.
FRONTAGE_S = 5.0
PAGE_LIMIT = 1000
_EXTENSION = "sipas-phone"


class Memory:
    """One for each application."""

    def __init__(self) -> None:
        self.tally = ScreenTally()
        self._frontage: Frontage | None = None
        self._frontage_until = 0.0
        self._version_id = 0
        self._published: dict[tuple[int, str], Published] = {}
        self._orders: dict[tuple[int, Stage | None], tuple[str, ...]] = {}
        self._pages: dict[Hashable, str] = {}

    def frontage(self) -> Frontage:
        found = self._frontage
        if found is None or time.monotonic() >= self._frontage_until:
            with database().read() as session:
                found = self._frontage = frontage.read(session)
                self._version_id = runtime().instruments.current(session).id
            self._frontage_until = time.monotonic() + FRONTAGE_S
        return found

    def version_id(self) -> int:
        """Give the version that is asked today."""
        self.frontage()
        return self._version_id

    def published(self, version_id: int) -> Published:
        """Give a version in every language that is spoken now."""
        speaking = spoken()
        found = self._published.get((version_id, speaking.fingerprint))
        if found is None:
            with database().read() as session:
                found = speaking.published(runtime().instruments.get(session, version_id))
            # Of a language that was brought in anew only the present texts are kept.
            self._published = {
                key: one for key, one in self._published.items() if key[1] == speaking.fingerprint
            }
            self._published[version_id, speaking.fingerprint] = found
        return found

    def screens(self, draft: Draft) -> tuple[str, ...]:
        """Give the screens of a draft in their order."""
        key = (draft.version_id, draft.stage)
        found = self._orders.get(key)
        if found is None:
            found = self._orders[key] = drafts.screens(
                self.published(draft.version_id).instrument, draft.stage
            )
        return found

    def page(self, key: Hashable, render: Callable[[], str]) -> str:
        spoken_key = (key, spoken().fingerprint, played().fingerprint)
        html = self._pages.get(spoken_key)
        if html is None:
            html = render()
            if len(self._pages) >= PAGE_LIMIT:
                self._pages.clear()
            self._pages[spoken_key] = html
        return html


def prepare(state: BlueprintSetupState) -> None:
    """Give the application that takes the blueprint a memory of its own."""
    state.app.extensions[_EXTENSION] = Memory()


def memory() -> Memory:
    return cast("Memory", current_app.extensions[_EXTENSION])


def with_choices(html: str, choices: Mapping[str, str]) -> str:
    """Mark what this person chose before; templates write `name` and `value` of an option side by side."""
    for name, value in choices.items():
        option = f'name="{name}" value="{value}"'
        html = html.replace(option, f"{option} checked", 1)
    return html
