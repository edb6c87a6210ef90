"""Who stands where, as files for offices: every position once, in the words of a language, and nothing calculated."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from service_world import ID, device

from declaration.drafting.positions import Stance
from declaration.errors import NotFound
from declaration.services import matrix_files, opening, reservations, summaries
from declaration.services.actors import Role, find_actor
from declaration.signing.statement import Objecting, Party
from declaration.store import reservations as kept

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HAIFA = Party("hefa", "Mayor", "Mayor of Haifa", "=Haifa", "חיפה", "IL")
WORDS = {"c1": "=1+1", "c3": "-2, and “more”", "c4": "نتحفظ على عبارة (see 1.2)"}


@pytest.fixture(scope="module")
def world(module_worlds):
    """Positions of every kind: with a reservation, against, stale, and of somebody with a name from the right."""
    world = module_worlds.at("drafting")
    opening.invite_signatories(world.chancery, ID, [HAIFA])
    world.devices["hefa"] = device("hefa", party=HAIFA)
    world.enrol("hefa")
    for clause, words in WORDS.items():
        world.take("hefa", clause=clause, stance=Stance.ACCEPT_WITH_RESERVATION, reservation=words)
    world.take("lagos", clause="c2", stance=Stance.OBJECT, reservation="+ more air")
    world.take("abidjan", clause="c2", stance=Stance.ABSTAIN)
    world.wait(hours=1)
    world.adopt("a3")  # c2 changes: what was said of it is of former words
    world.take("abidjan", clause="c2")
    return world


@pytest.fixture(scope="module")
def made(world):
    """A file in a language."""

    def make(form, language="en"):
        with world.store.reading() as session:
            return getattr(matrix_files, form)(session, ID, language)

    return make


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def lines(data):
    heading, *rows = table(data)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_every_position_is_a_line_with_its_words_and_its_moment(made):
    found = {(row["Signatory id"], row["Clause id"]): row for row in lines(made("csv"))}
    assert set(found) == {
        *(("hefa", clause) for clause in WORDS),
        *((name, "c2") for name in ("lagos", "abidjan")),
        ("haifa", "c3"),
    }
    told = found["lagos", "c2"]
    assert (told["City"], told["Country"], told["Number"]) == ("Lagos", "NG", "1.2")
    assert (told["Position"], told["Reservation or reason"]) == ("objects", "'+ more air")
    assert (told["Said of former words"], told["Version"]) == ("yes", "1")
    again = found["abidjan", "c2"]
    assert (again["Position"], again["Said of former words"], again["Version"]) == ("accepts", "no", "2")
    assert (again["Date"], again["Time zone"]) == ("2019-09-01 10:00:00", "UTC")


def test_names_from_the_right_stay_as_they_are_and_formulas_are_texts(made):
    found = {row["Clause id"]: row for row in lines(made("csv")) if row["Signatory id"] == "hefa"}
    assert {row["Name in its own language"] for row in found.values()} == {"חיפה"}
    assert {row["City"] for row in found.values()} == {"'=Haifa"}
    assert [found[clause]["Reservation or reason"] for clause in WORDS] == ["'=1+1", "'-2, and “more”", WORDS["c4"]]


def bare(rows):
    """Cells without the apostrophe that keeps a table from being calculated."""
    return [[re.sub(r"^'(?=[=+-])", "", words) for words in row] for row in rows]


@pytest.mark.parametrize("language", ["fr", "de", "en", "ar"])
def test_the_workbook_says_in_a_spreadsheet_what_the_table_says(office, made, language):
    sheets = {name: table(found.encode()) for name, found in office.tables(made("xlsx", language)).items()}
    _, positions, _ = [sheets[name] for name in names(made("xlsx", language))]
    heading, *wanted = bare(table(made("csv", language)))
    assert positions[0] == heading
    for row, seen in zip(wanted, positions[1:], strict=True):
        note = FORMER[language] if row[:10][-1] == YES[language] else ""
        assert seen == [*row[:6], row[6] + note, *row[7:]]


YES = {"fr": "oui", "de": "ja", "en": "yes", "ar": "نعم"}
FORMER = {"fr": " (texte antérieur)", "de": " (früherer Wortlaut)", "en": " (former words)", "ar": " (صيغة سابقة)"}


def names(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [sheet.get("name") for sheet in ET.fromstring(package.read("xl/workbook.xml")).iter(f"{M}sheet")]


def test_the_overview_has_a_row_a_city_and_a_column_a_clause(office, made):
    found = office.tables(made("xlsx"))
    heading, *rows = table(found["Overview"].encode())
    assert heading == ["City", "Country", "(a)", "1.1", "1.2", "1.3", "2.1"]
    cells = {row[0]: row[2:] for row in rows}
    assert list(cells) == ["Abidjan", "Haifa", "Lagos", "Porto", "=Haifa"]
    assert cells["Lagos"] == ["", "", "objects (former words)", "", ""]
    assert cells["Porto"] == [""] * 5


def test_the_clauses_come_with_their_words_and_how_they_stand(office, made):
    heading, *rows = table(office.tables(made("xlsx", "fr"))["Clauses"].encode())
    found = {row[1]: dict(zip(heading, row, strict=True)) for row in rows}
    assert found["c3"]["Texte"] == "Nous apprenons les uns des autres."
    assert (found["c3"]["Acceptent"], found["c3"]["dont avec réserve"]) == ("2", "1")
    assert (found["c2"]["Acceptent"], found["c2"]["Porte sur un texte antérieur"]) == ("1", "1")
    assert found["c0"]["Sans position"] == "5"


def test_arabic_sheets_run_from_the_right(made):
    for language, direction in (("ar", "1"), ("fr", None)):
        with zipfile.ZipFile(io.BytesIO(made("xlsx", language))) as package:
            views = [
                ET.fromstring(package.read(name)).find(f".//{M}sheetView").get("rightToLeft")
                for name in package.namelist()
                if name.startswith("xl/worksheets/")
            ]
        assert views == [direction] * 3


def test_another_language_has_english_words(made):
    assert made("csv", "pt-BR") == made("csv", "en")


def test_without_a_declaration_there_is_no_table(world):
    with world.store.reading() as session, pytest.raises(NotFound):
        matrix_files.csv(session, "other", "en")


def test_objections_to_a_reservation_stand_beside_it(world, made):
    with world.store.reading() as session:
        life = next(life for life in kept.reservations(session, ID, signatory="hefa") if life.clause == "c3")
        lagos = find_actor(session, ID, Role.SIGNATORY, "lagos")
    held = life.last.reservation
    said = Objecting(held.signatory, "c3", held.content, "=It is the task of all.")
    statement = reservations.prepare(world.chancery, lagos, said)
    reservations.confirm(world.chancery, statement, world.devices["lagos"].object(statement, held, said.reason))
    found = {
        (row["Signatory id"], row["Clause id"]): row["Objections to the reservation"] for row in lines(made("csv"))
    }
    assert {place: words for place, words in found.items() if words} == {
        (held.signatory, "c3"): "Lagos: =It is the task of all."
    }
    with world.store.reading() as session:
        clauses = json.loads(summaries.matrix(session, ID))["clauses"]
    assert [
        (clause["clause"], who, cell["against"])
        for clause in clauses
        for who, cell in clause["positions"].items()
        if cell["against"]
    ] == [("c3", held.signatory, [{"signatory": "lagos", "reason": said.reason}])]
