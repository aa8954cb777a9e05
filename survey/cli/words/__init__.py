"""What Click says by itself, its help and its complaints, in Vietnamese.

Click asks gettext, which reads a compiled catalogue in the language of the environment. So the command sets
that language, and nothing that only imports it does. `python -m survey.cli.words` compiles `click.po`.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

DOMAIN = "click"
_LANGUAGE = "vi"
_FOLDER = Path(__file__).resolve().parent
SOURCE = _FOLDER / _LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"
COMPILED = SOURCE.with_suffix(".mo")


def speak_vietnamese() -> None:
    """Let this process speak as the office does, whatever language the machine is set to."""
    os.environ["LANGUAGE"] = _LANGUAGE
    gettext.bindtextdomain(DOMAIN, _FOLDER)
    gettext.textdomain(DOMAIN)
