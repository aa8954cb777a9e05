"""Note the quarter of an invitation's last day, so that a spent one can be deleted some day.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Of invitations that are spent by now nothing is known: so long after this migration none can be answered.
_LONGEST = timedelta(days=180)


def upgrade() -> None:
    latest = datetime.now(UTC).date() + _LONGEST
    quarter = date(latest.year, (latest.month - 1) // 3 * 3 + 1, 1)
    op.add_column(
        "invitation", sa.Column("quarter", sa.Date(), nullable=False, server_default=quarter.isoformat())
    )


def downgrade() -> None:
    op.drop_column("invitation", "quarter")
