"""Tablets sign their requests and say how they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.models.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("kiosk_device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_key", sa.LargeBinary(length=128), nullable=True))
        batch_op.add_column(sa.Column("last_stamp", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "kiosk_heartbeat",
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("at_utc", UtcDateTime(), nullable=False),
        sa.Column("program", sa.String(length=16), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("oldest_s", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("used_mb", sa.Integer(), nullable=True),
        sa.Column("quota_mb", sa.Integer(), nullable=True),
        sa.Column("estimated", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["kiosk_device.id"], name=op.f("fk_kiosk_heartbeat_device_id_kiosk_device")
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_kiosk_heartbeat")),
    )


def downgrade() -> None:
    op.drop_table("kiosk_heartbeat")
    with op.batch_alter_table("kiosk_device", schema=None) as batch_op:
        batch_op.drop_column("last_stamp")
        batch_op.drop_column("public_key")
