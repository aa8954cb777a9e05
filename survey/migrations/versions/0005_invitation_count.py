"""Count how many persons were invited at a desk on a day.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation_count",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "roll", "dossier", "api", name="way", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_invitation_count_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "day", "way", name=op.f("pk_invitation_count")),
    )


def downgrade() -> None:
    op.drop_table("invitation_count")
