"""What no reader may stumble over: every command that takes a file refuses it in two sentences, and leaves nothing."""

import json
import os
import socket

import pytest

MEGABYTE = 1024 * 1024
LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)
CLAUSE = """\
id: small
languages: [en]
title: {en: A declaration}
sections: [{id: one, kind: chapter, clauses: [{id: c1, text: {en: "%s"}}]}]
"""
BYTES = {
    "empty": b"",
    "spaces": b" \n\n ",
    "random": bytes(range(256)) * 20,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "too large": b"# " + b"x" * (50 * MEGABYTE),
    "UTF-16": CLAUSE.encode("utf-16"),
    "UTF-32": CLAUSE.encode("utf-32"),
    "Latin-1": "id: Düsseldorf".encode("latin-1"),
    "a byte of nothing": b"id: a\x00b\n",
    "half a surrogate": b'id: "\\ud800"\n',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "deep indentation": b"\n".join(b" " * n + b"a:" for n in range(3000)),
    "a list": b"- 1\n- 2\n",
    "a word": b"yes",
    "a number": b"9" * 10_000,
}
YAML = {
    "laughing aliases": LAUGHS.encode(),
    "an alias of itself": b"a: &a [*a]\n",
    "an anchor": b"id: &x small\n",
    "a merge key": b"base: &b {id: x}\n<<: *b\n",
    "a merge key without alias": b"<<: {id: x}\n",
    "a tag that makes objects": b"!!python/object/apply:os.system ['touch hacked']\n",
    "a binary tag": b"id: !!binary aGVsbG8=\n",
    "a tag of one's own": b"id: !small x\n",
    "a doubled key": b"id: a\nid: b\n",
    "a doubled key in another spelling": b'id: a\n"id": b\n',
    "two documents": b"id: a\n---\nid: b\n",
    "a directive": b"%YAML 9.9\n---\nid: a\n",
    "a key that is a list": b"? [a, b]\n: c\n",
    "an unclosed quote": b'id: "small\n',
    "a tab": b"id:\n\t- x\n",
    "a huge number": b"version: " + b"9" * 100_000 + b"\n",
}
JSON = {
    "a doubled member": b'{"signatories": [], "signatories": []}',
    "a number that is none": b'{"signatories": NaN}',
    "infinity": b'{"signatories": [Infinity]}',
    "a huge number": b'{"signatories": ' + b"9" * 100_000 + b"}",
    "a trailing comma": b'{"signatories": [],}',
    "two values": b'{"signatories": []} {}',
    "a comment": b'{"signatories": [] /* none */}',
    "half a surrogate": b'{"signatories": [{"id": "\\ud800"}]}',
    "a wrong escape": b'{"signatories": "\\x"}',
    "cut off": b'{"signatories": [{"id": "haifa"',
}


def command_of(kind, file, good, out):
    """A command that reads the file as a text, signatories or acts, as Akoma Ntoso, or as a Word document."""
    if kind == "akn":
        return ["text", "import", file, "--out", out]
    if kind == "word":
        return ["amendment", "read", file, "--text", good["text"], "--out", out]
    given = good | {kind: file}
    return ["ceremony", *(f"--{name}={path}" for name, path in given.items()), "--out", out]


TABLE = [
    *(("text", name, data) for name, data in (BYTES | YAML).items()),
    *(("signatories", name, data) for name, data in (BYTES | JSON).items()),
    *(("acts", name, data) for name, data in (BYTES | YAML).items()),
    *((kind, name, data) for kind in ("akn", "word") for name, data in BYTES.items()),
]


@pytest.mark.parametrize(
    ("kind", "data"), [row[::2] for row in TABLE], ids=[f"{kind}: {name}" for kind, name, _ in TABLE]
)
def test_a_hostile_file_is_refused_and_leaves_nothing(kind, data, here, good, tmp_path):
    file, out = tmp_path / "given", tmp_path / "out"
    file.write_bytes(data)
    ended = here.run(*command_of(kind, file, good, out))
    ended.refused(file)
    assert "Traceback" not in ended.complained
    assert len(ended.complained) < 1000
    assert [path.name for path in tmp_path.iterdir()] == ["given"]


FIELDS = {
    "a name of 10,000 characters": ("signatories", {"name": "N" * 10_000}, "name"),
    "a city of 10,000 characters": ("signatories", {"city": "C" * 10_000}, "city"),
    "a name that reads backwards": ("signatories", {"name": "Mayor \u202eofniH"}, "name"),
    "a name of two lines": ("signatories", {"name": "Mayor\nof Haifa"}, None),
    "a name that is a list": ("signatories", {"name": ["Mayor"]}, "name"),
    "a name that is nothing": ("signatories", {"name": ""}, "name"),
    "a country that is none": ("signatories", {"country": "XX1"}, "country"),
    "an id that leaves the folder": ("signatories", {"id": "../../etc/passwd"}, "id"),
    "an id of a terminal's colours": ("signatories", {"id": "\x1b[31mred"}, None),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_hostile_field_is_refused_by_its_name(name, here, good, tmp_path):
    kind, changes, field = FIELDS[name]
    file, out = tmp_path / "given.json", tmp_path / "out"
    person = {"id": "haifa", "city": "Haifa", "native": "חיפה", "country": "IL"} | changes
    file.write_text(json.dumps({"signatories": [person]}))
    ended = here.run(*command_of(kind, file, good, out))
    if field is None and ended.status == 0:  # mere noise: cleaned, with a note
        assert "cleaned:" in ended.said
        return
    ended.refused(file, *([field] if field else []))
    assert "\x1b" not in ended.complained
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("x" * 100_000, "exchange.length"),
        ("x " * 50_000, "exchange.length"),
        ("pay \u202eyap", "text.character"),
        ("a\u2066b\u2069", "text.character"),
        ("\ue000", "text.character"),
        ("e" + "\u0301" * 500, "text.marks"),
        ("\u00ad\u200b", "text.empty"),
    ],
    ids=["long", "many words", "backwards", "isolates", "private use", "marks", "noise alone"],
)
def test_a_hostile_clause_is_refused_by_its_place(words, code, here, good, tmp_path):
    file, out = tmp_path / "given.yaml", tmp_path / "out"
    file.write_text(CLAUSE % words)
    for command in (
        ["text", "check", file],
        ["render", file, tmp_path / "made.html"],
        command_of("text", file, {"signatories": good["signatories"]}, out),
    ):
        assert here.run(*command).refused(file) == code
    assert [path.name for path in tmp_path.iterdir()] == ["given.yaml"]


# What is no file at all


def unreadable(kind, folder):
    """The path of something that cannot be read as a file."""
    place = folder / "given"
    match kind:
        case "folder":
            place.mkdir()
        case "link to nowhere":
            place.symlink_to(folder / "nowhere")
        case "link to itself":
            place.symlink_to(place)
        case "below a file":
            place.write_text("x")
            return place / "more"
        case "name too long":
            return folder / ("x" * 300)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                here = os.open(folder, os.O_RDONLY)
                made.bind(f"/proc/self/fd/{here}/given")
                os.close(here)
    return place


KINDS = ["missing", "folder", "link to nowhere", "link to itself", "below a file", "name too long", "socket"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_refused_by_every_command(kind, here, good, tmp_path):
    file = unreadable(kind, tmp_path)
    before = sorted(tmp_path.iterdir())
    for command in (
        *(command_of(name, file, good, tmp_path / "out") for name in good),
        ["text", "check", file],
        ["render", file, tmp_path / "made.pdf"],
    ):
        assert here.run(*command).refused(file) == "input.file"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_cannot_be_verified(kind, here, played, tmp_path):
    ended = here.run("verify", unreadable(kind, tmp_path), "--trust", played / "trust")
    assert ended.status == 2
    assert "Traceback" not in ended.said + ended.complained
    assert "Cannot be verified" in ended.said
    assert "What to do" in ended.said


@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES)
def test_a_hostile_file_cannot_be_verified(data, here, played, tmp_path):
    file = tmp_path / "given"
    for head in (b"", b"%PDF-1.7\n"):
        file.write_bytes(head + data)
        for others in ((), (played / "instrument.pdf",)):
            ended = here.run("verify", file, *others, "--trust", played / "trust")
            assert ended.status in {1, 2}
            assert "Traceback" not in ended.said + ended.complained
