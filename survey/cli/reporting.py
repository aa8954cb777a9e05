"""`sipas report`: the report of a period as a file."""

from __future__ import annotations

from pathlib import Path

import click

from survey import clock
from survey.cli import json_option, opened, tell
from survey.services.office import periods
from survey.services.records import closing, period_reports


@click.command()
@click.option("--period", "code", required=True, help="Kỳ: 2024, 2024-H1, 2024-Q4 hoặc 2024-10.")
@click.option(
    "--format", "kind", type=click.Choice(("docx", "pdf", "xlsx")), default="docx", show_default=True
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Tệp sẽ ghi.")
@click.option("--corrected", is_flag=True, help="Bản đính chính, khi có phiếu đến sau ngày chốt.")
@json_option
def report(code: str, kind: str, output: Path | None, corrected: bool, as_json: bool) -> None:
    """Ghi báo cáo của một kỳ ra tệp DOCX, PDF hoặc XLSX."""
    from survey.reports import periodic
    from survey.reports.periodic import files

    with opened() as tool:
        period, now, unit_id = periods.parse(code), clock.now(), tool.unit_id
        today = clock.office_day(now, tool.settings.zone)
        # Where no server was running, what is due is closed here: the figures of the record, not of the day.
        closing.close_due(tool.database, store=tool.store, unit_ids=[unit_id], today=today, now=now)
        with tool.database.read() as session:
            found = period_reports.get(session, store=tool.store, unit_id=unit_id, period=period, today=today)
        if corrected and not found.corrections:
            raise click.ClickException(f"Kỳ {period.code} không có phiếu đến muộn.")
        wanted = files.kind_of(kind)
        document = periodic.build(found, zone=tool.settings.zone, corrected=corrected)
        content = files.render(found, document, wanted)
        target = output or Path(files.name(found, wanted))
        try:
            target.write_bytes(content)
        except OSError as error:
            raise click.ClickException(f"Không ghi được {target}: {error.strerror}") from error
    doubts = [mention.name for mention in found.doubts]
    tell(
        {"file": str(target), "period": period.code, "state": found.state.value, "doubtful_units": doubts},
        f"Đã ghi {target}: {_STATES[found.state]}",
        as_json=as_json,
    )
    if not as_json:
        for name in doubts:
            click.echo(f"Cần kiểm tra tên đơn vị: {name}", err=True)


_STATES = {
    period_reports.State.RUNNING: "số liệu tạm tính, kỳ chưa kết thúc",
    period_reports.State.DRAFT: "số liệu tạm tính, kỳ chưa chốt",
    period_reports.State.CLOSED: "số liệu đã chốt, chưa ký",
    period_reports.State.SIGNED: "đã ký",
    period_reports.State.CORRECTED: "đã chốt, có phiếu đến muộn",
}
