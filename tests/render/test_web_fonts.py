"""Web fonts: cut once, kept in a folder that may be spoilt, lost, or nobody's to write."""

import pytest

from declaration.canonical import sha256
from declaration.render import webfonts

NAME = "serif-hebrew.woff2"


@pytest.fixture
def cuts(monkeypatch):
    """Begin as a fresh process whose cutting is counted; what is cut is told by its number."""
    made = []
    monkeypatch.setattr(webfonts, "_memory", {})

    def cut(name):
        made.append(name)
        return f"{name} {len(made)}".encode()

    monkeypatch.setattr(webfonts, "_cut", cut)
    return made


def forget():
    webfonts._memory.clear()


def test_a_font_that_was_kept_is_not_cut_again(cuts, tmp_path):
    folder = tmp_path / "a" / "b"
    first = webfonts.web_font(NAME, folder)
    assert webfonts.web_font(NAME, folder) == first
    forget()
    assert webfonts.web_font(NAME, folder) == first
    assert cuts == [NAME]
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("spoil", [b"", b"wOF2", bytes(32), bytes(31) + b"x" * 90])
def test_a_spoilt_file_is_passed_over_and_made_again(cuts, tmp_path, spoil):
    webfonts.web_font(NAME, tmp_path)
    (place,) = tmp_path.iterdir()
    place.write_bytes(spoil)
    forget()
    again = webfonts.web_font(NAME, tmp_path)
    assert len(cuts) == 2
    assert place.read_bytes() == sha256(again) + again


def test_another_program_makes_another_file(cuts, tmp_path, monkeypatch):
    webfonts.web_font(NAME, tmp_path)
    forget()
    monkeypatch.setattr(webfonts, "_program", lambda: "another")
    webfonts.web_font(NAME, tmp_path)
    assert len(cuts) == len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_used_is_passed_over(cuts, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", None):
        forget()
        assert webfonts.web_font(NAME, folder)
    assert len(cuts) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_real_font_is_kept_as_it_is_served(tmp_path, monkeypatch):
    monkeypatch.setattr(webfonts, "_memory", {})
    made = webfonts.web_font(NAME, tmp_path)
    assert made[:4] == b"wOF2"
    forget()
    monkeypatch.setattr(webfonts, "_cut", None)
    assert webfonts.web_font(NAME, tmp_path) == made
