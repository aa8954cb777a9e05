"""The blueprint object alone, so that the modules of its routes import it without a cycle."""

from flask import Blueprint

api_bp = Blueprint("api", __name__, url_prefix="/api/v1")
