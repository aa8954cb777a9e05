"""What is usual at a desk's tablets is read from its past answers: no count of alike neighbours any more.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("alike_count")


def downgrade() -> None:
    op.create_table(
        "alike_count",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_alike_count_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "month", name=op.f("pk_alike_count")),
    )
