"""Reading a folder from the disk: everything, and nothing that is not a plain file."""

import os

import pytest

from declaration.errors import CannotBeVerified
from declaration.signing import files
from declaration.signing.files import read_file, read_folder


def test_a_folder_is_read_with_forward_slashes_and_without_what_is_private(tmp_path):
    for name in ("a", "b/c", "b/d/e", "service/secret", "b/service/f"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    assert read_folder(tmp_path) == {name: name.encode() for name in ("a", "b/c", "b/d/e", "b/service/f")}


def link(folder):
    (folder / "link").symlink_to("a")


def linked_folder(folder):
    (folder / "link").symlink_to("..")


def pipe(folder):
    os.mkfifo(folder / "pipe")


def strange_name(folder):
    (folder / os.fsdecode(b"\xff")).write_bytes(b"")


@pytest.mark.parametrize("spoil", [link, linked_folder, pipe, strange_name])
def test_links_pipes_and_strange_names_are_refused(spoil, tmp_path):
    (tmp_path / "a").write_bytes(b"")
    spoil(tmp_path)
    with pytest.raises(CannotBeVerified) as refusal:
        read_folder(tmp_path)
    assert refusal.value.code == "container.unexpected"
    assert refusal.value.message.isprintable()


def test_what_is_not_there_cannot_be_read(tmp_path):
    for read in (read_file, read_folder):
        with pytest.raises(CannotBeVerified) as refusal:
            read(tmp_path / "missing")
        assert refusal.value.code == "container.unreadable"
    with pytest.raises(CannotBeVerified):
        read_file(tmp_path)


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILE", 3), ("MAX_TOTAL", 6), ("MAX_FILES", 1)])
def test_limits_are_kept(limit, value, tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"1234")
    assert len(read_folder(tmp_path)) == 2
    monkeypatch.setattr(files, limit, value)
    with pytest.raises(CannotBeVerified) as refusal:
        read_folder(tmp_path)
    assert refusal.value.code == "container.too-large"
