"""The blueprint object alone, so that the route modules import it without a cycle."""

from flask import Blueprint

from survey.web.phone import memory

phone_bp = Blueprint("phone", __name__)
phone_bp.record(memory.prepare)
