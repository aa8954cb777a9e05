"""Paper forms that are being typed in.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_batch",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_entry_batch_desk_id_desk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_batch")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("entry_batch")
