"""The blueprint of the kiosk with its own static files; its route modules are imported last."""

import mimetypes

from flask import Blueprint

# With `nosniff` a module of another type does not run, and a Windows registry may say anything.
mimetypes.add_type("text/javascript", ".mjs")

kiosk_bp = Blueprint(
    "kiosk", __name__, url_prefix="/kiosk", static_folder="static", static_url_path="/static"
)

import kiosk.comment_link  # noqa: E402 - the routes need the blueprint above
import kiosk.offline  # noqa: E402 - the routes need the blueprint above
import kiosk.printing  # noqa: E402
import kiosk.rescue  # noqa: E402
import kiosk.sync  # noqa: E402
import kiosk.tablet  # noqa: E402
import kiosk.trust  # noqa: E402, F401
