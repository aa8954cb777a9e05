"""Keep signals as sums, call-backs, and what an office adds to comments.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

from survey.models.base import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "callback_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("dossiers", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("drawn_by", sa.String(length=64), nullable=False),
        sa.Column("drawn_at_utc", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_callback_draw_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_draw")),
        sa.UniqueConstraint("unit_id", "start", "end", name=op.f("uq_callback_draw_unit_id_start_end")),
    )
    op.create_table(
        "comment_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("folded", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_comment_tag_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_tag")),
        sa.UniqueConstraint("unit_id", "folded", name=op.f("uq_comment_tag_unit_id_folded")),
    )
    op.create_table(
        "alike_count",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("alike", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_alike_count_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "month", name=op.f("pk_alike_count")),
    )
    op.create_table(
        "callback_case",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["callback_draw.id"],
            name=op.f("fk_callback_case_draw_id_callback_draw"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draw_id", "number", name=op.f("pk_callback_case")),
        sa.UniqueConstraint("draw_id", "code", name=op.f("uq_callback_case_draw_id_code")),
    )
    op.create_table(
        "callback_result",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column(
            "reached",
            sa.Enum(
                "spoke",
                "declined",
                "not-reached",
                name="reached",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "served",
            sa.Enum(
                "yes", "no", "unsaid", name="served", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "rated",
            sa.Enum(
                "yes", "no", "unsaid", name="rated", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column(
            "same",
            sa.Enum("yes", "no", "unsaid", name="same", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "irregular",
            sa.Enum(
                "yes", "no", "unsaid", name="irregular", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"],
            ["callback_draw.id"],
            name=op.f("fk_callback_result_draw_id_callback_draw"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_result")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "flagged_day_tally",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
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
        sa.Column(
            "stage",
            sa.Enum(
                "filing",
                "result",
                "other",
                "*",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum("full", "split", name="form", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "trust_class",
            sa.Enum(
                "A",
                "B",
                "C",
                "P",
                "D",
                "E",
                "*",
                name="trust_class",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_flagged_day_tally_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["instrument_version.id"],
            name=op.f("fk_flagged_day_tally_version_id_instrument_version"),
        ),
        sa.PrimaryKeyConstraint(
            "desk_id",
            "day",
            "several",
            "counter_id",
            "field_id",
            "version_id",
            "part",
            "stage",
            "form",
            "trust_class",
            name=op.f("pk_flagged_day_tally"),
        ),
    )
    op.create_table(
        "flagged_month_tally",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("sums", sa.LargeBinary(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
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
        sa.Column(
            "stage",
            sa.Enum(
                "filing",
                "result",
                "other",
                "*",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum("full", "split", name="form", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "trust_class",
            sa.Enum(
                "A",
                "B",
                "C",
                "P",
                "D",
                "E",
                "*",
                name="trust_class",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_flagged_month_tally_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["instrument_version.id"],
            name=op.f("fk_flagged_month_tally_version_id_instrument_version"),
        ),
        sa.PrimaryKeyConstraint(
            "desk_id",
            "month",
            "several",
            "counter_id",
            "field_id",
            "version_id",
            "part",
            "stage",
            "form",
            "trust_class",
            name=op.f("pk_flagged_month_tally"),
        ),
    )
    op.create_table(
        "signal_count",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "phone",
                "kiosk",
                "assisted",
                "paper",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "signal",
            sa.Enum(
                "fast",
                "straight",
                "burst",
                "repeated",
                "pace",
                "closed",
                name="signal",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_signal_count_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "month", "channel", "signal", name=op.f("pk_signal_count")),
    )
    op.create_table(
        "comment_review",
        sa.Column("comment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "state",
            sa.Enum("approved", "hidden", name="state", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "names-person",
                "insults",
                "not-about-service",
                "repeats",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
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
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_review_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_review")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tagged_comment",
        sa.Column("comment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_tagged_comment_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["comment_tag.id"],
            name=op.f("fk_tagged_comment_tag_id_comment_tag"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "tag_id", name=op.f("pk_tagged_comment")),
        sqlite_with_rowid=False,
    )
    op.add_column("comment", sa.Column("folded", sa.Text(), server_default="", nullable=False))
    _fold_comments()
    # Where nobody answered yet nothing is missing; else the server sums the signals of what is there.
    op.execute(
        sa.text(
            "INSERT INTO setting (key, value) SELECT 'signals', '\"whole\"' "
            "WHERE NOT EXISTS (SELECT 1 FROM response)"
        )
    )


def _fold_comments() -> None:
    """Fold what was written before; frozen here, as everything in a migration."""
    connection = op.get_bind()
    comment = sa.table("comment", sa.column("id"), sa.column("text"), sa.column("folded"))
    for row in connection.execute(sa.select(comment.c.id, comment.c.text)).all():
        plain = unicodedata.normalize("NFD", row.text.lower().replace("đ", "d"))
        folded = " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
        connection.execute(sa.update(comment).where(comment.c.id == row.id).values(folded=folded))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM setting WHERE key = 'signals'"))

    op.drop_column("comment", "folded")
    op.drop_table("tagged_comment")
    op.drop_table("comment_review")
    op.drop_table("signal_count")
    op.drop_table("flagged_month_tally")
    op.drop_table("flagged_day_tally")
    op.drop_table("callback_result")
    op.drop_table("callback_case")
    op.drop_table("alike_count")
    op.drop_table("comment_tag")
    op.drop_table("callback_draw")
