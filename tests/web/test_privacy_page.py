"""The page that says what happens with an answer says what the settings are."""

from __future__ import annotations

from dataclasses import replace

from survey import clock
from survey.services.office import installation
from survey.services.upkeep import retention
from survey.services.upkeep.retention import Retention


def test_the_privacy_page_names_what_the_law_asks_for(client, database):
    database.write(lambda s: installation.change(s, hotline="0262 1", petition_address="So 1"))
    kept = replace(Retention(), answers=30, comments=7)
    database.write(lambda s: retention.change(s, kept, login="quan-tri", now=clock.now()))
    page = client.get("/quyen-rieng-tu").text
    for said in ("bên kiểm soát dữ liệu", "30 tháng", "7 tháng", "91/2025/QH15", "356/2025/NĐ-CP",
                 "không thể tìm lại", "tùy ông/bà", "0262 1", "So 1"):  # fmt: skip
        assert said in page, said


def test_every_last_screen_says_where_to_turn(client, database):
    database.write(lambda s: installation.change(s, hotline="0262 1", petition_address="So 1"))
    for path in ("/P/0000000000000000", "/p/-/abc/stage", "/p/-/abc/comment"):
        page = client.get(path).text
        assert "0262 1" in page, path
        assert "So 1" in page, path
