"""The blueprint object alone, so that the page modules import it without a cycle."""

from flask import Blueprint

from survey.web import kept_language

officer_bp = Blueprint("officer", __name__, url_prefix="/can-bo")
kept_language.init_blueprint(officer_bp)
