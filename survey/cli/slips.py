"""`sipas invite`: tokens for slips, given once."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from survey import clock
from survey.cli import json_option, opened, print_json
from survey.services.https import addresses
from survey.services.inviting import invitations
from survey.services.inviting.invitations import Issued
from survey.services.office import audit, scopes


@click.command()
@click.option("--desk", "desk_code", help="Mã bộ phận một cửa; có thể bỏ qua khi chỉ có một.")
@click.option("--count", type=click.IntRange(1, 5000), required=True, help="Số phiếu.")
@json_option
def invite(desk_code: str | None, count: int, as_json: bool) -> None:
    """Phát hành phiếu ẩn danh, luôn in JSON. Mã chỉ hiện một lần."""
    del as_json  # one-time codes are for a program: there is no other form
    with opened() as tool:
        unit_id = tool.unit_id
        with tool.database.read() as session:
            desks = scopes.desks_of(session, unit_id)
        chosen = [desk for desk in desks if desk_code is None or desk.code == desk_code]
        if len(chosen) != 1:
            known = ", ".join(desk.code for desk in desks)
            raise click.ClickException(f"Cần --desk với một trong các mã: {known}")
        (desk,), now = chosen, clock.now()
        today = clock.office_day(now, tool.settings.zone)

        def work(session: Session) -> list[Issued]:
            issued = invitations.issue_roll(
                session, keyring=tool.keyring, desk_id=desk.id, count=count, today=today
            )
            detail = {"desk": desk.code, "count": count}
            audit.record(session, login="sipas", action="slips-issued", now=now, detail=detail)
            return issued

        issued = tool.database.write(work)
        print_json(
            [
                {
                    "token": one.token,
                    "code": one.code,
                    "url": addresses.invitation_url(tool.settings, one.token),
                    "expires_on": one.expires_on.isoformat(),
                }
                for one in issued
            ]
        )
