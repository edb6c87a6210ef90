"""An amendment on the command line: as a Word document through somebody's hands and back, and from Akoma Ntoso."""

import re
from datetime import UTC, datetime

import pytest

from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_delete, derive_replace
from declaration.drafting.text import Version
from declaration.exchange.acts import ReplaceLine
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.text_yaml import read_text
from declaration.render.akoma_amendment import Tabled, render_akoma_amendment
from declaration.render.akoma_identity import Host, Life, Step


@pytest.fixture
def written(here, good, tmp_path):
    """The amendment A1 of the acts as a Word document."""
    file = tmp_path / "a1.docx"
    ended = here.run("amendment", "write", "A1", file, "--text", good["text"], "--acts", good["acts"])
    assert (ended.status, ended.said, ended.complained) == (0, "", "")
    return file


def changes(good, said):
    text = read_text(good["text"].read_bytes(), file="text.yaml").text
    (line,) = read_acts(said.encode(), file="acts.yaml", text=text).acts.amendments
    return line


def test_an_amendment_goes_out_and_comes_back(here, good, written):
    ended = here.run("amendment", "read", written, "--text", good["text"], "--id", "B7", "--by", "office")
    assert (ended.status, ended.complained) == (0, "")
    line = changes(good, ended.said)
    assert (line.id, line.by) == ("B7", "office")
    assert line.changes == (ReplaceLine("c2", "en", "We learn from one another."),)


def test_what_somebody_adds_in_a_word_processor_comes_back_with_it(here, good, written, office, tmp_path):
    edited, out = tmp_path / "edited.docx", tmp_path / "acts.yaml"
    acts = [["track", True], ["replace", "together", "together, and in peace"], ["bold", "live"]]
    edited.write_bytes(office.edited(written.read_bytes(), *acts))
    ended = here.run("amendment", "read", edited, "--text", good["text"], "--out", out)
    assert (ended.status, ended.said) == (0, "")
    told = ended.complained.splitlines()
    assert len(told) == 1
    assert re.match(r"not taken over: c1, en: Bold, italics", told[0])
    assert changes(good, out.read_text()).changes == (
        ReplaceLine("c1", "en", "We live together, and in peace."),
        ReplaceLine("c2", "en", "We learn from one another."),
    )


def test_a_document_without_changes_says_so_and_writes_nothing(here, good, tmp_path):
    plain, out = tmp_path / "plain.docx", tmp_path / "acts.yaml"
    assert here.run("render", good["text"], plain).status == 0
    ended = here.run("amendment", "read", plain, "--text", good["text"], "--out", out)
    assert (ended.status, ended.said) == (0, "")
    assert ended.complained == "Nothing in the document makes a change of the text.\n"
    assert not out.exists()


def test_a_document_of_another_text_is_refused(here, good, written, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(good["text"].read_text().replace("together", "apart"))
    ended = here.run("amendment", "read", written, "--text", other)
    assert (ended.status, ended.said) == (2, "")
    assert "a1.docx is based on another version" in ended.complained
    assert "(word.base)" in ended.complained


@pytest.fixture
def akoma(good, tmp_path):
    """The files of an amendment in Akoma Ntoso, as the service writes them."""
    text = read_text(good["text"].read_bytes(), file="text.yaml").text
    version, at = Version(2, "0" * 64, text), datetime(2019, 9, 3, tzinfo=UTC)
    changes = (derive_replace(text, "c2", "en", "We learn & <teach>."), derive_delete(text, "c1"))
    life = Life(text.id, at, Host("host", "Düsseldorf", "DE"), text.languages, (Step(2, version.digest, at, ()),))
    given = Tabled(
        Amendment("B7", "office", version.digest, "Because.", changes, alternative="A1"), version, "The office", at
    )
    files = [tmp_path / f"B7.{tag}.akn.xml" for tag in text.languages]
    for tag, file in zip(text.languages, files, strict=True):
        file.write_bytes(render_akoma_amendment(given, tag, life))
    return files


def test_an_amendment_comes_from_akoma_ntoso_with_its_author_and_its_reasons(here, good, akoma):
    ended = here.run("amendment", "read", *akoma, "--text", good["text"])
    assert (ended.status, ended.complained) == (0, "")
    said = ended.said.replace("  alternative: A1\n", "", 1)  # in the acts into which it is put, that one is, too
    assert len(said) < len(ended.said)
    line = changes(good, said)
    assert (line.id, line.by, line.rationale) == ("B7", "office", "Because.")
    assert line.changes[0] == ReplaceLine("c2", "en", "We learn & <teach>.")
    assert here.run("amendment", "read", *akoma, "--text", good["text"], "--by", "x").said.count("by: x") == 1


def test_files_that_are_not_of_one_amendment_are_refused_with_their_names(here, good, akoma, written, tmp_path):
    spoilt = tmp_path / "spoilt.akn.xml"
    spoilt.write_bytes(akoma[0].read_bytes().replace(b"teach", b"preach"))
    for files, code in (([spoilt], "akn.amendment"), ([akoma[0], akoma[0]], "akn.doubled"),
                        ([written, akoma[0]], "word.files")):  # fmt: skip
        ended = here.run("amendment", "read", *files, "--text", good["text"])
        assert (ended.status, ended.said) == (2, "")
        assert f"({code})" in ended.complained


REFUSED = {
    "an unknown amendment": (["write", "A9", "{out}"], "amendment.unknown"),
    "an unknown language": (["write", "A1", "{out}", "--language", "fr"], "text.language"),
    "nowhere to write": (["write", "A1", "{out}/a/b.docx"], "output.file"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_written_is_told_in_two_sentences(here, good, tmp_path, name):
    arguments, code = REFUSED[name]
    given = [one.format(out=tmp_path / "a.docx") for one in arguments]
    ended = here.run("amendment", *given, "--text", good["text"], "--acts", good["acts"])
    assert (ended.status, ended.said) == (2, "")
    assert f"({code})" in ended.complained
    assert ended.complained.count("\n") == 2
    assert list(tmp_path.iterdir()) == []


def test_an_odd_id_is_refused(here, good, written):
    ended = here.run("amendment", "read", written, "--text", good["text"], "--id", "a b")
    assert ended.status == 2
    assert "--id" in ended.complained
