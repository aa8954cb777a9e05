"""One sentence of what was done, on the page that comes next."""

from __future__ import annotations

from flask import flash

from survey import i18n
from survey.context import current_locale


def translated(text: str) -> str:
    """Say a text that was marked with `N_` in the reader's language."""
    return i18n.translations(current_locale()).gettext(text)


def tell(text: str, **values: object) -> None:
    flash(translated(text) % values if values else translated(text))
