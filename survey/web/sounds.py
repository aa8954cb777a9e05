"""Recordings of questions and options, handed out as they lie in the data folder."""

from __future__ import annotations

from flask import Blueprint, abort, request, send_file
from flask.typing import ResponseReturnValue

from survey.context import PUBLIC, access, played
from survey.services.spoken.sounds import KINDS

sounds_bp = Blueprint("sounds", __name__)

# An address changes with its content.
_SECONDS = 30 * 24 * 3600


@sounds_bp.get("/am-thanh/<language>/<name>")
@access(PUBLIC)
def play(language: str, name: str) -> ResponseReturnValue:
    """Give one recording, whole or in part; only what may be played can be asked for."""
    clip = played().clips.get(language, {}).get(name.rpartition(".")[0])
    if clip is None or clip.path.name != name:
        abort(404)
    response = send_file(clip.path, mimetype=KINDS[clip.kind], conditional=True)
    if request.args.get("v") == clip.version:
        response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return response
