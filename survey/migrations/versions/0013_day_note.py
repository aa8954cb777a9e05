"""Notes of what happened on a day.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROLES = ("administrator", "head", "officer", "viewer")


def upgrade() -> None:
    op.create_table(
        "day_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=160), nullable=False),
        sa.Column(
            "written_by",
            sa.Enum(*_ROLES, name="written_by", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_day_note_text_is_there")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_day_note_desk_id_desk")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_day_note_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_note")),
    )
    op.create_index("ix_day_note_unit_day", "day_note", ["unit_id", "day"])


def downgrade() -> None:
    op.drop_index("ix_day_note_unit_day", table_name="day_note")
    op.drop_table("day_note")
