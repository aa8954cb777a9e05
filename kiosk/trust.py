"""How a tablet learns to trust the office's own certificate: the file, the steps, and whether it worked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from kiosk.blueprint import kiosk_bp
from survey.context import PUBLIC, access, now, settings
from survey.services.https import addresses, certificates
from survey.services.https.certificates import Held
from survey.web.security import CONTENT_SECURITY_POLICY

_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:]+\]")
# A page of another origin (http, to which the tablet comes first) asks for this one answer.
_FOR_ANY_PAGE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@dataclass(frozen=True, slots=True)
class Way:
    """The https address that this tablet should use, as far as the server can tell."""

    held: Held
    origin: str
    plain: str  # this page on http, where a device comes that does not trust the certificate yet
    names_host: bool  # the certificate is for the host that the tablet asked for

    @property
    def fingerprint(self) -> list[str]:
        """Give the fingerprint of the office's own authority in groups; empty for another's certificate."""
        return certificates.fingerprint(self.held.authority).split() if self.held.authority else []


def _way() -> Way | None:
    """Give the way to https; None where the server has none."""
    port, held = settings().tls_port, certificates.find_readable(settings().data)
    if port is None or held is None:
        return None
    host = request.host.rpartition(":")[0] if re.search(r":\d+$", request.host) else request.host
    host = host.lower()
    if not (_HOST.fullmatch(host) and held.covers(host.strip("[]"))):
        return Way(held, addresses.tablet_url(settings()), addresses.trust_url(settings()), names_host=False)
    return Way(
        held,
        f"https://{host}{addresses.port_suffix(port, 443)}",
        f"http://{host}{addresses.port_suffix(settings().port, 80)}{url_for('kiosk.trust')}",
        names_host=True,
    )


@kiosk_bp.get("/chung-thu")
@access(PUBLIC)
def trust() -> ResponseReturnValue:
    way = _way()
    page = make_response(
        render_template(
            "kiosk/trust.html",
            way=way,
            secure=request.scheme == "https",
            valid=way is not None and way.held.key_fits and way.held.is_valid(now()),
        )
    )
    if way is not None:
        # The page asks the https address whether this tablet trusts it.
        page.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'", f"connect-src 'self' {way.origin}"
        )
    return page


@kiosk_bp.get("/sipas-ca.crt")
@access(PUBLIC)
def authority() -> ResponseReturnValue:
    """Give the certificate of the office's authority as systems install it."""
    held = certificates.find_readable(settings().data)
    if held is None or held.authority is None:
        raise NotFound
    response = make_response(certificates.as_file(held.authority))
    response.mimetype = "application/x-x509-ca-cert"
    response.headers["Content-Disposition"] = "attachment; filename=sipas-ca.crt"
    return response


@kiosk_bp.get("/https.json")
@access(PUBLIC)
def https_probe() -> ResponseReturnValue:
    """Answer to whoever could connect, with the time by which a tablet can check its clock."""
    body = {"now": now().timestamp(), "page": url_for("kiosk.start")}
    return make_response(body, _FOR_ANY_PAGE)
