"""`GET /api/v1/openapi.json`: this interface as an OpenAPI document; a test compares it with the routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

import survey
from survey.api.blueprint import api_bp
from survey.api.dossiers import HEADINGS, MOST_AT_ONCE
from survey.context import PUBLIC, access
from survey.services.inviting import issuing
from survey.services.people import api_tokens

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_FLAG: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "integer"}


def _object(required: list[str], **properties: Schema) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(name: str) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": _named(name)}}}


def _answer(description: str, name: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _named(name)}}}


_PROBLEM: Schema = {
    "description": "Refused; `code` is stable, `title` is for people.",
    "content": {"application/problem+json": {"schema": _named("Problem")}},
}

SCHEMAS: Mapping[str, Schema] = {
    "Desk": _object(["code", "name"], code=_TEXT, name=_TEXT),
    "Desks": _object(["token", "desks"], token=_TEXT, desks={"type": "array", "items": _named("Desk")}),
    "InvitationOrder": _object(
        [],
        dossier={
            **_TEXT,
            "description": "Code of a dossier that was imported or sent. Left out: a slip that names none.",
        },
        desk={**_TEXT, "description": "Code of a desk; needed where the token stands for several."},
    ),
    "Invitation": _object(
        [
            "code",
            "url",
            "svg",
            "smallest_side_mm",
            "last_day",
            "desk",
            "office_network_only",
            "replaced",
            "repeated",
            "notice",
        ],
        code={**_TEXT, "description": "To be typed where the square cannot be scanned."},
        url={**_TEXT, "description": "What the square says, in capitals. Print it unchanged."},
        svg={**_TEXT, "description": "The square with its white border, one unit a module."},
        smallest_side_mm={"type": "number", "description": "Of the square with its border, at 203 dpi."},
        last_day=_DAY,
        desk=_named("Desk"),
        office_network_only={**_FLAG, "description": "Phones must be on the Wi-Fi of the office."},
        replaced={**_FLAG, "description": "The slip this dossier had before is void now."},
        repeated={**_FLAG, "description": "The slip of an earlier call with the same Idempotency-Key."},
        notice=_TEXT,
    ),
    "Dossier": _object(
        ["code"],
        **{name: _DAY if name.endswith("_on") else _TEXT for name in HEADINGS},
    ),
    "DossierBatch": _object(
        ["dossiers"],
        desk=_TEXT,
        dossiers={
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_AT_ONCE,
            "items": _named("Dossier"),
        },
    ),
    "DossierResult": _object(
        ["added", "updated", "unchanged", "refused", "unknown_fields"],
        added=_NUMBER,
        updated=_NUMBER,
        unchanged=_NUMBER,
        refused={
            "type": "array",
            "items": _object(["index", "field", "reason"], index=_NUMBER, field=_TEXT, reason=_TEXT),
        },
        unknown_fields={
            "type": "array",
            "description": "Names of fields, or of procedures, that no field of the office goes by.",
            "items": _object(["name", "dossiers"], name=_TEXT, dossiers=_NUMBER),
        },
    ),
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": _NUMBER,
            "code": _TEXT,
            "field": _TEXT,
            "allowed": {"type": "array"},
            "reference": _TEXT,
        },
    },
}

PATHS: Mapping[str, Mapping[str, Any]] = {
    "/desks": {
        "get": {
            "operationId": "desks",
            "summary": "The desks this token may ask for; a first call to try the connection.",
            "responses": {"200": _answer("The desks.", "Desks"), "default": _PROBLEM},
        }
    },
    "/dossiers": {
        "post": {
            "operationId": "store_dossiers",
            "summary": "Store dossiers, and new days of known ones. Names of applicants are refused.",
            "requestBody": _body("DossierBatch"),
            "responses": {"200": _answer("What was stored.", "DossierResult"), "default": _PROBLEM},
        }
    },
    "/invitations": {
        "post": {
            "operationId": "issue_invitation",
            "summary": "Issue one slip: code, address and drawing are in this answer and nowhere else.",
            "description": (
                "Without `Idempotency-Key` a second call for a dossier is a reprint: the slip before is void "
                "(`replaced`). With one, a repeated call within "
                f"{issuing.KEY_DAYS} days gets the same slip (`repeated`). Whether a slip was answered is "
                "never told."
            ),
            "parameters": [
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string", "maxLength": issuing.KEY_CHARACTERS},
                }
            ],
            "requestBody": _body("InvitationOrder"),
            "responses": {
                "201": _answer("A new slip.", "Invitation"),
                "200": _answer("The slip of an earlier call.", "Invitation"),
                "default": _PROBLEM,
            },
        }
    },
}

DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "SIPAS",
        "version": survey.__version__,
        "description": (
            f"For the one-stop software. At most {api_tokens.MOST_A_MINUTE} writing calls a minute a token."
        ),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [{"url": "/api/v1"}],
    "security": [{"token": []}],
    "paths": PATHS,
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}


@api_bp.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@access(PUBLIC)
def nothing(rest: str) -> ResponseReturnValue:
    """Tell a program in its own format that there is nothing here."""
    del rest
    abort(404)


@api_bp.get("/openapi.json")
@access(PUBLIC)
def openapi() -> ResponseReturnValue:
    return dict(DOCUMENT)
