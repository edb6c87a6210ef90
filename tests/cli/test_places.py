"""Where commands write and what they are pointed at: what belongs to others stays, and what fails leaves nothing."""

import os
import random
import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from declaration.config import DEMO_PASSPHRASE

PASSPHRASE = {"DECLARATION_KEY_PASSPHRASE": "six words are enough for this"}
OPEN = {"DECLARATION_KEY_PASSPHRASE": DEMO_PASSPHRASE}
ALIVE = {"PATH": os.environ["PATH"]}


def everything(folder):
    """Every file below a folder, with its bytes and rights."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in sorted(folder.rglob("*"))
    }


def ceremony(good, out, *more):
    return ["ceremony", *(f"--{name}={file}" for name, file in good.items()), "--out", out, *more]


# The folder of a ceremony


def foreign(kind, folder):
    """A folder that is not ours, of each kind."""
    place = folder / "out"
    match kind:
        case "a file":
            place.write_text("mine")
        case "below a file":
            (folder / "file").write_text("mine")
            place = folder / "file" / "out"
        case "files of others":
            place.mkdir()
            (place / "letter.txt").write_text("mine")
        case "evidence without its private part":
            (place / "trust").mkdir(parents=True)
            (place / "trust" / "signing-root.pem").write_text("mine")
        case "a service of somebody else":
            (place / "service").mkdir(parents=True)
            (place / "service" / "main.py").write_text("mine")
            (place / "ledger").mkdir()
            (place / "ledger" / "2019.csv").write_text("mine")
        case "an empty service of somebody else":
            (place / "service").mkdir(parents=True)
            (place / "trust").mkdir()
            (place / "trust" / "bank.txt").write_text("mine")
        case "a service that is a file":
            place.mkdir()
            (place / "service").write_text("mine")
        case "a link to nowhere":
            place.symlink_to(folder / "nowhere" / "far")
        case "a name too long":
            place = folder / ("x" * 300)
    return place


KINDS = [
    "a file",
    "below a file",
    "files of others",
    "evidence without its private part",
    "a service of somebody else",
    "an empty service of somebody else",
    "a service that is a file",
    "a link to nowhere",
    "a name too long",
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_of_others_is_left_as_it_is(kind, here, good, tmp_path):
    place = foreign(kind, tmp_path)
    before = everything(tmp_path)
    assert here.run(*ceremony(good, place)).refused(place) == "ceremony.folder"
    assert everything(tmp_path) == before


def test_a_folder_that_may_not_be_written(here, good):
    assert here.run(*ceremony(good, "/proc/declaration")).refused("/proc/declaration") == "ceremony.folder"


def test_the_folder_of_another_summit_is_left_as_it_is(here, good, played, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(played, out)
    other = tmp_path / "other.yaml"
    other.write_text(good["text"].read_text().replace("id: small", "id: other"))
    before = everything(out)
    assert here.run(*ceremony(good | {"text": other}, out)).refused() == "ceremony.other-summit"
    assert {name: row for name, row in everything(out).items() if not name.startswith("service/")} == {
        name: row for name, row in before.items() if not name.startswith("service/")
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("We live together", "We live apart"), "declaration.taken"),
        (lambda text: text.replace("languages: [en]", "languages: [en]\nversion: 2"), "exchange.unknown-field"),
    ],
    ids=["other words", "a field too many"],
)
def test_another_text_of_the_same_name_is_refused(change, code, here, good, played, tmp_path):
    out, text = tmp_path / "out", tmp_path / "text.yaml"
    shutil.copytree(played, out)
    text.write_text(change(good["text"].read_text()))
    edition = (out / "signed.pdf").read_bytes()
    assert here.run(*ceremony(good | {"text": text}, out)).refused() == code
    assert (out / "signed.pdf").read_bytes() == edition


def test_spoilt_keys_stop_a_ceremony_before_anything_is_recorded(here, good, played, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(played, out)
    spoilt = out / "service" / "keys" / "seal.key"
    spoilt = spoilt if spoilt.exists() else min((out / "service" / "keys").glob("*.pem"))
    spoilt.write_bytes(spoilt.read_bytes()[:100])
    assert here.run(*ceremony(good, out)).refused(spoilt.name).startswith("keys.")


# The database


def not_a_database(kind, folder):
    """The path of something that is no database of ours."""
    place = folder / "given.db"
    match kind:
        case "missing":
            pass
        case "a folder":
            place.mkdir()
        case "empty":
            place.write_bytes(b"")
        case "random bytes":
            place.write_bytes(random.Random(7).randbytes(3_000))
        case "of another program":
            with sqlite3.connect(place) as made:
                made.execute("CREATE TABLE cats (name TEXT)")
            made.close()
        case "below a file":
            place.write_text("x")
            return place / "more.db"
    return place


READING = {
    "audit": lambda url: ["audit", "--database-url", url],
    "audit of one": lambda url: ["audit", "small", "--database-url", url],
    "text export": lambda url: ["text", "export", "small", "--database-url", url],
}


@pytest.mark.parametrize("kind", ["missing", "a folder", "empty", "random bytes", "of another program", "below a file"])
@pytest.mark.parametrize("name", READING)
def test_what_is_no_database_is_refused_by_whoever_reads(name, kind, here, tmp_path):
    place = not_a_database(kind, tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    code = here.run(*READING[name](f"sqlite:///{place}")).refused()
    assert code in {"database.missing", "store.unmigrated", "store.unreachable", "store.damaged"}
    # SQLite's own files beside a database that is there do not count
    assert [
        name for name in sorted(path.name for path in tmp_path.iterdir()) if not name.endswith(("-wal", "-shm"))
    ] == before


@pytest.mark.parametrize("url", ["", "mysql://x", "sqlite", "oracle:", "postgresql://[", "sqlite:///" + "x" * 300])
def test_what_is_no_address_is_refused(url, here):
    for command in (READING["audit"](url), ["db", "upgrade", "--database-url", url]):
        assert here.run(*command).refused() in {"store.url", "store.unreachable", "database.missing"}


def test_a_server_that_is_not_there(here, tmp_path):
    url = f"postgresql://nobody:secret@/none?host={tmp_path}"
    for command in (*(make(url) for make in READING.values()), ["db", "upgrade", "--database-url", url]):
        ended = here.run(*command)
        assert ended.refused() == "store.unreachable"
        assert "secret" not in ended.said + ended.complained


def test_a_database_of_another_declaration(here, played, tmp_path):
    url = f"sqlite:///{played / 'service' / 'declaration.db'}"
    for command in (["audit", "other", "--database-url", url], ["text", "export", "other", "--database-url", url]):
        assert here.run(*command).refused("other") == "declaration.unknown"
    for number in (0, -1, 99, 10**30):
        command = ["text", "export", "small", "--version", number, "--database-url", url]
        assert here.run(*command, "--out", tmp_path / "text.yaml").refused() in {"version.unknown", "store.value"}
    assert not (tmp_path / "text.yaml").exists()


def test_a_database_of_a_newer_program(here, played, tmp_path):
    file = tmp_path / "newer.db"
    shutil.copy(played / "service" / "declaration.db", file)
    with sqlite3.connect(file) as changed:
        changed.execute("UPDATE alembic_version SET version_num = 'from the future'")
    changed.close()
    for command in (READING["audit"](f"sqlite:///{file}"), ["db", "upgrade", "--database-url", f"sqlite:///{file}"]):
        assert here.run(*command).refused() == "store.newer"


# What is written


@pytest.mark.parametrize("ending", ["yaml", "html", "docx", "pdf"])
def test_what_cannot_be_written_leaves_nothing(ending, here, good, tmp_path):
    (tmp_path / "folder.d").mkdir()
    full = tmp_path / f"full.{ending}"
    full.symlink_to("/dev/full")
    (tmp_path / "file").write_text("mine")
    before = everything(tmp_path)
    for target in (
        full,
        tmp_path / f"nowhere/x.{ending}",
        tmp_path / f"file/x.{ending}",
        tmp_path / f"{'x' * 300}.{ending}",
    ):
        command = ["text", "export", "--out", target] if ending == "yaml" else ["render", good["text"], target]
        assert here.run(*command).refused(target) == "output.file"
    assert everything(tmp_path) == before


def test_a_folder_is_not_written_over(here, good, tmp_path):
    (tmp_path / "made.pdf").mkdir()
    assert here.run("render", good["text"], tmp_path / "made.pdf").refused() == "output.file"
    assert here.run("text", "export", "--out", tmp_path).refused() == "output.file"


def test_what_is_written_takes_the_place_of_what_was_there(here, good, tmp_path):
    target, link = tmp_path / "made.html", tmp_path / "link.html"
    target.write_text("old and much longer than nothing " * 10_000)
    link.symlink_to(target)
    assert here.run("render", good["text"], link).status == 0
    assert link.is_symlink()
    assert "We live together." in target.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.html", "made.html"]


@pytest.mark.parametrize("name", ["made", "made.", "made.txt", ".pdf", "made.pdf.exe"])
def test_a_name_that_does_not_say_what_to_make(name, here, good, tmp_path):
    assert here.run("render", good["text"], tmp_path / name).refused(name) == "render.ending"
    assert not list(tmp_path.iterdir())


# Keys


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--host", "a b"], "keys.origin"),
        (["--host", ""], "keys.origin"),
        (["--host", "Example.org"], "keys.origin"),
        (["--host", "https://example.org"], "keys.origin"),
        (["--declaration", "../x y"], "keys.origin"),
        (["--declaration", "x" * 300], "keys.origin"),
        (["--trust", "file"], "keys.trust"),
        (["--trust", "folder"], "keys.trust"),
    ],
)
def test_keys_are_made_whole_or_not_at_all(options, code, here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    before = everything(tmp_path)
    given = {"--directory": "keys", "--trust": "trust"} | dict(zip(options[::2], options[1::2], strict=True))
    assert here.run("keys", "init", *(part for pair in given.items() for part in pair), **PASSPHRASE).refused() == code
    assert everything(tmp_path) == before


@pytest.mark.parametrize("passphrase", ["", "short", "x" * 15])
def test_a_passphrase_that_is_none(passphrase, here, tmp_path):
    given = ["--directory", tmp_path / "keys", "--trust", tmp_path / "trust"]
    ended = here.run("keys", "init", *given, DECLARATION_KEY_PASSPHRASE=passphrase)
    assert ended.refused() == "config.passphrase"
    assert not list(tmp_path.iterdir())


def test_keys_that_cannot_be_opened(here, played, tmp_path):
    keys = tmp_path / "keys"

    def opening(**settings):
        ended = here.run("keys", "trust", tmp_path / "out", "--directory", keys, **(OPEN | settings))
        assert not (tmp_path / "out").exists()
        assert "PRIVATE" not in ended.complained
        return ended.refused()

    assert opening() == "keys.missing"
    shutil.copytree(played / "service" / "keys", keys)
    assert opening(DECLARATION_KEY_PASSPHRASE="another passphrase, also long") == "keys.passphrase"
    for file in sorted(keys.iterdir()):
        original, mode = file.read_bytes(), file.stat().st_mode
        if "root" in file.name and "PRIVATE" in original.decode(errors="replace"):
            continue
        file.write_bytes(original[: len(original) // 2])
        ended = here.run("keys", "trust", tmp_path / "out", "--directory", keys, **OPEN)
        if ended.status:  # not every file is needed for writing anchors
            assert ended.refused().startswith("keys."), file
        assert "Traceback" not in ended.complained
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        file.write_bytes(original)
        file.chmod(mode)


def test_anchors_that_cannot_be_read(here, played, tmp_path):
    trust = tmp_path / "trust"
    shutil.copytree(played / "trust", trust)

    def shown():
        ended = here.run("keys", "show", trust)
        assert (ended.status, ended.said) == (2, "")
        return re.search(r"\(([a-z.-]+)\)$", ended.complained.strip())[1]

    for file in sorted(trust.iterdir()):
        original = file.read_bytes()
        for spoilt in (
            b"",
            original[:-2],
            original + b"x",
            b"\xff" * 40,
            original.replace(b"\n", b"\r\n"),
            original * 3000,
        ):
            file.write_bytes(spoilt)
            assert shown().startswith(("trust.", "vkey."))
        file.unlink()
        assert shown() == "trust.missing"
        file.mkdir()
        assert shown().startswith("trust.")
        file.rmdir()
        file.write_bytes(original)
    assert here.run("keys", "show", trust).status == 0


# Serving


DEMO = {"DECLARATION_DEMO": "1"}


def test_serving_what_is_no_rehearsal(here, tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path, tmp_path / "missing", tmp_path / "file", tmp_path / ("x" * 300)):
        assert here.run("serve", "--folder", folder, **DEMO).refused(folder) == "serve.folder"


def test_serving_where_another_serves(here, played):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = here.run("serve", "--folder", played, "--port", port, **DEMO)
        assert ended.refused(port) == "serve.address"
    assert here.run("serve", "--folder", played, "--host", "nowhere.invalid", **DEMO).refused() == "serve.address"


def test_serving_a_rehearsal_as_if_it_were_real(here, played):
    ended = here.run(
        "serve", "--folder", played, DECLARATION_RP_ID="example.org", DECLARATION_ORIGINS="https://example.org"
    )
    assert ended.refused().startswith(("serve.", "config."))


def test_nobody_is_asked_where_nobody_sits(tmp_path):
    """In a process of its own: a passphrase that is not set must not hang or end in a trace."""
    ended = subprocess.run(
        [sys.executable, "-m", "declaration", "keys", "init", "--directory", "keys", "--trust", "trust"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env=ALIVE | {"PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )
    assert ended.returncode == 2
    assert "config.passphrase" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.iterdir())
