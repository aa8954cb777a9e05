"""The blueprint object with its static files, alone, so that the route modules import it without a cycle."""

import mimetypes

from flask import Blueprint

# With `nosniff` a module of another type does not run, and a Windows registry may say anything.
mimetypes.add_type("text/javascript", ".mjs")

kiosk_bp = Blueprint(
    "kiosk", __name__, url_prefix="/kiosk", static_folder="static", static_url_path="/static"
)
