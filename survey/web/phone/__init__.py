"""The phone form: plain HTML, one form a screen, the unfinished answer in a sealed cookie of the phone."""

from survey.web.phone import comment_link, entry, privacy, steps
from survey.web.phone.blueprint import phone_bp

__all__ = ["comment_link", "entry", "phone_bp", "privacy", "steps"]
