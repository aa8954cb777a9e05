"""The words and lists that an office starts with: complete, consistent, and nobody named."""

import re
import tomllib
import unicodedata
from datetime import timedelta
from typing import Any

import pytest

from survey.enums import Dimension, Operator, UnitLevel
from survey.instrument import Instrument
from survey.paths import seeds_dir

SEEDS = sorted(path.name for path in seeds_dir().glob("*.toml"))
LANGUAGES = {"vi", "en"}
LONGEST_LABEL = 40
LONGEST_TASK_SHORT = 90

# A form of address or a common family name, followed by words that all begin with a capital.
_CAPITAL = r"[A-ZÀ-ỴĂÂĐÊÔƠƯ][a-zà-ỵăâđêôơư]+"
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Mai|Cao|Hà|"
    "Niê|Ksơr|Rơ|Siu|Kpă|Rcom|Nay|H'[A-ZĐ]\\w+"
)
PERSON = re.compile(rf"\bđồng chí {_CAPITAL}|\b(?:{_FAMILY})(?: {_CAPITAL}){{1,3}}\b|\bY [A-ZĐ]\w+ \w+")


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((seeds_dir() / name).read_text(encoding="utf-8"))


def texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_in(one)]
    return [text for one in value for text in texts_in(one)] if isinstance(value, list) else []


def text_tables_in(value: Any) -> list[dict[str, str]]:
    if isinstance(value, dict):
        if "vi" in value:
            return [value]
        return [table for one in value.values() for table in text_tables_in(one)]
    return [table for one in value for table in text_tables_in(one)] if isinstance(value, list) else []


def test_there_are_the_four_seeds():
    assert SEEDS == ["instrument.toml", "plan_2024.toml", "procedures.toml", "units.toml"]


@pytest.mark.parametrize("name", SEEDS)
def test_seed_names_no_person(name):
    assert [text for text in texts_in(load(name)) if PERSON.search(text)] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Giao đồng chí Nguyễn Văn Mẫu trực tiếp theo dõi", True),
        ("Chủ tịch Trần Thị Ví Dụ", True),
        ("do Y Mẫu Niê phụ trách", True),
        ("H'Mẫu Ksơr", True),
        ("Công chức Văn phòng – Thống kê", False),
        ("Đài Truyền thanh và Truyền hình", False),
        ("tỉnh Đắk Lắk, Lãnh đạo UBND xã", False),
    ],
)
def test_rule_for_names_finds_them(text, named):
    assert bool(PERSON.search(text)) is named


@pytest.mark.parametrize("name", SEEDS)
def test_seed_texts_are_composed_unicode_without_loose_spaces(name):
    for text in texts_in(load(name)):
        assert text == unicodedata.normalize("NFC", text)
        assert text == " ".join(text.split())


@pytest.mark.parametrize("name", ["instrument.toml", "procedures.toml"])
def test_every_text_for_citizens_is_in_both_languages(name):
    tables = text_tables_in(load(name))
    assert len(tables) > 40
    for table in tables:
        assert set(table) == LANGUAGES
        assert all(table.values())


# --- the questionnaire --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.read(seeds_dir() / "instrument.toml")


def test_questionnaire_has_the_sixteen_items_in_five_dimensions(instrument):
    assert [d.code for d in instrument.dimensions] == [one.value for one in Dimension]
    assert {d.code: [item.code for item in d.items] for d in instrument.dimensions} == {
        "access": ["A1", "A2", "A3"],
        "procedure": ["B1", "B2", "B3", "B4"],
        "staff": ["C1", "C2", "C3"],
        "outcome": ["D1", "D2", "D3"],
        "petitions": ["E1", "E2", "E3"],
    }
    assert [item.code for item in instrument.items if item.only_after_result] == ["B4", "D1", "D2", "D3"]
    assert [item.code for item in instrument.items if item.only_with_feedback] == ["E2", "E3"]


def test_questionnaire_labels_fit_a_table(instrument):
    labels = [text for item in instrument.items for text in item.label.values()]
    assert max(map(len, labels)) <= LONGEST_LABEL
    assert len({item.label["vi"] for item in instrument.items}) == 16


def test_questionnaire_options_carry_the_agreed_codes(instrument):
    assert [level.code for level in instrument.levels] == ["1", "2", "3", "4", "5"]
    assert instrument.na.code == "na"
    assert [option.code for option in instrument.stage.options] == ["filing", "result", "other"]
    assert [option.code for option in instrument.feedback.options] == ["yes", "no"]
    assert {q.code: [option.code for option in q.options] for q in instrument.service_use} == {
        "visits": ["1", "2", "3"],
        "late": ["yes", "no"],
        "apology": ["yes", "no"],
        "extra_money": ["yes", "no", "prefer_not"],
    }
    assert {q.code: q.ask_if for q in instrument.service_use if q.ask_if} == {"apology": ("late", "yes")}


def test_each_dimension_offers_four_to_six_reasons(instrument):
    codes = [reason.code for reason in instrument.reasons]
    assert len(set(codes)) == len(codes)
    for dimension in Dimension:
        assert 4 <= sum(reason.dimension == dimension for reason in instrument.reasons) <= 6


# --- units --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def units() -> dict[str, dict[str, Any]]:
    return {unit["key"]: unit for unit in load("units.toml")["unit"]}


def test_units_have_distinct_keys_and_known_levels(units):
    assert len(units) == len(load("units.toml")["unit"])
    assert {unit["level"] for unit in units.values()} <= {level.value for level in UnitLevel}
    assert all(
        set(unit) <= {"key", "code", "name", "level", "parent", "valid_from", "valid_to"}
        for unit in units.values()
    )


def test_parents_exist_and_stand_as_long_as_their_children(units):
    rank = [UnitLevel.COMMUNE, UnitLevel.DISTRICT, UnitLevel.PROVINCE]
    for unit in units.values():
        if unit["level"] == "province":
            assert unit["parent"] == ""
            continue
        parent = units[unit["parent"]]
        assert rank.index(parent["level"]) > rank.index(unit["level"])
        assert "valid_from" not in parent or parent["valid_from"] <= unit["valid_from"]
        assert "valid_to" not in parent or unit["valid_to"] <= parent["valid_to"]


def test_codes_name_one_unit_on_any_day(units):
    for first in units.values():
        for second in units.values():
            if first is not second and first["code"] == second["code"] != "":
                earlier, later = (first, second) if "valid_to" in first else (second, first)
                assert "valid_to" in earlier
                assert "valid_from" in later
                assert earlier["valid_to"] < later["valid_from"]


def test_successors_begin_the_day_after_their_predecessors_end(units):
    successions = load("units.toml")["succession"]
    for one in successions:
        predecessor, successor = units[one["predecessor"]], units[one["successor"]]
        assert successor["valid_from"] == one["on"] == predecessor["valid_to"] + timedelta(days=1)
        assert predecessor["level"] == successor["level"]
        assert one["kind"] in {"merged", "continued"}
    followed = {one["predecessor"] for one in successions}
    ended = {key for key, unit in units.items() if "valid_to" in unit}
    assert ended - followed == {"huyen-ea-hleo"}  # districts were abolished, nothing stands in their place


def test_successor_of_xa_ea_ral_is_the_merger_of_three(units):
    successions = load("units.toml")["succession"]
    merged = {one["predecessor"] for one in successions if one["successor"] == "ea-drang-2025"}
    assert merged == {"ea-ral", "thi-tran-ea-drang", "dlie-yang"}
    assert units["ea-drang-2025"]["name"] == "Xã Ea Drăng"
    assert units[units["ea-drang-2025"]["parent"]]["name"] == "Tỉnh Đắk Lắk"


# --- the plan -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return load("plan_2024.toml")


def test_plan_sets_the_five_goals(plan):
    goals = {goal["dimension"]: (goal["threshold"], goal["operator"]) for goal in plan["goal"]}
    assert goals == {
        "access": (0.80, ">="),
        "procedure": (0.85, ">="),
        "staff": (0.85, ">="),
        "outcome": (0.80, ">="),
        "petitions": (0.80, ">="),
    }
    assert [goal["dimension"] for goal in plan["goal"]] == [one.value for one in Dimension]
    assert all(goal["require_improvement"] for goal in plan["goal"])
    operators = {goal["dimension"]: goal["improvement_operator"] for goal in plan["goal"]}
    assert operators.pop("staff") == Operator.AT_LEAST
    assert set(operators.values()) == {Operator.ABOVE}


def test_garbled_goals_say_how_they_are_read(plan):
    noted = {goal["section"]: goal["note"] for goal in plan["goal"] if goal["note"]}
    assert set(noted) == {"2.3", "2.5"}
    assert noted["2.3"] == "Kế hoạch ghi “bằng cao hơn”: hiểu là không thấp hơn năm trước."


def test_related_targets_are_those_of_the_plan(plan):
    targets = {
        one["measure"]: (one["section"], one.get("operator"), one.get("threshold")) for one in plan["related"]
    }
    assert targets == {
        "on_time_share": ("1.4", ">", 0.95),
        "apology_share": ("1.5", ">=", 1.0),
        "petition_address_posted": ("1.6", None, None),
    }


def test_every_goal_has_tasks_and_every_task_an_owner_among_the_roles(plan):
    roles = set(plan["roles"])
    for goal in [*plan["goal"], *plan["related"]]:
        assert goal["task"]
        assert {goal["lead_role"], *goal["supporting_roles"]} <= roles
        for task in goal["task"]:
            assert task["owner_role"] in roles
            assert 0 < len(task["short"]) <= LONGEST_TASK_SHORT
            assert len(task["text"]) > len(task["short"])
    assert [len(goal["task"]) for goal in plan["goal"]] == [2, 8, 3, 3, 3]


def test_wording_moves_with_the_year(plan):
    for goal in [*plan["goal"], *plan["related"]]:
        for key in ("wording", "timing"):
            assert not re.search(r"năm 20\d\d", goal[key])
            moved = goal[key].format(year=2026, previous_year=2025)
            assert "{" not in moved
            assert "2024" not in moved
    access = plan["goal"][0]
    assert "cao hơn so với năm 2023, đạt từ 80% trở lên" in access["wording"].format(
        year=2024, previous_year=2023
    )
    assert access["timing"].format(year=2024) == "Thực hiện thường xuyên trong năm 2024"


# --- procedures ---------------------------------------------------------------------------------------


def test_procedure_fields_fit_the_kiosk_and_end_with_the_rest():
    seed = load("procedures.toml")
    fields = [field["code"] for field in seed["field"]]
    assert len(fields) == len(set(fields)) <= 9
    assert fields[-1] == "other"
    assert max(len(field["name"]["vi"]) for field in seed["field"]) <= 20
    assert max(len(field["hint"]["vi"]) for field in seed["field"]) <= LONGEST_LABEL


def test_procedures_belong_to_the_fields():
    seed = load("procedures.toml")
    codes = [procedure["code"] for procedure in seed["procedure"]]
    assert len(codes) == len(set(codes)) >= 25
    offered = {field["code"] for field in seed["field"]} - {"other"}
    assert {procedure["field"] for procedure in seed["procedure"]} == offered
