"""Keep the figures of closed periods, what came late, and the reports.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.models.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "period_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("closed_at_utc", UtcDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_period_record_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_record")),
        sa.UniqueConstraint("unit_id", "period", name=op.f("uq_period_record_unit_id_period")),
    )
    op.create_table(
        "period_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("noticed_at_utc", UtcDateTime(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["period_record.id"], name=op.f("fk_period_correction_record_id_period_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_correction")),
        sa.UniqueConstraint("record_id", "number", name=op.f("uq_period_correction_record_id_number")),
    )
    op.create_table(
        "period_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("prepared_at_utc", UtcDateTime(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("signed_at_utc", UtcDateTime(), nullable=True),
        sa.Column("signed_login", sa.String(length=64), nullable=False),
        sa.Column("signed", sa.JSON(), nullable=True),
        sa.Column("signed_digest", sa.String(length=64), nullable=False),
        sa.Column("signed_corrections", sa.Integer(), nullable=False),
        sa.CheckConstraint("edition >= 0", name=op.f("ck_period_report_edition_counts")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_period_report_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_report")),
        sa.UniqueConstraint("unit_id", "period", name=op.f("uq_period_report_unit_id_period")),
    )


def downgrade() -> None:
    op.drop_table("period_report")
    op.drop_table("period_correction")
    op.drop_table("period_record")
