"""Every refusal of the one door: its class, its code, and that nothing at all is written, even by a careless caller."""

import ast
from pathlib import Path

import pytest
import store_cases_kin
import store_cases_languages
import store_cases_people
import store_cases_reservations
import store_cases_signing
import store_cases_support
import store_cases_text
from store_cases import CASES, Careless

from declaration.canonical import digest
from declaration.errors import DeclarationError, InputRefused, LimitExceeded
from declaration.store import blobs
from declaration.store.record import record

DOOR = Path(__file__).parents[2] / "declaration" / "store"
assert store_cases_people
assert store_cases_text
assert store_cases_kin
assert store_cases_reservations
assert store_cases_languages
assert store_cases_signing, store_cases_support


@pytest.mark.parametrize(("prepare", "error", "code"), CASES)
def test_the_door_refuses_and_writes_nothing(sqlite_store, rows, prepare, error, code):
    scene = Careless(sqlite_store)
    refused_act = prepare(scene)
    before = rows(sqlite_store)
    with pytest.raises(DeclarationError) as refused:
        refused_act()
    assert (type(refused.value), refused.value.code) == (error, code)
    assert rows(sqlite_store) == before


def test_a_misnamed_or_oversized_blob_is_refused(sqlite_scene, monkeypatch, rows):
    sqlite_scene.ready("abidjan")
    body, (pdf, document) = sqlite_scene.frozen_body()
    entry = sqlite_scene.entry("instrument.frozen", body)
    before = rows(sqlite_scene.store)

    def freeze(given):
        with sqlite_scene.store.transaction() as session:
            record(session, entry, blobs=given)

    with pytest.raises(InputRefused) as refused:
        freeze({digest(pdf): b"%PDF other", digest(document): document})
    assert refused.value.code == "blob.name"
    monkeypatch.setattr(blobs, "MAX_BLOB", 3)
    with pytest.raises(LimitExceeded) as refused:
        freeze({digest(pdf): pdf, digest(document): document})
    assert refused.value.code == "blob.size"
    assert rows(sqlite_scene.store) == before


REFUSALS = {"InputRefused", "LimitExceeded", "NotFound", "NotPermitted", "StateConflict"}
ELSEWHERE = {"blob.name", "blob.size", "json.type"}


def codes_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


def test_the_table_has_every_code_that_the_door_can_answer_with():
    files = [*(DOOR / "projection").glob("*.py"), DOOR / "record.py", DOOR / "blobs.py", DOOR / "answers.py"]
    written = {code for path in files for code in codes_of(path)}
    assert len(written) > 40
    assert written <= {param.values[2] for param in CASES} | ELSEWHERE
