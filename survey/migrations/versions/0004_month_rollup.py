"""Keep months of a desk with their days already squared.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "month_rollup",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "headline",
                "other_stages",
                "apart",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("layout", sa.String(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("trust_classes", sa.String(length=16), nullable=False),
        sa.Column("file_days", sa.Integer(), nullable=False),
        sa.Column("file_persons", sa.Integer(), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_month_rollup_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "month", "part", "layout", name=op.f("pk_month_rollup")),
    )
    # Where nothing was summed yet nothing is missing; else the server makes them and says when it is done.
    op.execute(
        sa.text(
            "INSERT INTO setting (key, value) SELECT 'rollups', '\"whole\"' "
            "WHERE NOT EXISTS (SELECT 1 FROM month_tally)"
        )
    )


def downgrade() -> None:
    op.drop_table("month_rollup")
    op.execute(sa.text("DELETE FROM setting WHERE key = 'rollups'"))
