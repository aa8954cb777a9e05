"""Run migrations on the connection that `survey.schema` passes in."""

from __future__ import annotations

from alembic import context

from survey.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
