"""Layouts of a sealed declaration on the command line: out of the folder that a ceremony wrote, or its database."""

import shutil

import pytest

FORMS = [
    ("poster", "poster.pdf", ("--size", "a1")),
    ("large-print", "large.pdf", ("--language", "en")),
    ("edition", "words.html", ()),
    ("edition", "words.docx", ()),
    ("certificate", "city.pdf", ("--signatory", "a", "--language", "de")),
]


@pytest.fixture(scope="module")
def signer(played):
    return min((played / "signatures").glob("*.json")).stem


@pytest.mark.parametrize(("form", "name", "options"), FORMS)
def test_the_folder_and_the_database_give_the_same_bytes(here, played, signer, tmp_path, form, name, options):
    options = [signer if option == "a" else option for option in options]
    ended = here.run("layout", form, tmp_path / name, "--folder", played, *options)
    assert (ended.status, ended.complained, ended.said) == (0, "", f"{tmp_path / name}\n")
    first = (tmp_path / name).read_bytes()
    database = f"sqlite:///{played / 'service' / 'declaration.db'}"
    ended = here.run("layout", form, tmp_path / name, "small", "--database-url", database, *options)
    assert (ended.status, ended.complained) == (0, "")
    assert (tmp_path / name).read_bytes() == first


@pytest.mark.parametrize(
    ("form", "name", "options", "code"),
    [
        ("poster", "poster.png", (), "layout.ending"),
        ("edition", "words.pdf", (), "layout.ending"),
        ("certificate", "city.pdf", (), "layout.signatory"),
        ("poster", "poster.pdf", ("--signatory", "x"), "layout.signatory"),
        ("certificate", "city.pdf", ("--signatory", "nobody"), "certificate.none"),
        ("poster", "poster.pdf", ("--language", "xx"), "text.language"),
    ],
)
def test_what_cannot_be_made_is_refused_in_two_sentences(here, played, tmp_path, form, name, options, code):
    ended = here.run("layout", form, tmp_path / name, "--folder", played, *options)
    assert ended.status == 2
    assert ended.complained.endswith(f"({code})\n")
    assert len(ended.complained.splitlines()) == 2
    assert not (tmp_path / name).exists()


def test_nothing_is_made_of_a_folder_that_does_not_hold(here, played, signer, tmp_path):
    folder = tmp_path / "out"
    shutil.copytree(played, folder, ignore=shutil.ignore_patterns("service"))
    bundle = folder / "signatures" / f"{signer}.json"
    bundle.write_bytes(bundle.read_bytes() + b" ")
    ended = here.run("layout", "poster", tmp_path / "poster.pdf", "--folder", folder)
    assert ended.status == 2
    assert "(layout.folder)" in ended.complained
    assert not (tmp_path / "poster.pdf").exists()
