"""The pack for a statistician: real readers find the rows, labels and missing codes; R finds the figures."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import pyreadstat
import pytest
from defusedxml import ElementTree
from filled import filled_once
from mixed_year import YEAR, mix_year
from sqlalchemy import update

from survey.models import Desk
from survey.reports import data_pack
from survey.reports.data_pack.ddi import NAMESPACE
from survey.reports.data_pack.sav import NumberColumn, SavWriter, TextColumn
from survey.services.figures import satisfaction
from survey.services.office import periods
from survey.services.office.scopes import Filters
from survey.services.upkeep import exports

FILES = {"ratings.csv", "ratings.sav", "codebook.xml", "estimates.R", "labels.R", "SPEC.toml"}
# What DDI Codebook 2.5 allows inside a variable, in its order.
ORDER_IN_VARIABLE = ("labl", "qstn", "universe", "catgry", "varFormat", "notes")
FIGURES = ("index", "se_cluster", "se_respondent", "df", "n_eff", "lower", "upper")


@filled_once
def mixed(database, settings, store, keyring):
    mix_year(database, settings, store, keyring)


@pytest.fixture
def make(database, store, unit_id, mixed, tmp_path):
    """A function that writes a pack into a folder and gives the folder."""

    def unpacked(code: str = str(YEAR)) -> Path:
        target = io.BytesIO()
        with database.read() as session:
            export = exports.gather(session, store=store, unit_id=unit_id, period=periods.parse(code))
            data_pack.write(export, target)
        with zipfile.ZipFile(target) as archive:
            assert set(archive.namelist()) == FILES
            archive.extractall(tmp_path)
        return tmp_path

    return unpacked


def rows_of(folder: Path) -> list[dict[str, str]]:
    text = (folder / "ratings.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def read(path: Path, **options):
    return pyreadstat.read_sav(str(path), output_format="dict", user_missing=True, **options)


def same_value(column: str, in_csv: str, in_sav: object) -> bool:
    if isinstance(in_sav, str):
        return in_sav == in_csv
    is_item = len(column) == 2
    wanted = {"na": "6", "": "0"}.get(in_csv, in_csv) if is_item else in_csv
    return float(wanted) == in_sav


def test_spss_file_holds_the_rows_of_the_csv_in_their_order(make):
    folder = make()
    columns, meta = read(folder / "ratings.sav")
    rows = rows_of(folder)
    assert meta.number_rows == len(rows) > 100
    assert meta.column_names == list(rows[0])
    wrong = [
        (number, name, row[name], columns[name][number])
        for number, row in enumerate(rows)
        for name in row
        if not same_value(name, row[name], columns[name][number])
    ]
    assert wrong == []


def test_labels_and_missing_codes_are_vietnamese(make):
    _columns, meta = read(make() / "ratings.sav")
    labels = meta.variable_value_labels
    assert meta.file_encoding == "UTF-8"
    assert meta.column_names_to_labels["A1"] == "Tiếp cận: Biển hiệu, bảng chỉ dẫn rõ ràng, dễ thấy, dễ tìm"
    assert labels["A1"][5.0] == "Rất hài lòng"
    assert labels["A1"][6.0] == "Tôi không biết hoặc không áp dụng với tôi"
    assert labels["A1"][0.0] == "Không hỏi hoặc bỏ trống"
    assert {span["lo"] for span in meta.missing_ranges["A1"]} == {0.0, 6.0}
    assert labels["form"]["split"].startswith("Phiếu rút gọn")
    # A text of more than eight bytes has its label in a record of its own.
    assert labels["part"]["other_stages"].startswith("Người nộp hồ sơ")
    assert meta.variable_measure["A1"] == "ordinal"
    assert meta.variable_measure["w_procedure"] == "scale"
    assert set(meta.column_names_to_labels) == set(meta.column_names)


def test_nothing_more_leaves_than_with_the_csv(database, make):
    """The pack describes what the CSV holds: no other column, no other desk, no date, no comment."""
    folder = make("2026-03")
    with database.read() as session:
        desks = session.query(Desk.name).all()
    assert rows_of(folder)[0].keys() == set(read(folder / "ratings.sav")[1].column_names)
    labelled = read(folder / "ratings.sav")[1].variable_value_labels["stratum"]
    assert set(labelled.values()) <= {name for (name,) in desks}
    texts = "".join((folder / name).read_text(encoding="utf-8") for name in FILES - {"ratings.sav"})
    assert "2026-03-1" not in texts
    header = (folder / "ratings.sav").read_bytes()[84:110]
    assert b"01 Jan 80" in header, "the file says nothing of when it was made"


def children(element: Element) -> list[str]:
    return [one.tag.removeprefix(f"{{{NAMESPACE}}}") for one in element]


def test_codebook_describes_every_column(make):
    folder = make()
    root = ElementTree.parse(folder / "codebook.xml").getroot()
    names: Mapping[str, str] = {"d": NAMESPACE}
    assert root.tag == f"{{{NAMESPACE}}}codeBook"
    assert children(root) == ["stdyDscr", "fileDscr", "dataDscr"]
    described = root.findall("d:dataDscr/d:var", names)
    assert [one.get("name") for one in described] == list(rows_of(folder)[0])
    assert root.findtext(".//d:caseQnty", namespaces=names) == str(len(rows_of(folder)))
    for one in described:
        found = children(one)
        assert found == sorted(found, key=ORDER_IN_VARIABLE.index), one.get("name")
        assert one.findtext("d:labl", namespaces=names)
    item = described[0]
    missing = {
        one.findtext("d:catValu", namespaces=names) for one in item.findall("d:catgry[@missing='Y']", names)
    }
    assert missing == {"na", ""} or missing == {"na", None}
    assert not root.findall(".//d:catStat", names), "counts by category would travel with the codebook"


def test_a_name_of_an_office_stays_a_text_in_r(database, make):
    database.write(
        lambda session: session.execute(update(Desk).values(name='Một cửa "số 1" \\ system("x")\n'))
    )
    written = (make() / "labels.R").read_text(encoding="utf-8")
    assert '"MC" = "Một cửa \\"số 1\\" \\\\ system(\\"x\\") "' in written


def test_writer_keeps_every_value_that_it_can_meet(tmp_path):
    columns = [
        NumberColumn("số_người", "Nhãn " * 80, {1: "Một" * 60}, (9,)),
        TextColumn("short", "Ngắn", {"a": "A", "": "bỏ"}),
        TextColumn("long", "Dài", {"đường_dài_hơn_tám_byte": "Dài", "x": ""}),
    ]
    rows = [
        (-100, "a", "đường_dài_hơn_tám_byte"),
        (151, "", "x"),
        (152, "a", ""),
        (None, "a", "x"),
        (10**9, "", ""),
    ]
    path = tmp_path / "made.sav"
    with path.open("w+b") as target:
        writer = SavWriter(target, columns, title="Thử")
        for row in rows * 3000:
            writer.write(row)
        writer.close()
    read_back, meta = read(path)
    assert meta.number_rows == 15000
    for place, name in enumerate(("số_người", "short", "long")):
        found = list(read_back[name])
        wanted = [row[place] for row in rows] * 3000
        blank = [number for number, value in enumerate(found) if value is None or value != value]
        assert blank == [number for number, value in enumerate(wanted) if value is None]
        assert [a for a in found if a is not None and a == a] == [b for b in wanted if b is not None]
    # Labels that are too long are cut at a letter, never inside one.
    assert meta.column_labels[0] == ("Nhãn " * 80).encode()[:255].decode(errors="ignore").rstrip()
    assert meta.variable_value_labels["số_người"][1.0] == ("Một" * 60).encode()[:120].decode(errors="ignore")


def test_writer_takes_no_text_for_a_number():
    writer = SavWriter(io.BytesIO(), [NumberColumn("n", "Số")], title="")
    with pytest.raises(TypeError, match="na"):
        writer.write(["na"])


@pytest.mark.soak
def test_r_and_pspp_read_the_file(make):
    folder = make()
    script = (
        "library(haven); d <- read_sav('ratings.sav', user_na = TRUE); r <- read.csv('ratings.csv', "
        "colClasses = 'character', na.strings = character(), fileEncoding = 'UTF-8-BOM'); "
        "stopifnot(identical(dim(d), dim(r)), identical(as.character(d$part), r$part), "
        "all(attr(d$A1, 'na_values') %in% c(0, 6)), sum(d$A1 == 6) == sum(r$A1 == 'na'), "
        "sum(d$A1 == 5) == sum(r$A1 == '5'), names(attr(d$A1, 'labels'))[5] == 'Rất hài lòng')"
    )
    subprocess.run(["Rscript", "-e", script], cwd=folder, check=True)
    (folder / "read.sps").write_text(
        "GET FILE='ratings.sav'.\nSAVE TRANSLATE /OUTFILE='back.csv' /TYPE=CSV /REPLACE.\n"
    )
    done = subprocess.run(["pspp", "read.sps"], cwd=folder, check=True, capture_output=True, text=True)
    assert "error" not in done.stdout.lower()
    assert "warning" not in done.stdout.lower(), done.stdout


@pytest.mark.soak
def test_script_for_r_gives_the_figures_of_the_page(database, store, unit_id, make):
    folder = make()
    subprocess.run(["Rscript", "estimates.R"], cwd=folder, check=True, capture_output=True)
    with (folder / "estimates.csv").open(encoding="utf-8") as file:
        found = {row["dimension"]: row for row in csv.DictReader(file)}
    with database.read() as session:
        page = satisfaction.overview(
            session,
            store=store,
            unit_id=unit_id,
            period=periods.make(YEAR),
            filters=Filters(),
            today=date(YEAR, 12, 31),
        )
    assert len(found) == len(page.rows) == 5
    for row in page.rows:
        assert row.estimate is not None
        own = found[row.dimension.value]
        assert int(own["n"]) == row.estimate.n
        for figure in (*FIGURES, "one_sided_lower", "one_sided_upper"):
            assert float(own[figure]) == pytest.approx(getattr(row.estimate, figure), abs=1e-9, rel=1e-9), (
                figure
            )
