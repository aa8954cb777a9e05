"""What makes the tablet an app that opens without a network: page, service worker, manifest."""

from __future__ import annotations

import json

from flask import Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.blueprint import kiosk_bp
from kiosk.configuration import STATIC_DIR, program_fingerprint
from kiosk.scripts import lean
from survey import i18n
from survey.context import PUBLIC, access
from survey.paths import static_dir
from survey.web.security import CAMERA_ALLOWED

# Of the files of `survey`, what a page of the tablet is drawn with.
_SHARED = ("css/base.css", "fonts/*.woff2", "img/*.svg")


@kiosk_bp.get("/shell")
@access(PUBLIC)
def shell() -> ResponseReturnValue:
    """Give the kiosk's page without anything of a tablet: that comes out of what the tablet keeps."""
    page = render_template("kiosk/kiosk.html", config={"program": program_fingerprint()})
    return page, CAMERA_ALLOWED


@kiosk_bp.get("/tinh-trang")
@access(PUBLIC)
def state() -> ResponseReturnValue:
    """Give the page where a technician sees what the tablet holds; the tablet itself fills it in."""
    return render_template("kiosk/state.html", program=program_fingerprint())


@kiosk_bp.get("/worker.js")
@access(PUBLIC)
def worker() -> ResponseReturnValue:
    """Give the service worker of this release: another release is another text, and so another worker."""
    source = lean((STATIC_DIR / "worker.js").read_bytes()).decode()
    head = {"PROGRAM": program_fingerprint(), "FILES": kept_files()}
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in head.items()]
    return _typed("".join(lines) + source, "text/javascript")


def kept_files() -> list[str]:
    """Give the addresses of everything that the tablet's pages need, the kiosk's page first."""
    pages = [url_for("kiosk.shell"), url_for("kiosk.state")]
    own = [
        url_for("kiosk.static", filename=path.relative_to(STATIC_DIR).as_posix())
        for path in sorted(STATIC_DIR.rglob("*"))
        if path.is_file() and path.name != "worker.js"
    ]
    shared = [
        url_for("static", filename=path.relative_to(static_dir()).as_posix())
        for pattern in _SHARED
        for path in sorted(static_dir().glob(pattern))
    ]
    return [*pages, url_for("kiosk.manifest"), *own, *shared]


@kiosk_bp.get("/app.webmanifest")
@access(PUBLIC)
def manifest() -> ResponseReturnValue:
    """Say how the tablet is installed: whole screen, its own icon."""
    gettext = i18n.translations(i18n.LOCALES[0]).gettext
    text = {
        "id": url_for("kiosk.start"),
        "name": gettext("Khảo sát hài lòng SIPAS"),
        "short_name": "SIPAS",
        "lang": i18n.LOCALES[0],
        "start_url": url_for("kiosk.start"),
        "scope": url_for("kiosk.start"),
        "display": "fullscreen",
        "background_color": "#ffffff",
        "theme_color": "#17507a",
        "icons": [_icon(192), _icon(512)],
    }
    return _typed(current_app.json.dumps(text), "application/manifest+json")


def _icon(side: int) -> dict[str, str]:
    address = url_for("kiosk.static", filename=f"icon-{side}.png")
    return {"src": address, "sizes": f"{side}x{side}", "type": "image/png"}


def _typed(body: str, kind: str) -> Response:
    response = make_response(body)
    response.mimetype = kind
    return response


@kiosk_bp.after_request
def send_lean(response: Response) -> Response:
    if request.endpoint == "kiosk.static" and response.status_code == 200 and request.path.endswith(".mjs"):
        response.direct_passthrough = False
        response.set_data(lean(response.get_data()))
        # An entity tag names exact bytes, and these are others; the date of the file still holds.
        response.headers.pop("ETag", None)
    return response
