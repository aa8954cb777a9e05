"""Counts of screens that tell what was answered wait sealed, and stand by month.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TELLING = ("comment", "feedback", "petitions", "reason")
_NUMBERS = (
    "seen", "left", "under_3s", "under_6s", "under_10s", "under_20s", "under_30s", "under_60s", "under_120s",
    "longer",
)  # fmt: skip
_COUNTS = sa.table(
    "screen_count",
    sa.column("desk_id", sa.Integer),
    sa.column("day", sa.Date),
    sa.column("channel", sa.String),
    sa.column("screen", sa.String),
    *(sa.column(name, sa.Integer) for name in _NUMBERS),
)


def upgrade() -> None:
    op.create_table(
        "screen_waiting",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_screen_waiting_desk_id_desk")),
        sa.PrimaryKeyConstraint("desk_id", "month", name=op.f("pk_screen_waiting")),
    )
    _join_days_to_months()


def _join_days_to_months() -> None:
    """Date what was counted by day by the last day of its month."""
    connection = op.get_bind()
    of_tablets = (_COUNTS.c.channel == "kiosk") & _COUNTS.c.screen.in_(_TELLING)
    months: dict[tuple[int, date, str], list[int]] = defaultdict(lambda: [0] * len(_NUMBERS))
    for row in connection.execute(sa.select(_COUNTS).where(of_tablets)).mappings():
        last = (row["day"].replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        numbers = months[row["desk_id"], last, row["screen"]]
        for place, name in enumerate(_NUMBERS):
            numbers[place] += row[name]
    connection.execute(sa.delete(_COUNTS).where(of_tablets))
    rows = [
        {
            "desk_id": desk_id,
            "day": day,
            "channel": "kiosk",
            "screen": screen,
            **dict(zip(_NUMBERS, numbers, strict=True)),
        }
        for (desk_id, day, screen), numbers in sorted(months.items())
    ]
    if rows:
        connection.execute(sa.insert(_COUNTS), rows)


def downgrade() -> None:
    op.drop_table("screen_waiting")
