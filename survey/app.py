"""Composition root: settings → database → templates → blueprints (the kiosk's too) → error pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemLoader, StrictUndefined

from kiosk.routes import kiosk_bp
from survey.api import api_bp
from survey.context import Runtime
from survey.db import Database, Role
from survey.paths import static_dir, templates_dir
from survey.seal import Keyring
from survey.services.office.instruments import InstrumentStore
from survey.services.spoken.languages import Languages
from survey.services.spoken.sounds import Sounds
from survey.settings import Settings
from survey.web import compression, errors, limits, rendering, security, untranslated
from survey.web.admin import admin_bp
from survey.web.auth import auth_bp
from survey.web.health import health_bp
from survey.web.officer import officer_bp
from survey.web.phone import phone_bp
from survey.web.public import public_bp
from survey.web.sounds import sounds_bp
from survey.web.uploads import MemoryRequest

# A form page carries an answer, a comment or a table of a few thousand dossiers; not more.
MAX_REQUEST_BYTES = 6 * 1024 * 1024


class Application(Flask):
    """Flask whose views are all plain functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Take every function as it is: asking each whether it is a coroutine is a twentieth of a request."""
        return func


def create_app(settings: Settings | None = None, *, database: Database | None = None) -> Flask:
    """Assemble the application. It opens the database but does not change it."""
    settings = settings or Settings.from_env()
    keyring = Keyring.open(settings.data)
    app = Application("survey", static_folder=str(static_dir()), static_url_path="/static")
    app.request_class = MemoryRequest
    app.config.update(
        SECRET_KEY=keyring.text_key("flask-session"),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="sipas-form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=12 * 3600,  # a page may stay open over a working day
        WTF_CSRF_CHECK_DEFAULT=False,  # asked for by `web.security`
        WTF_CSRF_SSL_STRICT=False,  # the origin is checked there too
    )
    app.extensions["sipas"] = Runtime(
        settings=settings,
        database=database or Database.open(settings, role=Role.SERVER),
        keyring=keyring,
        instruments=InstrumentStore(),
        languages=Languages(settings.data),
        sounds=Sounds(settings.data),
    )
    app.jinja_loader = FileSystemLoader(str(templates_dir()))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    rendering.init_app(app)
    security.init_app(app)
    limits.init_app(app)
    compression.init_app(app)
    untranslated.init_app(app)
    errors.init_app(app)
    for blueprint in (
        health_bp,
        public_bp,
        sounds_bp,
        phone_bp,
        kiosk_bp,
        auth_bp,
        officer_bp,
        admin_bp,
        api_bp,
    ):
        app.register_blueprint(blueprint)
    return app
