"""One migration head, and tables that agree with the models, on both engines."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from survey import schema
from survey.models import Base


def differences(engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_there_is_one_head_and_it_is_the_pinned_one():
    scripts = ScriptDirectory.from_config(schema.config())
    assert tuple(scripts.get_heads()) == (schema.HEAD,)


def test_models_equal_the_migrated_schema(database):
    assert schema.current(database.engine) == schema.HEAD
    assert differences(database.engine) == []


def test_a_difference_would_be_found(database):
    database.write(lambda session: session.execute(text("ALTER TABLE setting ADD COLUMN surplus INTEGER")))
    assert differences(database.engine), "the guard above could not fail"


def test_an_unknown_revision_is_not_touched(database):
    assert schema.is_known(schema.HEAD)
    assert schema.is_known(None)
    assert not schema.is_known("9999")
