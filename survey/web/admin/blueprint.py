"""The blueprint object alone, so that the page modules import it without a cycle."""

from flask import Blueprint

from survey.web import kept_language

admin_bp = Blueprint("admin", __name__, url_prefix="/can-bo/quan-tri")
kept_language.init_blueprint(admin_bp)
