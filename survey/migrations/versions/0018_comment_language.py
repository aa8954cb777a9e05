"""A comment keeps no language that was chosen: where few choose it, it would name who wrote.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE comment SET language = 'und' WHERE language <> 'vi'")


def downgrade() -> None:
    """What was chosen is gone."""
