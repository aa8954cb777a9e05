"""The `sipas` command and all of its subcommands."""

from __future__ import annotations

import io
import sys

import click

from kiosk.commands import printing
from survey import __version__
from survey.cli.care import backup, doctor, key_copy, officer, restore
from survey.cli.demo import demo
from survey.cli.figures import estimate, goals
from survey.cli.importing import importing
from survey.cli.purge import purge
from survey.cli.reporting import report
from survey.cli.rescue import rescue
from survey.cli.serving import init, serve
from survey.cli.slips import invite
from survey.cli.sounds import sounds
from survey.cli.texts import texts
from survey.cli.tls import tls


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sipas", help="In phiên bản.")
def main() -> None:
    """SIPAS: khảo sát hài lòng tại Bộ phận Một cửa."""
    _write_unicode()


def _write_unicode() -> None:
    """Write UTF-8 to files and pipes: on Windows they have a code page without half of Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


for command in (
    serve,
    init,
    demo,
    doctor,
    estimate,
    goals,
    report,
    importing,
    invite,
    printing,
    purge,
    backup,
    restore,
    rescue,
    tls,
    key_copy,
    officer,
    texts,
    sounds,
):
    main.add_command(command)
