"""Bring the database to the newest migration, and say whether it is there.

Alembic is loaded only when there is something to migrate: it takes half a second of every start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from survey.paths import migrations_dir

if TYPE_CHECKING:
    from alembic.config import Config

# The newest migration; a test compares it with the files.
HEAD = "0018"


def config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def current(engine: Engine) -> str | None:
    """Give the migration at which the database stands; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def is_at_head(engine: Engine) -> bool:
    return current(engine) == HEAD


def is_known(revision: str | None) -> bool:
    """Say whether this program knows a revision; a newer program may have written the database."""
    if revision in {None, HEAD}:
        return True
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    return revision in known


def upgrade(engine: Engine) -> None:
    """Run what is missing; nothing is loaded or locked where nothing is."""
    if is_at_head(engine):
        return
    from alembic import command

    with engine.execution_options(sipas_write=True).begin() as connection:
        command.upgrade(config(connection), "head")
