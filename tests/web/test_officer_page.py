"""The one page: its figures are those of the service, its files those of the page, small cells are hidden."""

import re
from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from factories import counter_id, desk_id, kiosk_submission, make_submission
from filled import filled_once
from many_answers import giver, this_year
from officer_year import DAYS, MONTHS, ON_KIOSK, ON_PHONE, RETURNED, fill_year
from pages import elements, parse, text_of
from sqlalchemy import select, update

from survey import clock
from survey.enums import Channel, Dimension, Role
from survey.i18n import format_number, format_percent
from survey.models import Desk, Goal, Unit
from survey.services.figures import satisfaction
from survey.services.office import installation, periods
from survey.services.office.scopes import Filters
from survey.services.people.officers import ROLE_ORDER

PAGE = "/can-bo/"
NAMES = ["Tiếp cận dịch vụ", "Tổ chức giải quyết thủ tục hành chính", "Công chức trực tiếp giải quyết"]
NAMES += ["Kết quả giải quyết thủ tục hành chính", "Tiếp nhận, xử lý phản ánh, kiến nghị"]


@filled_once
def made_year(database, settings, store, keyring):
    year = this_year(settings)
    fill_year(giver(database, settings, store, keyring, year=year), database, store, year=year)


@pytest.fixture
def viewer(officer_client):
    return officer_client(Role.VIEWER)


def goals_row(page: str, name: str):
    """Give the cells of one goal as they read."""
    for row in elements(parse(page), "tr"):
        head = elements(row, "th")
        if row.get("role") == "row" and head and text_of(head[0]).startswith(name):
            return [text_of(cell) for cell in elements(row, "td")]
    raise AssertionError(f"no row of {name}")


def figures(page: str, title: str) -> list[list[str]]:
    """Give a table of figures, its heads included, as it reads."""
    for table in elements(parse(page), "table"):
        captions = elements(table, "caption")
        if captions and text_of(captions[0]).startswith(title):
            return [[text_of(cell) for cell in elements(row, "th", "td")] for row in elements(table, "tr")]
    raise AssertionError(f"no table {title}")


def workbook(client, **arguments):
    answer = client.get(PAGE, query_string={**arguments, "format": "xlsx"})
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    return openpyxl.load_workbook(BytesIO(answer.data))


def as_shown(cell) -> str:
    """Write a cell of the file as the page would."""
    if cell.data_type != "n":
        return cell.value
    return format_percent(cell.value) if cell.number_format == "0.0%" else format_number(cell.value)


def overview(database, store, today, filters=None, period=None):
    with database.read() as session:
        unit_id = installation.read(session).unit_id
        assert unit_id is not None
        return satisfaction.overview(
            session,
            store=store,
            unit_id=unit_id,
            period=period or periods.make(today.year),
            filters=filters or Filters(),
            today=today,
        )


@pytest.mark.parametrize("role", ROLE_ORDER)
def test_every_role_reads_the_page_and_nobody_else_does(role, client, officer_client):
    assert client.get(PAGE).status_code == 302
    assert client.get(PAGE + "?format=xlsx").status_code == 302
    assert officer_client(role).get(PAGE).status_code == 200


@pytest.mark.usefixtures("made_year")
def test_the_mean_of_the_questions_stands_beside_an_index_made_otherwise(viewer, database, store, today):
    database.write(
        lambda session: session.execute(
            update(Goal).where(Goal.dimension == Dimension.ACCESS).values(method="pooled")
        )
    )
    mean = overview(database, store, today).item_means[Dimension.ACCESS]
    page = viewer.get(PAGE).text
    assert f"trung bình các mục: {format_percent(mean.index)}" in goals_row(page, NAMES[0])[3]


def test_before_the_first_answer_the_page_says_so(viewer):
    page = viewer.get(PAGE).text
    for name in NAMES:
        cells = goals_row(page, name)
        assert cells[0] == "– –"
        assert "Chưa có phiếu" in cells[3]
    assert "Chưa có số liệu để so với mục tiêu" in page


def test_the_pages_are_named_once_and_folded_behind_an_address(viewer):
    """On a phone the address opens the lists of pages; nothing needs a script, nothing is named twice."""
    page = parse(viewer.get(PAGE).text)
    (opener,) = [one for one in elements(page, "a") if one.get("class") == "menu-open"]
    (menu,) = [one for one in elements(page, "div") if one.get("id") == opener.get("href", "")[1:]]
    inside = [one.get("href") for one in elements(menu, "a")]
    assert inside.count("/can-bo/bao-cao") == 1
    assert [one.get("href") for one in elements(page, "a")].count("/can-bo/bao-cao") == 1


def test_a_commune_without_units_below_gets_the_sentence_in_the_file_too(viewer):
    address = f"{PAGE}so-sanh/don-vi"
    said = "Đơn vị này không có đơn vị nào bên dưới"
    assert said in viewer.get(address).text
    (sheet,) = openpyxl.load_workbook(BytesIO(viewer.get(f"{address}?format=xlsx").data)).worksheets
    cells = [str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0]]
    assert any(cell.startswith(said) for cell in cells), cells


def test_the_page_shows_the_figures_of_the_service(made_year, viewer, database, store, today):
    page = viewer.get(PAGE).text
    found = overview(database, store, today)
    assert found.persons == len(MONTHS) * len(DAYS) * (ON_PHONE + ON_KIOSK)
    for name, row in zip(NAMES, found.rows, strict=True):
        estimate = row.estimate
        cells = goals_row(page, name)
        lower, upper = format_percent(estimate.lower), format_percent(estimate.upper)
        assert cells[0] == f"{format_percent(estimate.index)} {lower[:-1]}–{upper}"
        assert cells[4].endswith(str(estimate.n))
        if row.dimension is not Dimension.PETITIONS:
            share = format_percent(estimate.n / RETURNED)
            bounds = (
                estimate.index * estimate.n / RETURNED,
                1 - (1 - estimate.index) * estimate.n / RETURNED,
            )
            assert f"{estimate.n}/{RETURNED} ({share})" in cells[5]
            assert f"{format_percent(bounds[0])[:-1]}–{format_percent(bounds[1])} (nhiều nhất)" in cells[5]
    assert found.item_means == {}, "few are asked of petitions: their own page has the mean of the questions"
    assert "trung bình các mục" not in page
    overall = found.overall
    assert f"{format_percent(overall.index)} ({format_percent(overall.lower)[:-1]}–" in page


def test_the_label_stands_on_every_page_and_file(made_year, viewer):
    assert "Khảo sát tại quầy, không phải mẫu ngẫu nhiên" in viewer.get(PAGE).text
    for sheet in workbook(viewer):
        notes = " ".join(str(cell.value) for cell in sheet["A"] if cell.value)
        assert "không phải mẫu ngẫu nhiên" in notes


@pytest.mark.parametrize(
    "arguments", [{}, {"channel": "kiosk"}, {"stage": "all"}, {"stage": "filing"}], ids=lambda one: str(one)
)
def test_a_file_holds_exactly_the_figures_of_the_page(arguments, made_year, viewer, today):
    page = viewer.get(PAGE, query_string=arguments).text
    titles = {
        "Mục tiêu": "Mục tiêu – ",
        "Theo tháng": "Theo tháng – ",
        "Bên cạnh": "Bên cạnh số chính – ",
        "Cần làm": "Cần xem và cần làm – ",
    }
    book = workbook(viewer, **arguments)
    assert book.sheetnames[:3] == list(titles)[:3]
    assert set(book.sheetnames[3:]) <= {"Cần làm"}
    for sheet in book:
        shown = figures(page, titles[sheet.title])
        rows = [[as_shown(cell) for cell in row if cell.value is not None] for row in sheet.iter_rows()]
        body = [row for row in rows if len(row) > 2][-len(shown) :]
        # Titles over several columns are one cell on the page and one in the file; blanks are neither.
        assert body == [[text for text in row if text] for row in shown]
        assert str(today.year) in sheet["A1"].value


def test_one_table_can_be_downloaded_alone_from_its_own_link(made_year, viewer):
    page = viewer.get(PAGE, query_string={"channel": "kiosk"}).text
    links = re.findall(r'href="([^"]*format=xlsx[^"]*)" download', page)
    assert len(links) == 4
    for link in links:
        assert "channel=kiosk" in link
        answer = viewer.get(link.replace("&amp;", "&"))
        assert len(openpyxl.load_workbook(BytesIO(answer.data)).sheetnames) == 1
        assert re.search(r"filename=[a-z0-9-]+\.xlsx$", answer.headers["Content-Disposition"])
    assert viewer.get(PAGE + "?format=xlsx&table=khong-co").status_code == 404
    assert viewer.get(PAGE + "?format=pdf").status_code == 422


def test_filters_stand_in_the_address_and_in_the_form(made_year, viewer, database, store, today):
    arguments = {"period": f"{today.year}-Q1", "channel": "phone", "desk": desk_id(database)}
    page = viewer.get(PAGE, query_string=arguments).text
    filters = Filters(desk_id=desk_id(database), channel=Channel.PHONE)
    found = overview(database, store, today, filters, periods.make(today.year, periods.PeriodKind.QUARTER, 1))
    assert found.persons == len(MONTHS) * len(DAYS) * ON_PHONE
    assert goals_row(page, NAMES[0])[0].startswith(format_percent(found.rows[0].estimate.index))
    chosen = [
        option.get("value") for option in elements(parse(page), "option") if "selected" in option.attrib
    ]
    assert chosen == [f"{today.year}-Q1", "", str(desk_id(database)), "", "", "phone"]
    assert "Số liệu theo bộ lọc" in page
    assert "Bỏ lọc" in page
    assert "Của cả đơn vị, không theo bộ lọc" in page
    assert "Của cả đơn vị, không theo bộ lọc" not in viewer.get(PAGE).text


def test_an_index_that_cannot_be_made_has_no_limits_either(made_year, viewer):
    page = " ".join(parse(viewer.get(f"{PAGE}?stage=filing").text).itertext())
    assert "–––" not in page
    assert "chỉ số chung –" not in page


def test_empty_fields_are_kept_out_of_the_address(viewer, today):
    answer = viewer.get(
        PAGE, query_string={"period": today.year, "desk": "", "channel": "kiosk", "stage": ""}
    )
    assert answer.status_code == 302
    assert answer.location == f"{PAGE}?period={today.year}&channel=kiosk"


@pytest.mark.parametrize(
    "arguments",
    [
        {"period": "hôm qua"},
        {"period": "1999"},
        {"desk": "99"},
        {"desk": "1 OR 1=1"},
        {"counter": "99"},
        {"field": "x"},
        {"channel": "fax"},
        {"stage": "*"},
    ],
    ids=lambda one: str(one),
)
def test_what_is_no_choice_is_refused_and_the_form_stays(arguments, viewer):
    answer = viewer.get(PAGE, query_string=arguments)
    assert answer.status_code == 422
    assert "Giá trị này không có trong danh sách." in answer.text
    assert "Theo tháng" not in answer.text


def test_a_counter_of_another_desk_is_named(viewer, database):
    def add(session):
        unit_id = installation.read(session).unit_id
        desk = Desk(unit_id=unit_id, code="MC2", name="Điểm tiếp nhận lưu động")
        session.add(desk)
        session.flush()
        return desk.id

    other = database.write(add)
    arguments = {"desk": other, "counter": counter_id(database)}
    answer = viewer.get(PAGE, query_string=arguments)
    assert answer.status_code == 422
    assert "Quầy này không thuộc bộ phận đã chọn." in answer.text


def test_a_desk_of_another_unit_is_no_choice(viewer, database):
    """Nor is the number that waits there told."""

    def add(session):
        own = installation.read(session).unit_id
        foreign = session.scalars(select(Unit.id).where(Unit.id != own)).first()
        desk = Desk(unit_id=foreign, code="XA", name="Một cửa xã bên")
        session.add(desk)
        session.flush()
        return desk.id

    foreign = database.write(add)
    answer = viewer.get(PAGE, query_string={"desk": foreign})
    assert answer.status_code == 422
    assert "Một cửa xã bên" not in answer.text


def test_fewer_than_five_persons_are_hidden_on_the_page_and_in_the_file(give, viewer, today):
    """Twelve people, of whom three had something to say of petitions."""
    give(make_submission, month=2, day=3, count=3)
    silent = {"sent_feedback": False, "answers": {"A1": 5, "B1": 4, "C1": 4, "D1": 4}}
    give(make_submission, month=2, day=3, count=9, **silent)
    page = viewer.get(PAGE).text
    cells = goals_row(page, NAMES[4])
    assert cells[0] == "– –"
    assert "Quá ít phiếu để hiển thị" in cells[3]
    assert cells[4].endswith("< 5")
    assert goals_row(page, NAMES[0])[4].endswith("12")
    sheet = workbook(viewer)["Mục tiêu"]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == NAMES[4])
    assert row[9] == "< 5"
    assert not [value for value in row if isinstance(value, int | float)]
    trend = figures(page, "Theo tháng – ")
    assert trend[3][-4:] == ["–", "–", "–", "< 5"]


def test_a_counter_shows_nothing_below_ten(give, viewer, database):
    give(kiosk_submission, month=2, day=3, count=9)
    give(kiosk_submission, month=2, day=4, count=6, counter_id=None)
    asked = {"counter": counter_id(database)}
    assert goals_row(viewer.get(PAGE).text, NAMES[0])[4].endswith("15")
    hidden = viewer.get(PAGE, query_string=asked).text
    assert goals_row(hidden, NAMES[0])[0] == "– –"
    assert goals_row(hidden, NAMES[0])[4].endswith("< 10")
    assert "Số người dưới 10 được ẩn" in hidden
    give(kiosk_submission, month=2, day=5, count=5)
    assert goals_row(viewer.get(PAGE, query_string=asked).text, NAMES[0])[4].endswith("14")


def test_of_those_who_wait_only_the_number_is_shown(give, viewer):
    give(make_submission, month=2, day=3, count=3)
    page = viewer.get(PAGE).text
    assert "3 phiếu đang chờ trộn." in page
    assert goals_row(page, NAMES[0])[4].endswith("0")


def test_an_open_period_is_called_so_and_a_closed_one_is_not(made_year, officer_client, monkeypatch, today):
    later = datetime(today.year, 4, 11, 5, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: later)
    viewer = officer_client(Role.VIEWER)
    tag = '<strong class="tag">Tạm tính</strong>'
    assert tag in viewer.get(PAGE).text
    asked = {"period": f"{today.year}-Q1"}
    closed = viewer.get(PAGE, query_string=asked).text
    assert tag not in closed
    assert "Kỳ đã kết thúc" in closed
    assert "Mục tiêu là của cả năm" in closed
    notes = [str(cell.value) for cell in workbook(viewer)["Mục tiêu"]["A"]]
    assert "Tạm tính: kỳ chưa khép" in notes
    assert not any("Tạm tính" in str(c.value) for c in workbook(viewer, **asked)["Mục tiêu"]["A"])


def test_a_plan_that_nobody_confirmed_says_so(viewer):
    assert "Mục tiêu chép từ kế hoạch 2024, cần xác nhận." in viewer.get(PAGE).text


def test_the_page_in_english_leaves_nothing_in_vietnamese(made_year, viewer):
    page = viewer.get(PAGE, query_string={"lang": "en", "channel": "kiosk"}).text
    main = elements(parse(page), "main")[0]
    # Names of desks and counters are the office's own.
    chosen = {text for one in elements(main, "option") for text in one.itertext()}
    # The plan's words are Vietnamese in every language, and say so to a screen reader.
    plans = {part for one in main.iter() if one.get("lang") == "vi" for part in one.iter()}
    texts = [
        text
        for one in main.iter()
        for text in (None if one in plans else one.text, one.tail if one not in plans else None)
        if text and text not in chosen
    ]
    vietnamese = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.I)
    assert [text for text in texts if vietnamese.search(text)] == []


def test_it_says_where_to_look_and_what_the_plan_does_about_it(made_year, viewer, database, store, today):
    page = viewer.get(PAGE).text
    section = page.partition('id="attention-title"')[2].partition("</section>")[0]
    found = overview(database, store, today)
    named = 0
    for row in found.rows:
        weakest = found.attention[row.dimension]
        if weakest.item is None or row.assessment.verdict == "met_with_confidence":
            continue
        named += 1
        assert f"{weakest.item.label['vi']} {format_percent(weakest.item_estimate.index)}" in section
        assert row.goal.tasks[0].owner_role in section
    assert named
    assert f'href="{PAGE}noi-dung/outcome' in section


def test_an_empty_period_says_what_will_stand_here_and_what_to_do(officer_client):
    assert "Kỳ này chưa có câu trả lời nào" in officer_client(Role.VIEWER).get(PAGE).text
    page = parse(officer_client(Role.HEAD).get(PAGE).text)
    links = {text_of(one): one.get("href") for one in elements(page, "a")}
    assert links["In phiếu mời"] == "/can-bo/quan-tri/phieu-moi"
    assert links["Đăng ký máy tại quầy"] == "/can-bo/quan-tri/kiosk"


def test_an_officer_who_mistypes_an_address_finds_back(client):
    assert "Về trang cán bộ" in client.get("/can-bo/khong-co").text
    assert "Về trang cán bộ" not in client.get("/khong-co").text


def test_a_filter_that_nobody_passes_is_no_empty_period(made_year, viewer):
    page = viewer.get(f"{PAGE}?channel=paper").text
    assert "Không có câu trả lời nào khớp với bộ lọc" in page
    assert "Kỳ này chưa có câu trả lời nào" not in page
