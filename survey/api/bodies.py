"""Reading what a program sent: a JSON object with known names only.

A name that is not known is refused, not passed over: it may be the applicant's, and would be sent for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from survey.exceptions import InvalidInput


def json_object(*allowed: str) -> Mapping[str, Any]:
    """Give the body of this request.

    Raises
    ------
    InvalidInput
    """
    return known_names(request.get_json(), *allowed)


def known_names(body: object, *allowed: str) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise InvalidInput(field="body", reason="object", allowed=list(allowed))
    unknown = sorted(set(body) - set(allowed))
    if unknown:
        raise InvalidInput(field=unknown[0][:60], reason="unknown-name", allowed=list(allowed))
    return body


def text(body: Mapping[str, Any], name: str) -> str | None:
    """Give a text of the body; None where it is left out, null or empty."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput(field=name, reason="text")
    return value.strip() or None
