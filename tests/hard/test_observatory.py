"""MDN's HTTP Observatory, its own scan script, on an installation in public mode.

The package comes from npm into a temporary folder; where that cannot be had, the test says so and is skipped.
The scanner trusts the authority that `sipas tls` made, as a browser trusts a public one.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from process import Served, free_port

from survey.services.https import certificates

pytestmark = [pytest.mark.soak, pytest.mark.sqlite_only("headers do not depend on the database")]
logger = logging.getLogger(__name__)

PACKAGE = "@mdn/mdn-http-observatory@1.4.8"
LEAST = 130


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the scanner; its lists of preloaded hosts and domains, which it would fetch, stay empty."""
    if shutil.which("npm") is None:
        pytest.skip("the Observatory needs npm; type: apt-get install npm")
    folder = tmp_path_factory.mktemp("observatory")
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"{PACKAGE} cannot be had from npm here: {done.stderr[-300:]}")
    package = folder / "node_modules" / "@mdn" / "mdn-http-observatory"
    (package / "conf" / "hsts-preload.json").write_text("{}")
    (package / "conf" / "tld-list.json").write_text("[]")
    return package / "src" / "scan.js"


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Served]:
    port = free_port()
    environ = {"SIPAS_TLS_PORT": str(port), "SIPAS_PUBLIC_URL": f"https://localhost:{port}"}
    served = Served(tmp_path / "data", environ=environ)
    served.run("tls")
    with served:
        yield served


def scan(scanner: Path, served: Served, path: str) -> tuple[int, dict[str, int]]:
    """Give the score of a page and every test that cost or brought points."""
    host = served.environ["SIPAS_PUBLIC_URL"].removeprefix("https://")
    authority = str(certificates.authority_file(served.data))
    # Not the package's wrapper: it overrides the list of authorities.
    done = subprocess.run(
        ["node", str(scanner), f"{host}{path}"],
        env={**os.environ, "NODE_EXTRA_CA_CERTS": authority},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    points = {
        name: int(test["scoreModifier"]) for name, test in found["tests"].items() if test["scoreModifier"]
    }
    return int(found["scan"]["score"]), points


def test_every_front_page_scores_at_least_130_in_public_mode(scanner: Path, public: Served) -> None:
    slip = public.invite(1)[0]["url"].partition("/P/")[2]
    pages = {
        "home": "/",
        "phone form": f"/P/{slip}",
        "kiosk": "/kiosk/shell",
        "kiosk, enrolment": "/kiosk/",
        "certificate": "/kiosk/chung-thu",
        "sign-in": "/can-bo/dang-nhap",
    }
    found = {name: scan(scanner, public, path) for name, path in pages.items()}
    for name, (score, points) in found.items():
        logger.info("%s: %d %s", name, score, points)
    assert {name: one for name, one in found.items() if one[0] < LEAST} == {}
    assert {name: one for name, one in found.items() if min(one[1].values()) < 0} == {}


def test_the_scanner_sees_what_is_missing(scanner: Path, tmp_path: Path) -> None:
    """Without the public address there is no HSTS, and the score must fall."""
    port = free_port()
    served = Served(tmp_path / "data", environ={"SIPAS_TLS_PORT": str(port)})
    served.run("tls")
    with served:
        served.environ["SIPAS_PUBLIC_URL"] = f"https://localhost:{port}"
        score, points = scan(scanner, served, "/")
    assert score < LEAST
    assert points["strict-transport-security"] < 0
