"""Count what was said beside the ratings by month, and take it off the answers.

Sums of hours that fewer than five share are dropped: they were the answers of these few.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# The options of the block as they stood in the versions published so far, by their stored places.
_OPTIONS = {
    "visits": ("1", "2", "3"),
    "late": ("yes", "no"),
    "apology": ("yes", "no"),
    "extra_money": ("yes", "no", "prefer_not"),
}
_GONE = ("language", *_OPTIONS)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _part() -> sa.Enum:
    return _enum("part", "headline", "other_stages", "apart")


def upgrade() -> None:
    op.create_table(
        "beside_count",
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("part", _part(), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("option", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_beside_count_desk_id_desk")),
        sa.PrimaryKeyConstraint(
            "desk_id", "month", "part", "question", "option", name=op.f("pk_beside_count")
        ),
    )
    _count()
    op.execute(sa.text("DELETE FROM hour_tally WHERE n < 5"))
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
        return
    op.drop_constraint(op.f("ck_response_service_use_coded"), "response", type_="check")
    for column in _GONE:
        op.drop_column("response", column)


def _count() -> None:
    connection = op.get_bind()
    counts: Counter[tuple[Any, ...]] = Counter()
    response = sa.table(
        "response", *(sa.column(name) for name in ("desk_id", "part", *_GONE)), sa.column("day", sa.Date())
    )
    columns = (response.c.desk_id, response.c.day, response.c.part, *(response.c[name] for name in _GONE))
    for row in connection.execute(sa.select(*columns, sa.func.count().label("n")).group_by(*columns)):
        key = (row.desk_id, row.day.replace(day=1), row.part)
        counts[*key, "language", row.language] += row.n
        for question, options in _OPTIONS.items():
            place = getattr(row, question)
            if place:
                counts[*key, question, options[place - 1]] += row.n
    names = ("desk_id", "month", "part", "question", "option", "n")
    table = sa.table(
        "beside_count", *(sa.column(name) for name in names if name != "month"), sa.column("month", sa.Date())
    )
    if counts:
        op.bulk_insert(table, [dict(zip(names, (*key, n), strict=True)) for key, n in counts.items()])


def _make_anew() -> None:
    """SQLite drops no column that a constraint names: the table is written again, still without row numbers."""
    op.drop_index("ix_response_desk_day", "response")
    op.rename_table("response", "response_before")
    op.create_table(
        "response",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("part", _part(), nullable=False),
        sa.Column("stage", _enum("stage", "filing", "result", "other", "*"), nullable=False),
        sa.Column("form", _enum("form", "full", "split"), nullable=False),
        sa.Column("trust_class", _enum("trust_class", *"ABCPDE*"), nullable=False),
        sa.Column("levels", sa.LargeBinary(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counter_id"], ["counter.id"], name=op.f("fk_response_counter_id_counter")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_response_desk_id_desk")),
        sa.ForeignKeyConstraint(
            ["field_id"], ["procedure_field.id"], name=op.f("fk_response_field_id_procedure_field")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["instrument_version.id"], name=op.f("fk_response_version_id_instrument_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
    kept = "id, version_id, desk_id, day, counter_id, field_id, part, stage, form, trust_class, levels, flags"
    op.execute(sa.text(f"INSERT INTO response ({kept}) SELECT {kept} FROM response_before"))  # noqa: S608 - constants
    op.drop_table("response_before")
    op.create_index("ix_response_desk_day", "response", ["desk_id", "day"])


def downgrade() -> None:
    """Give the columns back without what they held: that is gone on purpose."""
    with op.batch_alter_table("response", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.add_column(sa.Column("language", sa.String(length=8), nullable=False, server_default="vi"))
        for question in _OPTIONS:
            batch.add_column(sa.Column(question, sa.Integer(), nullable=False, server_default="0"))
    op.drop_table("beside_count")
