"""What other programs of the office may ask of us over HTTP: `docs/api.md`, `/api/v1/openapi.json`."""

from survey.api import dossiers, invitations, places, problems, specification
from survey.api.blueprint import api_bp

__all__ = ["api_bp", "dossiers", "invitations", "places", "problems", "specification"]
