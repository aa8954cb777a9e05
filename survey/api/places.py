"""`GET /api/v1/desks`: for which desks this token may ask; a first call to try a connection with."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from survey.api.blueprint import api_bp
from survey.context import API, access, database, the_api_caller
from survey.services.office import scopes


@api_bp.get("/desks")
@access(API)
def desks() -> ResponseReturnValue:
    caller = the_api_caller()
    with database().read() as session:
        places = scopes.desks_by_id(session, list(caller.desks.values()))
    return {"token": caller.name, "desks": [{"code": desk.code, "name": desk.name} for desk in places]}
