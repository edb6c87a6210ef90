"""A verifier written from the specification alone agrees with ours: on what holds, and on what was tampered with."""

import ast
import json
import random
import subprocess
import sys

import pytest

from declaration.canonical import digest, encode
from declaration.errors import InputRefused
from declaration.signing.drawing import Drawing
from declaration.signing.examination import examine_bundles
from declaration.signing.report import Verdict
from declaration.signing.trust import Trust

ANSWERS = {
    "signatures/abidjan.json": "Mayor of Abidjan signed at ",
    "declines/algiers.json": "Mayor of Algiers declined: ",
}


class Files:
    """What a stranger is given: bundle, instrument, document and trust of one summit."""

    def __init__(self, folder):
        self.folder = folder
        self.instrument = (folder / "instrument.pdf").read_bytes()
        self.document = (folder / "declaration.json").read_bytes()
        self.trust = folder / "trust"

    def bundle(self, name):
        return (self.folder / name).read_bytes()

    def agreed(self, stranger, bundle, *, instrument=None):
        """Does the stranger accept a bundle, as we do?"""
        instrument = self.instrument if instrument is None else instrument
        try:
            stranger.verify(bundle, instrument, self.document, self.trust)
            accepted = True
        except stranger.RefusedError:
            accepted = False
        report = examine_bundles({"bundle": bundle}, instrument, trust=Trust.from_directory(self.trust))
        assert (report.verdict is Verdict.VALID) == accepted, report.findings
        return accepted


@pytest.fixture(scope="module")
def example(example_summit):
    return Files(example_summit)


@pytest.fixture(scope="module")
def fresh(fresh_summit):
    return Files(fresh_summit)


def flipped(data, place, bit=0):
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


def test_the_stranger_uses_nothing_of_ours(spec):
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse((spec / "stranger.py").read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography", "asn1crypto"}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("summit", ["example", "fresh"])
def test_both_accept_every_answer(stranger, request, summit, name):
    files = request.getfixturevalue(summit)
    told = stranger.verify(files.bundle(name), files.instrument, files.document, files.trust)
    assert told.startswith(ANSWERS[name])
    assert files.agreed(stranger, files.bundle(name))


@pytest.mark.parametrize("name", ANSWERS)
def test_both_refuse_every_flipped_bit_of_a_bundle(stranger, fresh, name):
    rng = random.Random(name)
    good = fresh.bundle(name)
    for place in rng.sample(range(len(good)), 60):
        assert not fresh.agreed(stranger, flipped(good, place, rng.randrange(8))), place


def test_both_know_a_drawn_signature_from_anything_else(stranger, spec):
    drawings = json.loads((spec / "signing-vectors.json").read_text(encoding="utf-8"))["drawings"]
    for each in drawings["formed"]:
        stranger.require_drawing(each["svg"].encode())
        read = Drawing.parse(each["svg"].encode())
        assert [[list(point) for point in line] for line in read.strokes] == each["strokes"]
        assert digest(read.svg()) == each["digest"]
        for place in range(len(each["svg"])):
            assert_alike(stranger, flipped(each["svg"].encode(), place))
    assert [assert_alike(stranger, each.encode()) for each in drawings["refused"].values()] == [False] * 9


def assert_alike(stranger, data):
    """Both take it for a drawn signature, or neither does."""
    told = []
    for read, refusal in ((Drawing.parse, InputRefused), (stranger.require_drawing, stranger.RefusedError)):
        try:
            read(data)
            told.append(True)
        except refusal:
            told.append(False)
    assert told[0] == told[1], data
    return told[0]


@pytest.mark.parametrize("name", ANSWERS)
def test_both_refuse_every_flipped_bit_of_a_checkpoint(stranger, example, name):
    """The head of the ledger, and both signatures under it, one character at a time."""
    rng = random.Random(name)
    bundle = json.loads(example.bundle(name))
    note = bundle["checkpoint"]
    heads = [*range(note.index("\n\n")), *rng.sample(range(note.index("\n\n"), len(note)), 20)]
    for place in heads[::2]:
        other = "B" if note[place] == "A" else "A"
        changed = encode(bundle | {"checkpoint": note[:place] + other + note[place + 1 :]})
        assert not example.agreed(stranger, changed), place


def test_both_refuse_another_instrument(stranger, example, fresh):
    for place in random.Random(3).sample(range(len(example.instrument)), 12):
        changed = flipped(example.instrument, place)
        for name in ANSWERS:
            assert not example.agreed(stranger, example.bundle(name), instrument=changed), place
    for name in ANSWERS:
        assert not example.agreed(stranger, fresh.bundle(name))
        assert not example.agreed(stranger, example.bundle(name), instrument=fresh.instrument)


def test_the_stranger_refuses_another_document(stranger, example):
    """Ours reads it out of the instrument; the stranger is given it, and opens no PDF."""
    for place in random.Random(4).sample(range(len(example.document)), 40):
        for name in ANSWERS:
            with pytest.raises(stranger.RefusedError):
                stranger.verify(
                    example.bundle(name), example.instrument, flipped(example.document, place), example.trust
                )


def test_the_stranger_refuses_other_trust(stranger, example, fresh):
    for name in ANSWERS:
        with pytest.raises(stranger.RefusedError):
            stranger.verify(example.bundle(name), example.instrument, example.document, fresh.trust)


def test_both_commands_say_the_same(spec, example, tmp_path):
    """As people run them: 0 for what holds, another status for what does not."""
    good = example.folder / "signatures/abidjan.json"
    bad = tmp_path / "bad.json"
    bad.write_bytes(flipped(good.read_bytes(), 5_000))
    instrument, trust = example.folder / "instrument.pdf", example.trust
    for bundle, holds in ((good, True), (bad, False)):
        ours = [sys.executable, "-m", "declaration", "verify", bundle, instrument, "--trust", trust]
        theirs = [sys.executable, spec / "stranger.py", bundle, instrument, example.folder / "declaration.json", trust]
        for command in (ours, theirs):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (done.returncode == 0) == holds, (command, done.stdout, done.stderr)
