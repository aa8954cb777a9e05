"""Personal data in comments is masked before anybody reads them; what officers need to read stays."""

from __future__ import annotations

import re
import string
from datetime import date

import pytest
from factories import kiosk_submission, store_answer
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from survey.models import Comment
from survey.services.answers import responses
from survey.services.answers.masking import Kind, find, mask
from survey.services.intake import mixing
from survey.services.office import codes

NAMED = [
    ("Gọi lại cho tôi số 0905 123 456 nhé", "Gọi lại cho tôi số [số điện thoại] nhé"),
    ("Liên hệ 0905.123.456 (anh Ba)", "Liên hệ [số điện thoại] (anh Ba)"),
    ("SĐT: +84 905 123 456", "SĐT: [số điện thoại]"),
    ("Điện thoại (+84)905-123-456 ạ", "Điện thoại [số điện thoại] ạ"),
    ("số máy 84905123456", "số máy [số điện thoại]"),
    ("nhà tôi 0262 3 123 456", "nhà tôi [số điện thoại]"),
    ("alo 3 878 123 gặp tôi", "alo [số điện thoại] gặp tôi"),
    ("số o9o5123456 nha", "số [số điện thoại] nha"),
    ("0905\u200b123\u200b456", "[số điện thoại]"),
    ("\uff10\uff19\uff10\uff15\uff11\uff12\uff13\uff14\uff15\uff16", "[số điện thoại]"),
    ("hai số: 0905123456, 0915123456", "hai số: [số điện thoại], [số điện thoại]"),
    ("số tôi là không chín không năm một hai ba bốn năm sáu", "số tôi là [dãy số]"),
    ("CCCD 066088001234 cấp sai ngày", "CCCD [số giấy tờ] cấp sai ngày"),
    ("căn cước của tôi là 0660 8800 1234", "căn cước của tôi là [số giấy tờ]"),
    ("066 088 001 234 là số của tôi", "[số giấy tờ] là số của tôi"),
    ("CMND cũ: 240 123 456", "CMND cũ: [số giấy tờ]"),
    ("chứng minh nhân dân số 240000000", "chứng minh nhân dân số [số giấy tờ]"),
    ("tôi tên Ba 240123456", "tôi tên Ba [số giấy tờ]"),
    ("thẻ DN4660012345678 không dùng được", "thẻ [số giấy tờ] không dùng được"),
    ("hộ chiếu B1234567", "hộ chiếu [số giấy tờ]"),
    ("chuyển vào tài khoản 19034567890123", "chuyển vào tài khoản [dãy số]"),
    ("gửi ve nguyen.van+ba@mail.example.vn giúp", "gửi ve [thư điện tử] giúp"),
    ("mail: ba @ example.com", "mail: [thư điện tử]"),
    ("facebook.com/ba.ea.ral", "[đường dẫn]"),
    ("Hồ sơ H15.45.12-240506-0012 trễ hẹn 5 ngày", "Hồ sơ [mã hồ sơ] trễ hẹn 5 ngày"),
    ("mã h15.45.12 – 240506 – 0012", "mã [mã hồ sơ]"),
    ("000.00.19.H15-240506-0012 chưa xong", "[mã hồ sơ] chưa xong"),
    ("biên nhận số 123456 bị thất lạc", "biên nhận số [mã hồ sơ] bị thất lạc"),
    ("xe 47A-123.45 đậu chắn cổng", "xe [biển số xe] đậu chắn cổng"),
    ("xe máy biển số 47B1 234.56", "xe máy biển số [biển số xe]"),
    ("47-F1 1234 cán bộ hay đi", "[biển số xe] cán bộ hay đi"),
    ("số 0905 123 456 đ/c Ba", "số [số điện thoại] đ/c Ba"),
    ("chiếc 47b1-12345", "chiếc [biển số xe]"),
    ("xe điện 47MĐ1-123.45", "xe điện [biển số xe]"),
    ("tôi sinh năm 1960, mắt kém", "tôi sinh năm [ngày sinh], mắt kém"),
    ("sinh ngày 12/05/1980", "sinh ngày [ngày sinh]"),
    ("thửa đất số 123, tờ bản đồ số 45", "thửa đất số [thửa đất], tờ bản đồ số [thửa đất]"),
]  # fmt: skip

HARMLESS = [
    "Chờ 30 ngày, đi lại 2 lần, năm 2023 rồi 2024 vẫn vậy.",
    "Phí 150.000.000 đồng là quá cao; thu thêm 200.000đ không có biên lai.",
    "Nộp 1.500.000 mà không có hóa đơn, lần khác 84.000.000.000 đồng.",
    "Mất 50k gửi xe, 2,5 triệu tiền đo đạc.",
    "Hẹn ngày 05-12-2024 08 giờ, dời sang 12.05.2024 rồi 15.06.2024.",
    "Nghị định 92/2017/NĐ-CP, quyết định 2443/QĐ-UBND ngày 03/10/2018.",
    "Mở cửa 7h30 đến 11h30, chiều 13h30-17h00 mới đúng.",
    "Gọi 1022 hoặc 18001096 không ai nghe; 113 thì nghe ngay.",
    "Mẫu 02B-2024 và mẫu 12B-2024 khó hiểu.",
    "Quầy 3 làm 10 hồ sơ mất 45 phút, số thứ tự 127.",
    "2021 2022 2023 đều chậm như nhau.",
    "Phải photo 15 tờ A4 2 mặt, mỗi tờ 1.000.",
    "Ghế 1 2 3 4 đều gãy, quạt 5 6 không chạy.",
    "Một hai ba lần đi lại, bốn năm tháng trời.",
    "Tôi chấm 10/10, cán bộ nhiệt tình 100%.",
    "Hồ sơ nộp 2023, trả 2024. Sân 20m2 cho 50 xe.",
    "Từ tỉnh lộ 14C vào 3 km, đường 12A 500 m.",
    "Cán bộ nói không, không, không là không.",
]


@pytest.mark.parametrize(("written", "masked"), NAMED)
def test_what_names_a_person_is_masked(written: str, masked: str) -> None:
    assert mask(written) == masked


@pytest.mark.parametrize("written", HARMLESS)
def test_what_names_nobody_stays(written: str) -> None:
    assert mask(written) == written


def test_the_code_and_the_token_of_a_slip_are_masked() -> None:
    """Whoever has the key file could find the dossier of a slip."""
    code = codes.with_check("7K3Q9M2X4T")
    for written in (code, code.lower(), codes.spoken(code), codes.spoken(code).replace("-", " ")):
        assert mask(f"phiếu {written} không dùng được") == "phiếu [mã phiếu] không dùng được"
    assert mask("7K3Q9M2X4TBCDE12") == "[mã phiếu]"


PIECES = ("Tôi chờ ", "gặp quầy 3, ", "xin ", "nhắn ", "(", "hồ sơ trễ 5 ngày; ", "năm 2024 ", "")
GAPS = ("", " ", ".", "-", " - ", "\u00a0", "\u200b", "–")
DIGITS = string.digits


def grouped(digits: str, gap: str, size: int) -> str:
    return gap.join(digits[start : start + size] for start in range(0, len(digits), size))


phones = st.builds(
    lambda lead, second, rest, gap, size: lead + grouped(second + rest, gap, size),
    st.sampled_from(["0", "+84", "+84 ", "0084", "84"]),
    st.sampled_from("35789"),
    st.text(DIGITS, min_size=8, max_size=8),
    st.sampled_from(GAPS),
    st.integers(2, 9),
)
identity_cards = st.builds(
    lambda digits, gap: grouped(digits, gap, 3),
    st.text("123456789", min_size=9, max_size=9) | st.text(DIGITS, min_size=11, max_size=11).map("0".__add__),
    st.sampled_from(["", " ", ".", "-"]),
)
dossiers = st.builds(
    lambda unit, day, number: f"{unit}-{day}-{number}",
    st.from_regex(r"H[0-9]{2}(\.[0-9]{2}){0,2}", fullmatch=True),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(lambda day: f"{day:%y%m%d}"),
    st.text(DIGITS, min_size=4, max_size=6),
)
plates = st.builds(
    lambda province, series, gap, number: f"{province}{series}{gap}{number}",
    st.integers(11, 99),
    st.from_regex(r"[A-Z][A-Z1-9]?", fullmatch=True),
    st.sampled_from(["-", " ", "- "]),
    st.text(DIGITS, min_size=5, max_size=5).map(lambda n: f"{n[:3]}.{n[3:]}"),
)
emails = st.from_regex(r"[a-z]{2,8}[0-9]{0,4}@[a-z]{2,8}(\.[a-z]{2,4}){1,2}", fullmatch=True)


@given(
    st.sampled_from(PIECES),
    phones | identity_cards | dossiers | plates | emails,
    st.sampled_from([" nhé", ".", ", cảm ơn", " và 2 lần nữa", ""]),
)
def test_nothing_of_a_number_is_left(before: str, named: str, after: str) -> None:
    left = mask(before + named + after)
    assert re.fullmatch(re.escape(before) + r"\[[^\d\]]+\]" + re.escape(after), left), left


@given(st.text("0123456789 .-()@oO/đkhHbBxX\n[]", max_size=80) | st.text(max_size=80))
def test_masking_again_changes_nothing_and_the_rest_stays(written: str) -> None:
    masked = mask(written)
    assert mask(masked) == masked
    kept, end = [], 0
    for found in sorted(find(written), key=lambda one: one.start):
        assert found.start >= end
        kept.append(written[end : found.start])
        end = found.end
    kept.append(written[end:])
    assert "".join(re.split("|".join(re.escape(kind.mark) for kind in Kind), masked)) == re.sub(
        "|".join(re.escape(kind.mark) for kind in Kind), "", "".join(kept)
    )


@given(st.text("123456789", min_size=9, max_size=20))
def test_no_long_number_survives(digits: str) -> None:
    assert not any(c.isdecimal() for c in mask(f"số {digits} của tôi"))


def test_the_original_is_kept_nowhere(database, settings, store, keyring) -> None:
    for _ in range(5):
        store_answer(
            database, settings, store, kiosk_submission(database, store, comment="Gọi tôi 0905 123 456")
        )
    with database.read() as session:
        waiting, _comments = responses.waiting(session, keyring=keyring)
    assert {answer.comment for answer in waiting} == {"Gọi tôi [số điện thoại]"}
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 3, 3)))
    with database.read() as session:
        assert set(session.scalars(select(Comment.text))) == {"Gọi tôi [số điện thoại]"}


def test_what_an_older_program_sealed_is_masked_when_it_is_mixed(
    database, settings, store, keyring, monkeypatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(responses.masking, "mask", lambda text: text)
        for _ in range(5):
            store_answer(
                database, settings, store, kiosk_submission(database, store, comment="CMND 240123456")
            )
    with database.read() as session:
        waiting, _comments = responses.waiting(session, keyring=keyring)
    assert {answer.comment for answer in waiting} == {"CMND 240123456"}
    database.write(lambda s: mixing.mix(s, keyring=keyring, store=store, today=date(2026, 3, 3)))
    with database.read() as session:
        assert set(session.scalars(select(Comment.text))) == {"CMND [số giấy tờ]"}


def test_a_number_at_the_end_of_a_long_comment_is_not_cut_in_two() -> None:
    written = "a" * (responses.COMMENT_CHARACTERS - 6) + " 0905 123 456"
    assert not any(c.isdecimal() for c in responses.plain_text(written))
