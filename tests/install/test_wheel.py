"""The wheel in an empty environment, started from another folder: everything it needs is inside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from process import ROOT, Served
from respondent import Respondent, satisfied

OURS = {"survey", "kiosk", "analysis"}
PACKAGE_TOOLS = {"pip", "setuptools", "pkg_resources", "_distutils_hack"}
# A checkout that is found by accident would hide a file missing from the wheel.
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SIPAS_"))}


def run(*arguments: str | Path, folder: Path) -> str:
    done = subprocess.run(
        [str(one) for one in arguments],
        cwd=folder,
        env=CLEAN,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the libraries of the lock file and the wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder / "venv", folder=folder)
    pip = (folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", "--no-compile")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", folder=folder)
    run(*pip, "--no-deps", "--no-index", wheel, folder=folder)
    return folder / "venv"


@pytest.fixture(scope="module")
def served(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`sipas serve` on a data folder that does not exist yet, started from a folder with nothing in it."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    server = Served(elsewhere / "data", command=[str(environment / "bin" / "sipas")], folder=elsewhere)
    for name in set(server.environ) - set(CLEAN) - {"SIPAS_DATA", "SIPAS_HOST", "SIPAS_PORT"}:
        del server.environ[name]
    with server:
        yield server


def fetched(url: str) -> tuple[int, str, bytes]:
    with urllib.request.urlopen(url, timeout=60) as response:
        return response.status, response.headers.get_content_type(), response.read()


def installed(environment: Path) -> set[str]:
    (site,) = environment.glob("lib/python*/site-packages")
    return {path.name for path in site.iterdir() if path.suffix not in {".dist-info", ".pth"}}


def test_wheel_holds_every_file_of_the_packages(wheel):
    """What git keeps below the packages and templates is in the wheel, and nothing else of the checkout."""
    tracked = run(
        "git",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        *sorted(OURS),
        "templates",
        folder=ROOT,
    ).splitlines()
    wanted = {
        re.sub(r"^templates/", "survey/templates/", name) for name in tracked if (ROOT / name).is_file()
    }
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert sorted(wanted - held) == []
    assert sorted(held - wanted) == []


def test_nothing_of_ours_lies_beside_the_packages(environment):
    names = installed(environment)
    assert names >= OURS
    assert not names & {"templates", "tests", "docs", "benchmarks", "survey.egg-info"}
    probe = (
        "import importlib.metadata as m, json; print(sorted(n for n, d in m.packages_distributions().items() "
    )
    probe += "if 'sipas-survey' in d))"
    found = run(environment / "bin" / "python", "-c", probe, folder=environment)
    assert found.strip() == str(sorted(OURS))


def test_program_comes_from_the_environment(environment, served):
    where = run(
        environment / "bin" / "python",
        "-c",
        "import survey; print(survey.__file__)",
        folder=served.data.parent,
    )
    assert Path(where.strip()).is_relative_to(environment)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/readyz", "application/json"),
        ("/healthz", "application/json"),
        ("/", "text/html"),
        ("/?lang=en", "text/html"),
        ("/kiosk/", "text/html"),
        ("/can-bo/dang-nhap", "text/html"),
        ("/quyen-rieng-tu", "text/html"),
        ("/static/css/base.css", "text/css"),
        ("/kiosk/static/kiosk.css", "text/css"),
        ("/kiosk/static/js/main.mjs", "text/javascript"),
    ],
)
def test_server_of_the_wheel_answers(served, address, kind):
    status, answered, body = fetched(served.url + address)
    assert (status, answered) == (200, kind)
    assert body


def test_fonts_are_in_the_wheel(served):
    styles = fetched(f"{served.url}/static/css/base.css")[2].decode()
    fonts = re.findall(r"url\(['\"]?\.\./(fonts/[\w.-]+)", styles)
    assert fonts
    for font in fonts:
        assert fetched(f"{served.url}/static/{font}")[2][:4] == b"wOF2"


def test_english_is_in_the_wheel(served):
    assert b'lang="en"' in fetched(f"{served.url}/?lang=en")[2]
    assert fetched(f"{served.url}/?lang=en")[2] != fetched(f"{served.url}/")[2]


def test_commands_of_the_wheel(served):
    """Beside the running server, on the same data: slips that can be answered, figures that count the answer."""
    slips = served.invite(2)
    assert len(slips) == 2
    assert all({"token", "code", "url"} <= set(slip) for slip in slips)
    phone = Respondent(served.url)
    thanks = phone.answer(f"/p/{slips[0]['token']}", satisfied)
    phone.close()
    assert (thanks.status, "/thanks" in thanks.url) == (200, True)
    estimates = served.json("estimate", "--json")
    assert [group["n"] for group in estimates["groups"]] == [1]
    assert served.json("goals", "--json")
    assert "sipas" in served.run("--help")


_PRINT = """
import sys
from kiosk.paper import OfficeHead, Poster, PosterPaper, render_poster

office = OfficeHead(unit_name="Xã Ea Drăng", desk_name="Bộ phận Một cửa")
poster = Poster(url="http://127.0.0.1/d/MC", desk_name="Bộ phận Một cửa")
sys.stdout.write(render_poster(poster, paper=PosterPaper.A4, office=office)[:5].decode())
"""


def test_paper_is_made_with_layouts_and_fonts_of_the_wheel(environment, served):
    assert run(environment / "bin" / "python", "-c", _PRINT, folder=served.data.parent) == "%PDF-"
