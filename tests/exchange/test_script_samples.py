"""Declarations in many scripts pass unchanged: nothing a script needs is cleaned away or refused."""

import json
from pathlib import Path

import pytest

from declaration.drafting.hygiene import suspicious_words
from declaration.drafting.text import Version, version_from_document
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text, write_text

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.yaml"))
ROSTER = Path(__file__).parent / "samples" / "signatories.json"


def test_there_are_samples_in_more_than_eight_scripts():
    assert {"ar", "bn", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "zh-Hans"} <= {path.stem for path in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_as_it_stands_and_written_back(path):
    found = read_text(path.read_bytes(), file=path.name)
    assert found.notes == ()
    assert found.text.missing() == ()
    written = write_text(found.text)
    assert read_text(written, file="export.yaml").text == found.text
    for clause in found.text.clauses():
        for words in clause.texts.values():
            assert words in written.decode()  # readable: no escapes, no folded lines
            assert not suspicious_words(words)
    version = Version(1, None, found.text)
    assert version_from_document(json.loads(json.dumps(version.document()))) == version


@pytest.mark.parametrize(("name", "joiner"), [("bn", "\u200d"), ("fa", "\u200c")])
def test_joiners_that_a_script_needs_are_kept(name, joiner):
    (path,) = (path for path in SAMPLES if path.stem == name)
    text = read_text(path.read_bytes(), file=path.name).text
    assert any(joiner in clause.texts[name] for clause in text.clauses())


def test_native_names_in_many_scripts_are_kept():
    found = read_signatories(ROSTER.read_bytes(), file=ROSTER.name)
    assert found.notes == ()
    assert {line.native for line in found.signatories} >= {"חיפה", "কলকাতা", "Москва", "서울", "Θεσσαλονίκη", "西安"}
    assert found.signatories[-1].office == "Mayor and President of the City Council"
