"""Akoma Ntoso and tables on the command line: out of the database of a ceremony, and back."""

import csv
import io
import zipfile

import pytest
from service_world import World, keys_of
from sqlalchemy import text

from declaration.exchange.text_yaml import read_text
from declaration.services import discussing
from declaration.services.actors import Actor, Role
from declaration.services.topics import read_topic
from declaration.store.session import open_store


@pytest.fixture(scope="module")
def database(played):
    return f"sqlite:///{played / 'service' / 'declaration.db'}"


@pytest.fixture
def exported(here, database, tmp_path):
    folder = tmp_path / "akn"
    ended = here.run("text", "export", "small", "--format", "akn", "--out", folder, DECLARATION_DATABASE_URL=database)
    assert (ended.status, ended.complained) == (0, "")
    assert ended.said == f"{folder}/small-2.en.akn.xml\n"
    return folder / "small-2.en.akn.xml"


def test_a_version_goes_out_and_comes_back(here, exported, database, tmp_path):
    draft = tmp_path / "draft.yaml"
    ended = here.run("text", "import", exported, "--out", draft)
    assert (ended.status, ended.complained) == (0, "")
    first, second = ended.said.splitlines()
    assert first == "small, version 2: 2 clauses in en"
    assert second.startswith("digest: ")
    direct = here.run("text", "export", "small", "--database-url", database)
    assert draft.read_text() == direct.said
    assert read_text(draft.read_bytes(), file="d").text.clause("c2").texts["en"] == "We learn from one another."


def test_an_older_version_is_exported_when_asked_for(here, database, tmp_path):
    ended = here.run(
        *("text", "export", "small", "--format", "akn", "--version", 1, "--out", tmp_path), "--database-url", database
    )
    assert ended.said == f"{tmp_path}/small-1.en.akn.xml\n"
    assert b"We learn from each other." in (tmp_path / "small-1.en.akn.xml").read_bytes()


def test_words_that_were_changed_elsewhere_are_taken_over_only_when_asked(here, exported, tmp_path):
    exported.write_text(exported.read_text().replace("one another", "everybody"))
    draft = tmp_path / "draft.yaml"
    ended = here.run("text", "import", exported, "--out", draft)
    assert (ended.status, ended.said) == (2, "")
    assert ended.complained.count("\n") == 2
    assert "(akn.digest)" in ended.complained
    assert not draft.exists()
    assert here.run("text", "import", exported, "--out", draft, "--edited").status == 0
    assert "everybody" in draft.read_text()


REFUSED = {
    "no declaration": (["text", "export", "--format", "akn", "--out", "{new}"], "text.declaration"),
    "no folder": (["text", "export", "small", "--format", "akn"], "text.folder"),
    "a folder that is a file": (["text", "export", "small", "--format", "akn", "--out", "{file}"], "output.file"),
    "an unknown version": (
        ["text", "export", "small", "--format", "akn", "--version", 9, "--out", "{new}"],
        "version.unknown",
    ),
    "no Akoma Ntoso": (["text", "import", "{file}", "--out", "{new}"], "xml.malformed"),
    "a file that is not there": (["text", "import", "{new}", "--out", "{new}"], "input.file"),
    "another ending": (["matrix", "positions.ods"], "matrix.ending"),
    "no ceremony": (["matrix", "{new}.csv", "--ceremony", "{folder}"], "matrix.ceremony"),
    "an unknown declaration": (["matrix", "{new}.csv", "other"], "declaration.unknown"),
    "an unknown language": (["matrix", "{new}.csv", "--language", "xx"], "text.language"),
    "nowhere to write": (["matrix", "{new}/a/b.csv"], "output.file"),
    "a discussion of nothing": (["discussion", "{new}.json", "other"], "declaration.unknown"),
    "no earlier discussion": (["discussion", "{new}.json", "--since", "{file}"], "json.malformed"),
    "no database": (["matrix", "{new}.csv", "--database-url", "sqlite:///{new}.db"], "database.missing"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_told_in_two_sentences_and_leaves_nothing(here, database, tmp_path, name):
    arguments, code = REFUSED[name]
    (tmp_path / "file").write_bytes(b"Dear all")
    places = {"new": tmp_path / "new", "file": tmp_path / "file", "folder": tmp_path}
    ended = here.run(*(str(one).format(**places) for one in arguments), DECLARATION_DATABASE_URL=database)
    assert (ended.status, ended.said) == (2, "")
    assert f"({code})" in ended.complained
    assert ended.complained.count("\n") == 2
    left = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["file"]


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def test_positions_are_written_from_the_folder_of_a_ceremony(here, played, tmp_path):
    file = tmp_path / "positions.csv"
    ended = here.run("matrix", file, "--ceremony", played)
    assert (ended.status, ended.said, ended.complained) == (0, f"{file}\n", "")
    found = rows(file)
    assert {(row["City"], row["Clause id"]) for row in found} == {
        (c, k) for c in ("Haifa", "Seoul") for k in ("c1", "c2")
    }
    assert {row["Name in its own language"] for row in found} == {"חיפה", "서울"}
    assert [row["Reservation or reason"] for row in found if row["Reservation or reason"]] == [
        "'=1+1 is not a formula"
    ] * 2


def test_positions_are_written_from_a_database_in_a_language(here, database, tmp_path):
    file = tmp_path / "POSITIONS.CSV"
    ended = here.run("matrix", file, "small", "--database-url", database, "--language", "fr")
    assert (ended.status, ended.complained) == (0, "")
    assert {row["Position"] for row in rows(file)} == {"accepte", "accepte avec réserve"}


def test_a_discussion_is_written_and_compared_with_an_earlier_one(here, sqlite_url, tmp_path):
    store = open_store(sqlite_url)
    store.upgrade()
    world = World(store, keys_of())
    world.open()
    topic = read_topic("clause:c1")

    def talk(words):
        discussing.begin(world.chancery, Actor("d1", Role.DEPOSITARY, "depositary", "City"), topic, words)

    def ask(name, *more):
        return here.run("discussion", tmp_path / name, "--database-url", sqlite_url, *more)

    assert ask("empty.json").said == f"{tmp_path / 'empty.json'}: 0 acts, no act yet\n"
    talk("One")
    assert ask("one.json", "--since", tmp_path / "empty.json").status == 0
    assert (tmp_path / "one.json").stat().st_mode & 0o777 == 0o600
    talk("Two")
    assert ask("two.json", "--since", tmp_path / "one.json").status == 0
    ended = ask("three.json", "--since", tmp_path / "two.json")
    assert (ended.status, (tmp_path / "three.json").read_bytes()) == (0, (tmp_path / "two.json").read_bytes())
    with store.transaction() as session:  # whoever runs the database changes what was said, and forgets the chain
        session.execute(text("UPDATE discussion_acts SET text = 'Too' WHERE text = 'Two'"))
    assert "(discussion.altered)" in ask("four.json").complained
    with store.transaction() as session:
        session.execute(text('DELETE FROM discussion_acts WHERE "index" = 2'))
    assert ask("five.json").status == 0
    assert "(discussion.rewritten)" in ask("six.json", "--since", tmp_path / "two.json").complained
    store.dispose()


def test_the_workbook_is_one(here, played, tmp_path):
    file = tmp_path / "positions.xlsx"
    assert here.run("matrix", file, "--ceremony", played).status == 0
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        assert "xl/worksheets/sheet3.xml" in package.namelist()


def test_a_database_of_several_declarations_asks_for_one(here, sqlite_url, tmp_path):
    store = open_store(sqlite_url)
    store.upgrade()
    world = World(store, keys_of())
    told = []
    for name in ("d1", "another"):
        told.append(here.run("matrix", tmp_path / "a.csv", "--database-url", sqlite_url))
        world.open(name)
    store.dispose()
    told.append(here.run("matrix", tmp_path / "a.csv", "--database-url", sqlite_url))
    assert [ended.status for ended in told] == [2, 0, 2]
    assert told[0].complained.startswith("There is no declaration in this database.\n")
    assert told[2].complained.splitlines() == [
        "There are 2 declarations in this database.",
        "Name one: another, d1.  (declaration.which)",
    ]
