"""Reports on their pages: the list, writing, signing, files, settings, and who may do what."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pytest
from filled import filled_once
from many_answers import giver
from officer_year import fill_year
from pages import elements, parse
from reported_year import YEAR, close_all, report_of, unit_id
from sqlalchemy import select

from analysis.goal_results import Baseline
from survey.enums import Dimension, Role
from survey.models import AuditEvent, PeriodReport
from survey.reports.periodic.notice import notice
from survey.services.figures.goal_figures import LastYear
from survey.services.office import plans

LIST = "/can-bo/bao-cao"
PAGE = f"/can-bo/bao-cao/{YEAR}-Q1"
SETTINGS = "/can-bo/quan-tri/thong-tin-bao-cao"
PARTS = ("general", "results", "limits", "causes", "measures")


@filled_once
def year(database, settings, store, keyring):
    fill_year(giver(database, settings, store, keyring, year=YEAR), database, store, year=YEAR)
    close_all(database, store)


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that goes to an address, as they stand on the page."""
    (form,) = [one for one in elements(parse(page), "form") if one.get("action") == action]
    given = {one.get("name"): one.get("value", "") for one in elements(form, "input")}
    return given | {
        one.get("name"): "".join(one.itertext()).strip("\n") for one in elements(form, "textarea")
    }


def sent(client, page: str, action: str, **changes: str):
    fields = {name: value for name, value in fields_of(page, action).items() if name}
    return client.post(action, data=fields | changes)


def test_the_list_names_periods_with_their_states_and_files(officer_client, year):
    page = officer_client(Role.VIEWER).get(LIST).text
    assert "Quý I năm 2025" in page
    assert "đã chốt, chưa ký" in page
    assert f"{LIST}/2025-01/tep?format=docx" not in page, "months are not among the kinds to report"
    assert f'<a href="{LIST}/2025-01">Tháng 1/2025</a>' in page, "but can be read"
    assert f"{PAGE}/tep?format=docx" in page


def test_a_viewer_reads_and_downloads_but_neither_writes_nor_signs(officer_client, year):
    client = officer_client(Role.VIEWER)
    page = client.get(PAGE).text
    assert "Sửa lời văn" not in page
    assert "Ghi nhận đã ký" not in page
    data = {"csrf_token": "x", "edition": "0"}
    assert client.post(PAGE, data=data).status_code == 403
    assert officer_client(Role.OFFICER).post(f"{PAGE}/ky", data=data).status_code == 403


def test_the_sheet_for_the_waiting_room_has_the_figures_of_the_record_only(officer_client, year):
    client = officer_client(Role.VIEWER)
    assert f"{PAGE}/niem-yet" in client.get(PAGE).text
    page = parse(client.get(f"{PAGE}/niem-yet").text)
    (table,) = elements(page, "table")
    paper = " ".join(parse(client.get(PAGE).text).itertext())
    found = [" ".join("".join(one.itertext()).split()) for one in elements(table, "strong")]
    assert len(found) == 5
    assert all(index in paper for index in found)
    said = " ".join(page.itertext())
    assert "Số liệu chốt ngày" in said
    assert "không phải mẫu ngẫu nhiên" in said


def test_the_sheet_says_why_a_goal_is_open_that_seems_reached(database, settings, store, keyring):
    database.write(lambda s: plans.ensure(s, unit_id=unit_id(database), year=YEAR))
    fill_year(giver(database, settings, store, keyring, year=YEAR), database, store, year=YEAR)
    close_all(database, store)
    figures = report_of(database, store, f"{YEAR}-Q1").figures
    row = next(one for one in figures.rows if one.dimension is Dimension.STAFF)
    before = LastYear(Baseline(0.861, "item-mean/1", ""), measured_here=False)
    found = replace(
        row.assessment,
        verdict="not_shown",
        verdict_threshold="met_with_confidence",
        verdict_year_on_year="no_shown_change",
        require_improvement=True,
    )

    def said(**changes) -> str:
        rows = (replace(row, last_year=before, assessment=replace(found, **changes)),)
        sheet = notice(replace(figures, rows=rows), closed_on="11/04", hotline="", petition_address="")
        assert "còn so với năm trước" in sheet.cautions
        return sheet.lines[0].why

    assert said() == f"chưa chắc bằng năm {YEAR - 1}"
    assert said(verdict="missed", verdict_year_on_year="declined") == f"thấp hơn năm {YEAR - 1}"
    assert said(verdict="met_with_confidence") == said(verdict_threshold="not_shown") == ""


def test_a_period_that_is_not_closed_has_no_sheet(officer_client, year, today):
    client = officer_client(Role.VIEWER)
    assert "niem-yet" not in client.get(f"{LIST}/{today.year}").text
    assert client.get(f"{LIST}/{today.year}/niem-yet").status_code == 404


@pytest.mark.parametrize("code", ["2025-Q9", "x", "2999", "2025-13"])
def test_a_period_that_is_none_is_not_found(officer_client, year, code):
    assert officer_client(Role.VIEWER).get(f"/can-bo/bao-cao/{code}").status_code == 404


def test_written_words_stand_in_the_file_and_figures_stay(officer_client, database, store, year):
    client = officer_client(Role.OFFICER)
    page = client.get(PAGE).text
    done = sent(client, page, PAGE, causes="Mất điện ba ngày.\nThiếu người trực.")
    assert done.status_code == 303
    content = client.get(f"{PAGE}/tep?format=docx").data
    texts = [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]
    assert "Mất điện ba ngày." in texts
    assert "Thiếu người trực." in texts
    with database.read() as session:
        row = session.scalars(select(PeriodReport)).one()
    assert set(row.texts) == {"causes"}, "untouched parts go on following the figures"


def test_a_percentage_that_is_no_figure_is_refused_and_the_words_are_kept(officer_client, year):
    client = officer_client(Role.OFFICER)
    page = client.get(PAGE).text
    done = sent(client, page, PAGE, results="Đạt 99,9% tuyệt đối.", measures="Phấn đấu 95% vào năm sau.")
    assert done.status_code == 422
    assert "Không có trong số liệu của báo cáo: 99,9%" in done.text
    assert "95%" in done.text
    assert "Đạt 99,9% tuyệt đối." in fields_of(done.text, PAGE)["results"]


def test_who_saves_second_is_told_and_keeps_the_words(officer_client, year):
    client = officer_client(Role.OFFICER)
    page = client.get(PAGE).text
    assert sent(client, page, PAGE, causes="Một.").status_code == 303
    again = sent(client, page, PAGE, causes="Hai.")
    assert again.status_code == 409
    assert "Người khác vừa lưu" in again.text
    assert fields_of(again.text, PAGE)["causes"].strip() == "Hai."
    assert sent(client, again.text, PAGE).status_code == 303, "after comparing it can be saved"


def test_the_head_signs_and_nothing_changes_any_more(officer_client, database, year):
    client = officer_client(Role.HEAD)
    page = client.get(PAGE).text
    missing = sent(client, page, f"{PAGE}/ky", **{"sign-number": "", "sign-signed_on": "01/03/2025"})
    assert missing.status_code == 422
    early = sent(client, page, f"{PAGE}/ky", **{"sign-number": "45", "sign-signed_on": "01/03/2025"})
    assert early.status_code == 422
    assert "Ngày ký phải sau ngày cuối của kỳ" in early.text
    done = sent(client, page, f"{PAGE}/ky", **{"sign-number": "45", "sign-signed_on": "14/04/2025"})
    assert done.status_code == 303
    after = client.get(PAGE).text
    assert "Số: 45/BC-UBND" in after
    assert "DỰ THẢO" not in after
    assert "Sửa lời văn" not in after
    data = {"csrf_token": token(after), "edition": "0", **dict.fromkeys(PARTS, "x")}
    assert client.post(PAGE, data=data).status_code == 409
    with database.read() as session:
        actions = [one.action for one in session.scalars(select(AuditEvent).order_by(AuditEvent.id))]
    assert actions[-1] == "report-signed"


def test_an_open_period_is_provisional_and_cannot_be_signed(officer_client, give, database, store, today):
    fill_year(give, database, store, year=today.year)
    address = f"/can-bo/bao-cao/{today.year}"
    client = officer_client(Role.HEAD)
    page = client.get(address).text
    assert "SỐ LIỆU TẠM TÍNH" in page
    assert "Ghi nhận đã ký" not in page
    data = {
        "csrf_token": token(page),
        "sign-edition": "0",
        "sign-number": "1",
        "sign-signed_on": "01/01/2099",
    }
    assert client.post(f"{address}/ky", data=data).status_code == 409


def test_a_unit_copied_by_mistake_is_named_and_must_be_looked_at(officer_client, year):
    client = officer_client(Role.HEAD)
    page = client.get(PAGE).text
    assert sent(client, page, PAGE, causes="HĐND xã Krông Nô đã giám sát.").status_code == 303
    page = client.get(PAGE).text
    assert "xã Krông Nô" in page
    assert "Cần xem lại tên đơn vị" in page
    answer = {"sign-number": "45", "sign-signed_on": "14/04/2025"}
    fields = fields_of(page, f"{PAGE}/ky")
    del fields["sign-checked"]
    assert client.post(f"{PAGE}/ky", data=fields | answer).status_code == 422
    assert client.post(f"{PAGE}/ky", data=fields | answer | {"sign-checked": "y"}).status_code == 303


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_downloads_are_files_and_in_the_audit(officer_client, database, year, kind):
    answer = officer_client(Role.VIEWER).get(f"{PAGE}/tep?format={kind}")
    assert answer.status_code == 200
    assert answer.data[:2] == (b"%P" if kind == "pdf" else b"PK")
    assert f".{kind}" in answer.headers["Content-Disposition"]
    with database.read() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (last.action, last.detail["format"]) == ("report-downloaded", kind)


def test_settings_stand_in_the_report_and_only_administrators_change_them(
    officer_client, database, store, year
):
    assert officer_client(Role.HEAD).get(SETTINGS).status_code == 403
    client = officer_client(Role.ADMINISTRATOR)
    page = client.get(SETTINGS).text
    done = sent(
        client,
        page,
        SETTINGS,
        issuer="ỦY BAN NHÂN DÂN\nXÃ THỬ",
        signer="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        recipients="Đảng ủy;\nLưu: VT.",
        kinds="month",
    )
    assert done.status_code == 303
    head = report_of(database, store, "2025-Q1").head
    assert head.issuer == ("ỦY BAN NHÂN DÂN", "XÃ THỬ")
    assert head.recipients[-2:] == ("Đảng ủy;", "Lưu: VT.")
    assert head.signer == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert "Tháng 1/2025" in client.get(LIST).text
