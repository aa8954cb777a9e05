"""Where the package keeps its files: in a wheel, an editable install and a bare checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE_DIR = Path(__file__).resolve().parent


def templates_dir() -> Path:
    """Give `survey/templates` in a wheel, the sibling folder in a checkout or editable install."""
    for candidate in (PACKAGE_DIR / "templates", PACKAGE_DIR.parent / "templates"):
        if (candidate / "layouts").is_dir():
            return candidate
    raise RuntimeError("templates are missing from this installation")


def migrations_dir() -> Path:
    return PACKAGE_DIR / "migrations"


def seeds_dir() -> Path:
    return PACKAGE_DIR / "seeds"


def locale_dir() -> Path:
    return PACKAGE_DIR / "locale"


def static_dir() -> Path:
    return PACKAGE_DIR / "static"
