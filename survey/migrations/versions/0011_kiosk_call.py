"""Let the desk call somebody to a tablet.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stage = sa.Enum(
        "filing", "result", "other", "*", name="stage", native_enum=False, create_constraint=True, length=24
    )
    op.create_table(
        "kiosk_call",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("stage", stage, nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("expires_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["kiosk_device.id"], name=op.f("fk_kiosk_call_device_id_kiosk_device")
        ),
        sa.ForeignKeyConstraint(
            ["field_id"], ["procedure_field.id"], name=op.f("fk_kiosk_call_field_id_procedure_field")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_kiosk_call")),
    )


def downgrade() -> None:
    op.drop_table("kiosk_call")
