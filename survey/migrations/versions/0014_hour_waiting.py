"""Hours of a quarter wait sealed until the quarter is over.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hour_waiting",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_hour_waiting_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "quarter", name=op.f("pk_hour_waiting")),
    )


def downgrade() -> None:
    op.drop_table("hour_waiting")
