"""`sipas demo`: a simulated year in a data folder of its own."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from survey import logs, schema
from survey.cli import explained, json_option, prepare, read_settings, tell
from survey.db import Database, Role
from survey.i18n import format_number
from survey.seal import Keyring
from survey.services.office.instruments import InstrumentStore
from survey.services.simulation import demo as demo_service
from survey.services.simulation.demo import State
from survey.settings import Settings

DEFAULT_FOLDER = Path("data-demo")


@click.command()
@click.option("--seed", type=int, default=demo_service.SEED, show_default=True, help="Hạt giống ngẫu nhiên.")
@json_option
def demo(seed: int, as_json: bool) -> None:
    """Tạo thư mục dữ liệu mô phỏng: một năm 2024 của xã Ea Ral."""
    logs.configure()
    settings = read_settings()
    if not os.environ.get("SIPAS_DATA") and not os.environ.get("SIPAS_DATABASE_URL"):
        settings = Settings.for_folder(DEFAULT_FOLDER, zone=settings.zone)
    with explained():
        database = Database.open(settings, role=Role.SERVER)
        try:
            if _is_filled(settings, database):
                tell(
                    {"data": str(settings.data), "answers": None},
                    f"Dữ liệu mô phỏng đã có ở {settings.data}",
                    as_json=as_json,
                )
                return
            prepare(settings, database, seed=False)
            total = demo_service.fill(
                database,
                keyring=Keyring.open(settings.data),
                store=InstrumentStore(),
                zone=settings.zone,
                seed=seed,
                progress=_Progress(silent=as_json),
            )
        finally:
            database.close()
    tell(
        {"data": str(settings.data), "answers": total},
        f"\nĐã mô phỏng {format_number(total)} phiếu trả lời ở {settings.data}",
        f"Xem bằng: SIPAS_DATA={settings.data} sipas serve",
        as_json=as_json,
    )


def _is_filled(settings: Settings, database: Database) -> bool:
    """Say whether the year is there; refuse, before anything is changed, what is no place for it."""
    if schema.current(database.engine) is None:
        return False
    with database.read() as session:
        found = demo_service.state(session)
    if found is State.REAL:
        raise click.ClickException(
            f"{settings.data} có dữ liệu thật. Dữ liệu mô phỏng cần một thư mục riêng: "
            "đặt SIPAS_DATA là một thư mục trống."
        )
    if found is State.BROKEN_OFF:
        raise click.ClickException(
            f"Lần mô phỏng trước ở {settings.data} bị ngắt giữa chừng: xóa thư mục đó rồi chạy lại."
        )
    return found is State.FILLED


class _Progress:
    """A line that names the month being simulated."""

    def __init__(self, *, silent: bool) -> None:
        self._month = 0
        self._silent = silent

    def __call__(self, day: date) -> None:
        if day.month != self._month and not self._silent:
            self._month = day.month
            click.echo(f"\rĐang mô phỏng tháng {day.month}/{day.year} …", nl=False)
