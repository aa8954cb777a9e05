"""What templates may use: translations of the request's language, numbers and dates as it writes them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask, g, url_for
from markupsafe import Markup, escape

from survey import __version__, i18n
from survey.context import (
    LOCALE_ARGUMENT,
    current_locale,
    current_officer,
    database,
    offered_locales,
    page_address,
    played,
    settings,
    spoken,
)
from survey.enums import Role
from survey.paths import static_dir
from survey.reports.words.names import role_name
from survey.services.office import installation, unit_tree


@dataclass(frozen=True, slots=True)
class _Office:
    unit: str = ""
    demo: bool = False


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext,
        # Vietnamese has no plural, and a language of an office takes the same text for any number.
        lambda one, many, n: i18n.translations(current_locale()).ngettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: i18n.translations(current_locale()).pgettext(context, text),
    )
    env.globals.update(
        asset=asset,
        language_url=language_url,
        languages_offered=languages_offered,
        sound=sound,
        has_sounds=lambda: bool(played().clips.get(current_locale())),
        Role=Role,
        version=__version__,
    )
    env.globals.update(governs=_governs, office=_office)
    env.filters.update(
        percent=lambda share, digits=1: i18n.format_percent(share, digits, locale=current_locale()),
        percent_against=lambda share, threshold: i18n.format_percent_against(
            share, threshold, locale=current_locale()
        ),
        points=lambda difference: i18n.format_points(difference, locale=current_locale()),
        number=lambda value: i18n.format_number(value, locale=current_locale()),
        date=lambda day: i18n.format_date(day, locale=current_locale()),
        datetime=lambda at: i18n.format_datetime(at, settings().zone, locale=current_locale()),
        role_name=lambda role: role_name(role, locale=current_locale()),
        words=words,
        dialled=dialled,
        unbroken=unbroken,
        whole_figures=whole_figures,
    )
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {"locale": current_locale(), "officer": current_officer()}


def languages_offered() -> list[tuple[str, str]]:
    """Give code and name of each language of this page; every language calls itself by its own name."""
    return [(code, spoken().name(code)) for code in offered_locales()]


def sound(code: str) -> str:
    """Give the address of a recording in the language of the page; empty where there is none."""
    locale = current_locale()
    clip = played().clips.get(locale, {}).get(code)
    return url_for("sounds.play", language=locale, name=clip.path.name, v=clip.version) if clip else ""


def gettext(text: str) -> str:
    """Give a text of a page. Templates take ours as markup; what an office wrote is text and nothing else."""
    locale = current_locale()
    if locale in i18n.LOCALES:
        return i18n.translations(locale).gettext(text)
    written = spoken().gettext(locale, text)
    return written if i18n.STAND_IN[0] in written else str(escape(written))


def _governs() -> bool:
    """Say whether who is signed in may change what concerns the whole installation."""
    officer = current_officer()
    if officer is None or not officer.may(Role.ADMINISTRATOR):
        return False
    if "governs" not in g:
        with database().read() as session:
            g.governs = unit_tree.governs(session, officer.unit_id)
    return bool(g.governs)


def _office() -> _Office:
    """Say at whose pages the officer who is signed in is."""
    officer = current_officer()
    if officer is None:
        return _Office()
    with database().read() as session:
        names = installation.unit_names(session, officer.unit_id)
        return _Office(next(iter(names.values()), ""), installation.read(session).demo)


def words(texts: dict[str, str]) -> str:
    """Choose the text of the request's language; Vietnamese where it is missing."""
    return texts.get(current_locale()) or texts[i18n.SOURCE]


def unbroken(text: str) -> Markup:
    """Keep words of two syllables on one line, in a text or in what is already a piece of a page."""
    return Markup(i18n.keep_together(str(escape(text))))  # noqa: S704 - escaped; spans are all that is new


def whole_figures(page: str) -> Markup:
    """Keep figures of a piece of a page on one line with their signs and units."""
    return Markup(i18n.whole_figures_of_page(str(page)))  # noqa: S704 - spaces are all that is new


def dialled(hotline: str) -> str:
    """Give what a telephone dials of a number as an office writes it: the first one, without words."""
    first = re.split(r"\s[-–/]\s|[,;/]|[^\W\d]", hotline)[0]
    return re.sub(r"[^\d+]", "", first)


@cache
def _fingerprint(filename: str) -> str:
    return hashlib.sha256((static_dir() / filename).read_bytes()).hexdigest()[:10]


def asset(filename: str) -> str:
    """Give the address of a static file; it changes with the content, so a browser may keep it long."""
    return url_for("static", filename=filename, v=_fingerprint(filename))


def language_url(locale: str) -> str:
    """Give this page in another language: a plain link, so that it works without scripts.

    What answers a form has no address of its own to go back to: it says which page it stands for.
    """
    endpoint, arguments = page_address()
    return url_for(endpoint, **{**arguments, LOCALE_ARGUMENT: locale})
