"""The blueprint of the phone form; its route modules are imported last."""

from flask import Blueprint

from survey.web.phone import memory

phone_bp = Blueprint("phone", __name__)
phone_bp.record(memory.prepare)

from survey.web.phone import comment_link, entry, steps  # noqa: E402, F401 - the routes need the blueprint above
