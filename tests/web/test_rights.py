"""Every officer route from one commune: nothing of another, whatever number the address or the form names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import province
import pytest
from factories import make_submission, store_answer
from pages import elements, parse, text_of
from sqlalchemy import select

from survey import clock
from survey.enums import Review, Role
from survey.models import Comment, Officer
from survey.services.intake import mixing
from survey.services.office import unit_tree
from survey.services.people import officers
from survey.services.remarks import comments

ADDRESSES = (
    "/can-bo/",
    "/can-bo/so-sanh",
    "/can-bo/noi-dung/staff",
    "/can-bo/xu-huong",
    "/can-bo/du-bao",
    "/can-bo/dung-o-dau",
    "/can-bo/do-phu",
    "/can-bo/chat-luong",
    "/can-bo/gop-y",
    "/can-bo/bao-cao",
    "/can-bo/bao-cao/2025",
    "/can-bo/bao-cao/2025/tep",
    "/can-bo/quan-tri/bo-phan",
    "/can-bo/quan-tri/kiosk",
    "/can-bo/quan-tri/tai-khoan",
    "/can-bo/quan-tri/phieu-moi",
    "/can-bo/quan-tri/ho-so",
    "/can-bo/quan-tri/moi-danh-gia",
    "/can-bo/quan-tri/xuat-du-lieu",
    "/can-bo/quan-tri/khoa-api",
)


@pytest.fixture
def made(database):
    return province.build(database)


@pytest.fixture
def as_administrator(app, database, keyring):
    """A client signed in as the administrator of a place."""

    def sign_in(officer_id: int):
        secret = database.write(
            lambda session: officers.start_session(
                session, keyring=keyring, officer_id=officer_id, now=clock.now()
            )
        )
        client = app.test_client()
        client.set_cookie("sipas", secret)
        return client

    return sign_in


def token(client) -> str:
    page = client.get("/can-bo/quan-tri/bo-phan").text
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def numbered(app) -> list[tuple[str, str, str]]:
    """Every route of officers that names something by its number."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if not isinstance(getattr(view, "access_rule", None), Role):
            continue
        numbers = [
            one for one in rule.arguments if rule._converters[one].__class__.__name__ == "IntegerConverter"
        ]
        for one in numbers:
            for method in rule.methods & {"GET", "POST"}:
                found.append((method, rule.rule, one))
    return found


def test_every_number_in_an_address_has_its_owner(app):
    """A new kind of number must be known to the guard, or belong to what is checked elsewhere."""
    elsewhere = {
        "token_id",  # api_tokens.revoke asks for the unit
        "year",
        "field_id",  # fields and procedures are the installation's: its administrators alone
        "procedure_id",
        "note_id",  # day_notes and comment_tags ask for the unit
        "tag_id",
        "draw_id",  # and so does callbacks
        "unit_id",  # and so is the list of units
        "number",
    }
    for _method, rule, name in numbered(app):
        assert name in unit_tree.NAMED | elsewhere, rule


def test_nothing_of_another_commune_by_its_number(app, made, as_administrator):
    other, own = made.coast, made.hill
    numbers = {
        "desk_id": (other.desk, own.desk),
        "counter_id": (other.counter, own.counter),
        "device_id": (other.device, own.device),
        "officer_id": (other.officer, made.hill_west.officer),
    }
    tried = 0
    for method, rule, name in numbered(app):
        if name not in numbers:
            continue
        for identity, allowed in zip(numbers[name], (False, True), strict=True):
            client = as_administrator(made.hill.officer)  # anew: a password of one's own ends the session
            form_token = token(client)
            address = re.sub(rf"<int:{name}>", str(identity), rule)
            answer = client.open(address, method=method, data={"csrf_token": form_token})
            assert (answer.status_code == 404) is not allowed, (method, address, answer.status_code)
            tried += 1
    assert tried >= 10


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_shows_another_unit(made, as_administrator, address):
    client = as_administrator(made.hill.officer)
    for unit in (made.coast.unit, made.unit, made.marsh.unit, made.elsewhere.unit, 99999):
        assert client.get(f"{address}?unit={unit}").status_code == 404
    for nonsense in ("x", "1e9", "-1", "٣"):
        assert client.get(f"{address}?unit={nonsense}").status_code == 404
    answer = client.get(address)
    assert answer.status_code == 200
    if answer.mimetype == "text/html":
        words = text_of(parse(answer.text))
        for name in ("Xã Biển", "Xã Khác", "Xã Đầm", "bien.admin", "khac.admin", "Máy bien"):
            assert name not in words, (address, name)


@pytest.mark.parametrize("address", ADDRESSES[:3])
def test_a_desk_of_another_commune_is_no_choice(made, as_administrator, address):
    client = as_administrator(made.hill.officer)
    assert client.get(f"{address}?desk={made.coast.desk}").status_code == 422
    assert client.get(f"{address}?counter={made.coast.counter}").status_code == 422
    assert client.get(f"{address}?desk={made.hill.desk}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/can-bo/quan-tri/",
        "/can-bo/quan-tri/don-vi",
        "/can-bo/quan-tri/linh-vuc",
        "/can-bo/quan-tri/nhat-ky",
        "/can-bo/quan-tri/thong-tin-bao-cao",
    ],
)
def test_what_concerns_everybody_belongs_to_the_top(made, as_administrator, address):
    assert as_administrator(made.hill.officer).get(address).status_code == 403


def test_slips_and_dossiers_of_another_commune(database, made, as_administrator):
    from sqlalchemy import insert

    from survey.models import Dossier

    day = clock.now().date()
    database.write(
        lambda session: session.execute(
            insert(Dossier),
            [
                {
                    "code": f"H15.46.{number}-250311-0012",
                    "desk_id": desk,
                    "procedure": "",
                    "received_on": day,
                    "due_on": day,
                    "returned_on": day,
                    "filing_channel": "counter",
                }
                for number, desk in ((12, made.hill.desk), (13, made.coast.desk))
            ],
        )
    )
    client = as_administrator(made.hill.officer)
    form_token = token(client)

    def reprint(code: str) -> int:
        return client.post(
            "/kiosk/phieu-moi/in-lai",
            data={"csrf_token": form_token, "reprint-dossier_code": code, "reprint-paper": "a5"},
        ).status_code

    assert reprint("H15.46.13-250311-0012") == reprint("H15.46.99-250311-0012") == 422
    roll = {"csrf_token": form_token, "roll-count": "3", "roll-paper": "a5", "roll-desk_id": made.coast.desk}
    assert client.post("/kiosk/phieu-moi/cuon", data=roll).status_code == 422


@pytest.fixture
def of_the_province(database, made, as_administrator):
    """A client of an administrator of the province."""
    database.write(
        lambda session: officers.create(
            session,
            login="tinh",
            password="mot-cau-rat-dai-2026",
            role=Role.ADMINISTRATOR,
            unit_id=made.unit,
            now=clock.now(),
        )
    )
    with database.read() as session:
        return as_administrator(session.scalars(select(Officer.id).where(Officer.login == "tinh")).one())


def test_the_province_goes_down_and_opens_accounts_below(database, made, of_the_province):
    client = of_the_province
    page = client.get(f"/can-bo/?unit={made.hill.unit}")
    assert page.status_code == 200
    assert "Xã Đồi" in text_of(parse(page.text))
    links = [one.get("href") for one in elements(parse(page.text), "a")]
    assert f"/can-bo/noi-dung/access?unit={made.hill.unit}" in links
    # A report below is read, not written.
    assert client.get(f"/can-bo/bao-cao/2025?unit={made.hill.unit}").status_code == 200
    written = client.post(f"/can-bo/bao-cao/2025?unit={made.hill.unit}", data={"csrf_token": token(client)})
    assert written.status_code == 403
    opened = client.post(
        "/can-bo/quan-tri/tai-khoan",
        data={
            "csrf_token": token(client),
            "new-login": "doi2",
            "new-role": "viewer",
            "new-unit_id": str(made.hill.unit),
        },
    )
    assert opened.status_code == 200
    with database.read() as session:
        assert session.scalars(select(Officer.unit_id).where(Officer.login == "doi2")).one() == made.hill.unit
    refused = client.post(
        "/can-bo/quan-tri/tai-khoan",
        data={
            "csrf_token": token(client),
            "new-login": "khac2",
            "new-role": "viewer",
            "new-unit_id": str(made.elsewhere.unit),
        },
    )
    assert refused.status_code == 422


def test_the_choice_of_the_past_stands_in_the_address(made, as_administrator):
    client = as_administrator(made.hill.officer)
    page = text_of(parse(client.get("/can-bo/").text))
    assert "cộng Xã Đồi Đông, Xã Đồi Tây" in page
    alone = client.get("/can-bo/?past=none")
    assert alone.status_code == 200
    chosen = [
        text_of(one)
        for one in elements(parse(alone.text), "option")
        if one.get("selected") is not None and one.get("value") == "none"
    ]
    assert chosen == ["không so sánh được"]


@pytest.mark.parametrize("page", ["", "so-sanh", "xu-huong", "do-phu", "chat-luong", "gop-y"])
def test_another_unit_drops_what_it_does_not_have_and_keeps_the_rest(made, of_the_province, page):
    """The desk, the counter, the tag chosen at one commune do not follow to the next; the year does."""
    kept = f"/can-bo/{page}?unit={made.hill.unit}&desk={made.coast.desk}&period=2025"
    answer = of_the_province.get(kept)
    assert answer.status_code == 200
    read = parse(answer.text)
    notes = [text_of(one) for one in elements(read, "p") if one.get("role") == "status"]
    assert "Đơn vị này không có lựa chọn trước đó nên đã bỏ: Bộ phận." in notes
    chosen = [one.get("value") for one in elements(read, "option") if one.get("selected") is not None]
    assert "2025" in chosen
    assert str(made.hill.unit) in chosen
    assert str(made.coast.desk) not in chosen
    # Without a unit in the address nobody has changed anything: a number that is wrong is said to be.
    assert of_the_province.get(f"/can-bo/{page}?desk=99999").status_code == 422


def test_coverage_and_quality_follow_the_tree(made, of_the_province):
    for address, title in (("do-phu", "Độ phủ"), ("chat-luong", "Chất lượng phiếu")):
        page = parse(of_the_province.get(f"/can-bo/{address}?unit={made.hill.unit}&period=2025").text)
        assert text_of(elements(page, "h1")[0]) == f"{title} – Năm 2025"
        chosen = [text_of(one) for one in elements(page, "option") if one.get("selected") is not None]
        assert "Xã Đồi" in chosen
        links = {one.get("href") for one in elements(page, "a")}
        assert f"/can-bo/?unit={made.hill.unit}" in links
        # The lists of codes to call belong to the commune.
        assert "/can-bo/chat-luong/goi-lai" not in links


@pytest.mark.dated
def test_the_province_reads_what_a_commune_approved(
    database, settings, store, keyring, made, as_administrator, of_the_province
):
    noon = datetime(2026, 3, 9, 5, tzinfo=UTC)
    for desk in (made.hill_west.desk, made.coast.desk):
        for place in range(12):
            comment = f"Ý kiến {place} ở bộ phận {desk}" if place < 3 else ""
            answer = make_submission(database, store, answered_at=noon, comment=comment, desk_id=desk)
            store_answer(database, settings, store, answer)
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 3, 20)))
    with database.read() as session:
        written = {row.text: row.id for row in session.execute(select(Comment.text, Comment.id))}
    approved = f"Ý kiến 1 ở bộ phận {made.hill_west.desk}"

    def shown(client, query: str) -> list[str]:
        answer = client.get(f"/can-bo/gop-y?period=2026{query}")
        assert answer.status_code == 200
        return [text_of(one) for one in elements(parse(answer.text), "blockquote")]

    # The merged commune looks through the comments of those it replaced.
    commune = as_administrator(made.hill.officer)
    assert len(shown(commune, "&state=waiting")) == 3
    for identity, client, status in (
        (written[approved], commune, 303),
        (written[f"Ý kiến 1 ở bộ phận {made.coast.desk}"], commune, 404),
        (written[approved], of_the_province, 404),
    ):
        form = {"csrf_token": token(client), f"c{identity.hex()[:12]}-state": Review.APPROVED.value}
        assert client.post(f"/can-bo/gop-y/{identity.hex()}", data=form).status_code == status
    below = f"&unit={made.hill.unit}"
    for query in ("", below, f"{below}&state=waiting"):
        assert shown(of_the_province, query) == [approved], query
    assert shown(of_the_province, "&state=waiting") == []
    assert "Duyệt góp ý này" not in of_the_province.get(f"/can-bo/gop-y?period=2026{below}").text
    with database.read() as session:
        assert not comments.readable(session, made.elsewhere.unit, today=date(2026, 5, 1))
