"""Count how long a screen took, in classes.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CLASSES = (
    "under_3s",
    "under_6s",
    "under_10s",
    "under_20s",
    "under_30s",
    "under_60s",
    "under_120s",
    "longer",
)


def upgrade() -> None:
    with op.batch_alter_table("screen_count") as batch:
        for name in _CLASSES:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("screen_count") as batch:
        for name in reversed(_CLASSES):
            batch.drop_column(name)
