"""Summits at the edges: nobody signs, somebody is silent, one city alone, a draft that runs from right to left."""

import json
import shutil
import sqlite3

import pytest
from ceremony_runs import own_database, record_of

from declaration.store.tables import PROJECTED

RIGHT_TO_LEFT = {
    "id": "from-the-right",
    "languages": ["ar", "he", "en"],
    "title": {"ar": "إعلان المدن", "he": "הצהרת הערים", "en": "Declaration of the cities"},
    "sections": [
        {
            "id": "one",
            "kind": "chapter",
            "clauses": [
                {
                    "id": "c1",
                    "text": {
                        "ar": "نعيش معًا في 35 مدينة (SDG 11).",
                        "he": "אנו חיים יחד ב־35 ערים (SDG 11).",
                        "en": "We live together in 35 cities (SDG 11).",
                    },
                },
                {"id": "c2", "text": {"ar": "نتعلم.", "he": "אנו לומדים.", "en": "We learn."}},
            ],
        }
    ],
}
RIGHT_TO_LEFT_ACTS = {
    "amendments": [
        {
            "id": "A1",
            "by": "ورشة المدن",
            "rationale": "أوضح.",
            "changes": [{"replace": {"clause": "c2", "language": "ar", "text": "نتعلم من بعضنا بعضًا."}}],
        }
    ],
    "decisions": [{"adopt": "A1"}],
    "positions": [
        {
            "signatory": "haifa",
            "clause": "c1",
            "stance": "accept-with-reservation",
            "reservation": "بقدر ما يسمح القانون.",
        }
    ],
}


@pytest.fixture
def play(here, good, tmp_path):
    """Play a ceremony with some inputs exchanged, given as values."""

    def run(**given):
        files = dict(good)
        for name, value in given.items():
            files[name] = tmp_path / f"{name}.yaml"
            files[name].write_text(json.dumps(value, ensure_ascii=False))
        return here.run("ceremony", *(f"--{name}={file}" for name, file in files.items()), "--out", tmp_path / "out")

    return run


def test_all_35_decline(here, tmp_path):
    """There is nothing to seal: it is said, every answer stands in the record, and no half of an edition is written."""
    acts = tmp_path / "acts.yaml"
    acts.write_text("declines: [{signatory: all, reason: Not in these words.}]\n")
    out = tmp_path / "out"
    for _ in range(2):
        ended = here.run("ceremony", "--acts", acts, "--out", out)
        assert ended.refused("Mayor of Abidjan", "30 more", "nobody is left to sign") == "seal.declined"
        assert "Wait" not in ended.complained
        assert "seals" not in ended.said
        record = record_of(own_database(out), "duesseldorf-2019")
        assert (record.kinds["signature.declined"], record.kinds["signature.affixed"], record.seals) == (35, 0, 0)
        assert [path.name for path in out.iterdir()] == ["service"]


def test_one_city_alone(play, here, tmp_path):
    alone = {"signatories": [{"id": "venlo", "city": "Venlo", "native": "Venlo", "country": "NL"}]}
    ended = play(signatories=alone)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    assert "1 signed" in ended.said
    assert here.run("verify", tmp_path / "out", "--trust", tmp_path / "out" / "trust").status == 0


def test_a_draft_that_runs_from_right_to_left(play, here, tmp_path):
    ended = play(text=RIGHT_TO_LEFT, acts=RIGHT_TO_LEFT_ACTS)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    assert "no glyph" not in ended.said
    document = json.loads((tmp_path / "out" / "declaration.json").read_bytes())
    texts = {c["id"]: c["texts"] for s in document["version"]["sections"] for c in s["clauses"]}
    assert texts["c2"]["ar"]["text"] == "نتعلم من بعضنا بعضًا."
    assert [line["reservation"] for line in document["reservations"]] == ["بقدر ما يسمح القانون."]
    assert here.run("verify", tmp_path / "out" / "signed.pdf").status == 0


def test_a_long_note_is_shown_whole(play, good):
    text = good["text"].read_text().replace("We live together.", "We\u00ad live" + "\u200b" * 3 + " together.")
    spoilt = good["text"].with_name("spoilt")
    spoilt.write_text(text)
    good_text, good["text"] = good["text"], spoilt
    try:
        ended = play()
    finally:
        good["text"] = good_text
    notes = [line for line in ended.said.splitlines() if line.startswith("  cleaned:")]
    assert notes
    assert all(str(spoilt) in note for note in notes)
    assert sum("U+200B" in note for note in notes) == 1


# One row changed by hand


def tables_of(file):
    with sqlite3.connect(file) as database:
        counted = {
            table.__tablename__: database.execute(f"SELECT count(*) FROM {table.__tablename__}").fetchone()[0]
            for table in PROJECTED
        }
    database.close()
    return counted


@pytest.fixture(scope="module")
def busy(here, good, tmp_path_factory):
    """The database of a summit in which every kind of row stands."""
    folder = tmp_path_factory.mktemp("busy")
    acts = {
        "amendments": [
            {
                "id": "A1",
                "by": "Workshop",
                "rationale": "Better.",
                "changes": [{"replace": {"clause": "c2", "language": "en", "text": "We learn from one another."}}],
            }
        ],
        "decisions": [{"adopt": "A1"}],
        "positions": [
            {"signatory": "all", "clause": "all", "stance": "accept"},
            {"signatory": "haifa", "clause": "c1", "stance": "accept-with-reservation", "reservation": "Slowly."},
        ],
        "objections": [{"signatory": "seoul", "to": "haifa", "clause": "c1", "reason": "Not so slowly."}],
        "declines": [{"signatory": "seoul", "reason": "Not yet."}],
    }
    (folder / "acts").write_text(json.dumps(acts))
    files = good | {"acts": folder / "acts"}
    ended = here.run("ceremony", *(f"--{name}={file}" for name, file in files.items()), "--out", folder / "out")
    assert ended.status == 0, ended.complained
    file = folder / "out" / "service" / "declaration.db"
    assert here.run("audit", "--database-url", f"sqlite:///{file}").status == 0
    assert {table for table, count in tables_of(file).items() if not count} == EMPTY
    return file


EMPTY = {"tiles", "rules", "supports", "concordances"}
"""Tables of which such a summit has no rows; the store's own tests edit them."""
EDITS = {
    "heads": "frontier = x'00'",
    "entries": "kind = 'drafter.admitted'",
    "blobs": "data = x'00'",
    "declarations": "phase = 'drafting'",
    "drafters": "name = 'Somebody else'",
    "signatories": "name = 'Somebody else'",
    "credentials": "revoked = 3",
    "nonces": "entry = 2",
    "versions": "number = 7",
    "clauses": "place = place + 10",
    "amendments": "author = 'depositary'",
    "positions": "stance = 'object'",
    "reservations": "words = 'Never.'",
    "objections": "reason = 'None.'",
    "instruments": "roster = 99",
    "signatures": "voided = 4",
    "declines": "reason = 'I was ill.'",
    "seals": "signatures = 35",
}


def test_every_projected_table_is_edited_once():
    assert {table.__tablename__ for table in PROJECTED} - EMPTY == EDITS.keys()


@pytest.mark.parametrize("table", EDITS)
def test_a_hand_edit_is_named_by_table_and_row(table, here, busy, tmp_path):
    file = tmp_path / "edited.db"
    shutil.copy(busy, file)
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        key = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[5] and row[1] != "declaration"]
        where = f"rowid = (SELECT min(rowid) FROM {table})"
        columns = ", ".join(f'"{name}"' for name in key) or "1"
        row = database.execute(f"SELECT {columns} FROM {table} WHERE {where}").fetchone()
        database.execute(f"UPDATE {table} SET {EDITS[table]} WHERE {where}")
    database.close()
    ended = here.run("audit", "--database-url", f"sqlite:///{file}")
    assert ended.status == 1
    assert "audit.row" in ended.complained
    assert f"Table {table}, key " in ended.complained
    if table != "versions":  # its edit changes the key itself
        assert (", ".join(map(str, row)) if key else "its only row") in ended.complained
    assert "Traceback" not in ended.complained
