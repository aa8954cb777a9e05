"""Keep answers by counter and month, ten or more at a time, and sealed until then.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter_month",
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "dimension",
            sa.Enum(
                "access",
                "procedure",
                "staff",
                "outcome",
                "petitions",
                name="dimension",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_counter_month_counter_id_counter")
        ),
        sa.PrimaryKeyConstraint("counter_id", "month", "dimension", name=op.f("pk_counter_month")),
    )
    op.create_table(
        "counter_waiting",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_counter_waiting_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "month", name=op.f("pk_counter_waiting")),
    )


def downgrade() -> None:
    op.drop_table("counter_waiting")
    op.drop_table("counter_month")
