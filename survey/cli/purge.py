"""`sipas purge`: delete what is kept long enough; the server does the same by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import click

from survey import clock
from survey.cli import json_option, opened, tell
from survey.services.answers import kept
from survey.services.upkeep import retention

WORDS: Mapping[str, str] = {
    "answers": "câu trả lời từng người (tổng số và báo cáo đã chốt giữ nguyên)",
    "comments": "lời góp ý",
    "invitations": "dấu của phiếu mời",
    "screens": "số đếm màn hình",
    "callbacks": "mã hồ sơ trong danh sách gọi lại",
    "audit": "dòng nhật ký",
    "submission_keys": "dấu chống gửi trùng",
    "leftovers": "phiên đăng nhập, mã ghi danh đã hết hạn",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Chỉ đếm, không xóa gì.")
@json_option
def purge(dry_run: bool, as_json: bool) -> None:
    """Xóa dữ liệu đã quá hạn lưu. Máy chủ tự làm việc này mỗi ngày."""
    with opened() as tool:
        now = clock.now()
        today = clock.office_day(now, tool.settings.zone)
        if dry_run:
            with tool.database.read() as session:
                found = retention.due(session, today=today, now=now)
        else:
            found = retention.purge(tool.database, today=today, now=now)
        with tool.database.read() as session:
            first_kept = kept.answers_from(session)
    counts = asdict(found)
    verb = "Sẽ xóa" if dry_run else "Đã xóa"
    lines = [f"{verb} {n} {WORDS[name]}" for name, n in counts.items() if n]
    tell(
        {
            "dry_run": dry_run,
            **counts,
            "answers_kept_from": first_kept.isoformat() if first_kept else None,
        },
        *(lines or ["Không có gì quá hạn lưu."]),
        as_json=as_json,
    )
