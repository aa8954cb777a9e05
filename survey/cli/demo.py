"""`sipas demo`: a simulated year in a data folder of its own."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from survey import logs, schema
from survey.cli import explained, prepare, read_settings
from survey.db import Database, Role
from survey.seal import Keyring
from survey.services import demo as demo_service
from survey.services.demo import State
from survey.services.instruments import InstrumentStore
from survey.settings import Settings

DEFAULT_FOLDER = Path("data-demo")


@click.command()
@click.option("--seed", type=int, default=demo_service.SEED, show_default=True, help="Hạt giống ngẫu nhiên.")
def demo(seed: int) -> None:
    """Tạo thư mục dữ liệu mô phỏng: một năm 2024 của xã Ea Ral."""
    logs.configure()
    settings = read_settings()
    if not os.environ.get("SIPAS_DATA") and not os.environ.get("SIPAS_DATABASE_URL"):
        settings = Settings.for_folder(DEFAULT_FOLDER, zone=settings.zone)
    with explained():
        database = Database.open(settings, role=Role.SERVER)
        try:
            if _is_filled(settings, database):
                click.echo(f"Dữ liệu mô phỏng đã có ở {settings.data}")
                return
            prepare(settings, database, seed=False)
            total = demo_service.fill(
                database,
                keyring=Keyring.open(settings.data),
                store=InstrumentStore(),
                zone=settings.zone,
                seed=seed,
                progress=_Progress(),
            )
        finally:
            database.close()
    click.echo(f"\nĐã mô phỏng {total} câu trả lời ở {settings.data}")
    click.echo(f"Xem bằng: SIPAS_DATA={settings.data} sipas serve")


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

    def __init__(self) -> None:
        self._month = 0

    def __call__(self, day: date) -> None:
        if day.month != self._month:
            self._month = day.month
            click.echo(f"\rĐang mô phỏng tháng {day.month}/{day.year} …", nl=False)
