"""SIPAS: citizens rate the one-stop desk, officers see where each dimension stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from survey.settings import Settings

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Flask is loaded here and not by `import survey.models`."""
    from survey.app import create_app as build

    return build(settings)
