"""Tables for spreadsheets: every value is the text that it is, in LibreOffice as in any reader; none is calculated."""

import csv
import io
import random
import re
import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
from drafting_worlds import a_passage
from hypothesis import given
from hypothesis import strategies as st

from declaration.errors import LimitExceeded
from declaration.render import xlsx
from declaration.render.csv_table import write_csv
from declaration.render.xlsx import Cell, Look, Sheet, column, write_xlsx

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", "\n=1", " =1+1", "\u00a0=1", "\ufeff=1", "＝1+1", "＋1", "－1"),
    *("＠x", "|calc", "%0", '=HYPERLINK("http://elsewhere.example/")', "=cmd|' /C calc'!A0", '","=1+1', "x\n=1+1"),
)
NAMES = (
    "חיפה",
    "الجزائر",
    "نقل (Open Data) ٢٠٣٠",
    "東京都",
    "도시",
    "ตราด",
    "O’Brien, “Köln”",
    "a;b",
    "'quoted'",
    '"',
    "",
)
PLAIN = (
    *NAMES,
    "_x0041_",
    "_x005F_x0041_",
    " two  spaces ",
    "<b>&amp;</b>",
    "1.1",
    "2030",
    "1e5",
    "TRUE",
    "1/2",
    "1-2",
)
ROWS = [[f"{number}. row", words, "end"] for number, words in enumerate((*FORMULAS, *PLAIN))]


def read(data):
    """A table as a program reads it that knows CSV (RFC 4180) and nothing else."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(st.lists(st.one_of(anything, st.integers(), st.none()), min_size=2, max_size=4), max_size=5))
def test_any_values_are_read_again_but_for_the_apostrophe(rows):
    found = read(write_csv(rows))
    assert len(found) == len(rows)
    for row, seen in zip(rows, found, strict=True):
        wanted = ["" if value is None else str(value).replace("\x00", "\ufffd") for value in row]
        assert [words in (want, f"'{want}") for words, want in zip(seen, wanted, strict=True)] == [True] * len(row)


@given(st.text(" \t\r\n\u00a0\ufeff\x01", max_size=3), st.sampled_from("=+-@\t\r\n＝＋－＠|%"), anything)
def test_no_text_begins_like_a_formula(before, sign, after):
    ((found,),) = read(write_csv([[before + sign + after]]))
    assert found.startswith("'")


def test_what_is_harmless_stays_as_it_is():
    assert read(write_csv([PLAIN]))[0] == list(PLAIN)


def test_the_form_of_the_file():
    data = write_csv([["a", 1, None], ["ب", -2, "x\ny"]])
    assert data == b'\xef\xbb\xbf"a","1",""\r\n"\xd8\xa8","-2","x\ny"\r\n'


def sheets(office, data, **more):
    return {
        name: list(csv.reader(io.StringIO(found, newline=""))) for name, found in office.tables(data, **more).items()
    }


def unbroken(rows):
    """Cells as LibreOffice has them: what no cell can hold, and kinds of line ends, are alike."""
    return [[re.sub("\r\n?", "\n", "" if value is None else str(value)) for value in row] for row in rows]


def test_a_spreadsheet_shows_what_the_workbook_says_and_calculates_nothing(office):
    found = sheets(office, write_xlsx([Sheet("Values", (20,), [[Cell(value) for value in row] for row in ROWS])]))
    assert [[words.replace("\r", "\n") for words in row] for row in found["Values"]] == unbroken(ROWS)


def test_a_spreadsheet_shows_what_the_table_says_and_calculates_nothing(office):
    """LibreOffice takes the apostrophe for a part of the text, so that it is there to be seen."""
    rows = [row for row in ROWS if row[1] in FORMULAS + NAMES]
    (found,) = sheets(office, write_csv(rows), ending="csv").values()
    assert found == unbroken(read(write_csv(rows)))


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_no_cell_is_a_formula_and_nothing_leads_elsewhere():
    found = parts(write_xlsx([Sheet("A", (10,), [[Cell(words) for words in FORMULAS]])]))
    cells = list(ET.fromstring(found["xl/worksheets/sheet1.xml"]).iter(f"{M}c"))
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    assert [item.tag for cell in cells for item in cell.iter(f"{M}f")] == []
    assert ["".join(cell.itertext()).strip("\n") for cell in cells] == [words.strip("\n") for words in FORMULAS]
    assert not any(b"External" in part or b"http://elsewhere.example/</Target" in part for part in found.values())


def test_moments_are_dates_in_utc_and_numbers_are_numbers(office):
    at = datetime(2026, 3, 1, 1, 30, 15, tzinfo=timezone(timedelta(hours=2)))
    dates = [[Cell(at, Look.DATE), Cell(12)], [Cell(datetime(2019, 9, 1, 23, 59, 59, tzinfo=UTC), Look.DATE), Cell(-3)]]
    data = write_xlsx([Sheet("A", (20,), dates)])
    assert sheets(office, data)["A"] == [["2026-02-28 23:30:15", "12"], ["2019-09-01 23:59:59", "-3"]]
    cells = ET.fromstring(parts(data)["xl/worksheets/sheet1.xml"]).iter(f"{M}c")
    assert {cell.get("t") for cell in cells} == {None}


def test_many_sheets_have_their_names_and_directions(office):
    data = write_xlsx(
        [
            Sheet("المواقف", (10,), [[Cell("أ")]], fixed=1, rtl=True),
            Sheet("Übersicht", (10,), [[Cell("b"), Cell(None)]]),
        ]
    )
    assert sheets(office, data) == {"المواقف": [["أ"]], "Übersicht": [["b"]]}
    views = [ET.fromstring(parts(data)[f"xl/worksheets/sheet{n}.xml"]).find(f".//{M}sheetView") for n in (1, 2)]
    assert [view.get("rightToLeft") for view in views] == ["1", None]
    assert [view.find(f"{M}pane").get("topLeftCell") for view in views] == ["B2", "A2"]


def test_a_text_that_no_cell_can_hold_is_cut_visibly():
    (cell,) = ET.fromstring(
        parts(write_xlsx([Sheet("A", (10,), [[Cell("a" * 40_000)]])]))["xl/worksheets/sheet1.xml"]
    ).iter(f"{M}t")
    assert (len(cell.text), cell.text[-2:]) == (xlsx.MAX_TEXT, "a…")


def test_a_sheet_that_nobody_can_open_is_refused():
    with pytest.raises(LimitExceeded) as refused:
        write_xlsx([Sheet("A", (10,), [[Cell(1)] * (xlsx.MAX_COLUMNS + 1)])])
    assert refused.value.code == "sheet.size"


def test_columns_are_lettered():
    assert [column(n) for n in (1, 26, 27, 52, 53, 702, 703, 16_384)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "XFD",
    ]


def test_the_same_sheets_give_the_same_bytes():
    chance = random.Random(1)
    sheet = Sheet("A", (10,), [[Cell(a_passage(chance)) for _ in range(3)] for _ in range(5)])
    assert write_xlsx([sheet]) == write_xlsx([sheet])


def test_rows_are_as_high_as_their_words_need():
    rows = [
        [Cell("short"), Cell(1)],
        [Cell("a" * 200), Cell(2)],
        [Cell("東" * 100), Cell(3)],
        [Cell("a" * 30_000), Cell(4)],
    ]
    found = ET.fromstring(parts(write_xlsx([Sheet("A", (20, 5), rows)]))["xl/worksheets/sheet1.xml"]).iter(f"{M}row")
    heights = [None if row.get("ht") is None else int(row.get("ht")) for row in found]
    assert heights[0] is None
    assert all(10 * xlsx.LINE <= height <= 12 * xlsx.LINE for height in heights[1:3])
    assert heights[3] == xlsx.MAX_HEIGHT
