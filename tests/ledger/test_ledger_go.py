"""Go's transparency-log packages read our checkpoints, tiles and proofs, and agree to the byte."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from declaration.ledger.folder import served_files
from declaration.ledger.merkle import leaf_hash
from declaration.ledger.note import Checkpoint, cosign, sign_checkpoint
from declaration.ledger.tiles import Rows

SOURCES = Path(__file__).with_name("go_oracle")
PACKAGES = Path("/usr/share/gocode")
AT = datetime(2019, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    """The compiled program; without Go the tests fail, because an oracle that is left out proves nothing."""
    if shutil.which("go") is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.fail(
            "These tests need Go and its transparency-log packages. "
            "Install the Debian packages `golang-go` and `golang-golang-x-mod-dev`.",
            pytrace=False,
        )
    target = tmp_path_factory.mktemp("go") / "oracle"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(PACKAGES), "CGO_ENABLED": "0"}
    if not {"HOME", "XDG_CACHE_HOME", "GOCACHE"} & os.environ.keys():
        environment["GOCACHE"] = str(target.with_name("cache"))
    built = subprocess.run(
        ["go", "build", "-o", str(target), "."],
        cwd=SOURCES,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return target


def ask(go, folder):
    return subprocess.run([str(go), str(folder)], capture_output=True, text=True, check=False)


def write(folder, files, claims):
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "claims.json").write_text(json.dumps(claims))


def altered(claim):
    """Claims that nobody may accept: a bit of the proof, of the leaf, another place, one hash less or more."""
    proof = claim["proof"]
    flipped = [f"{int(item[0], 16) ^ 1:x}{item[1:]}" for item in proof]
    for at in range(len(proof)):
        yield {**claim, "proof": [*proof[:at], flipped[at], *proof[at + 1 :]]}
    if proof:
        yield {**claim, "proof": proof[:-1]}
    yield {**claim, "proof": [*proof, "00" * 32]}
    if "leaf" in claim:
        yield {**claim, "leaf": "00" * 32}
        yield {**claim, "at": claim["at"] + 1}


@pytest.mark.parametrize("size", [1, 2, 5, 255, 256, 257, 700])
def test_go_agrees_with_every_hash_and_proof(go, tmp_path, example, size):
    entries = [b'{"entry":%d}' % number for number in range(size)]
    rows = Rows(map(leaf_hash, entries))
    tree = rows.tree()
    checkpoint = Checkpoint(example.ORIGIN, size, tree.root())
    note = cosign(sign_checkpoint(checkpoint, example.LOG_KEYS, at=AT), example.WITNESS, at=AT)
    right = [
        {"leaf": leaf_hash(entries[at]).hex(), "at": at, "proof": [item.hex() for item in tree.inclusion(at)]}
        for at in range(size)
    ]
    right += [{"at": old, "proof": [item.hex() for item in tree.consistency(old)]} for old in range(1, size + 1)]
    wrong = [other for claim in right[:: max(1, size // 5)] for other in altered(claim)]
    claims = [{**claim, "good": True} for claim in right] + [{**claim, "good": False} for claim in wrong]
    keys = [key.vkey() for key in example.VERIFIERS]
    write(tmp_path, served_files(entries, note), {"vkeys": keys, "claims": claims})

    answered = ask(go, tmp_path)
    assert answered.returncode == 0, answered.stderr
    found = json.loads(answered.stdout)
    ed25519, ml_dsa, witness = ("+".join(key.split("+")[:2]) for key in keys)
    assert (found["origin"], found["size"]) == (example.ORIGIN, size)
    assert found["verified"] == [ed25519, witness]
    assert found["unverified"] == [ml_dsa]
    assert found["leaves"] == [leaf_hash(entry).hex() for entry in entries]
    assert found["roots"] == [tree.root(at + 1).hex() for at in range(size)]
    assert found["inclusion"] == [claim["proof"] for claim in right[:size]]
    assert found["consistency"] == [claim["proof"] for claim in right[size:]]


def test_go_reads_the_worked_example(go, tmp_path, example, vectors):
    entries = [entry.encode() for entry in vectors["entries"]]
    write(tmp_path, served_files(entries, vectors["checkpoint"].encode()), {"vkeys": vectors["vkeys"], "claims": []})
    answered = ask(go, tmp_path)
    assert answered.returncode == 0, answered.stderr
    found = json.loads(answered.stdout)
    assert found["leaves"] == vectors["leaf_hashes"]
    assert found["roots"] == vectors["roots"][1:]


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"])
def test_go_refuses_what_was_altered(go, tmp_path, example, path):
    entries = [b'{"entry":%d}' % number for number in range(300)]
    checkpoint = Checkpoint(example.ORIGIN, 300, Rows(map(leaf_hash, entries)).root())
    files = dict(served_files(entries, sign_checkpoint(checkpoint, example.LOG_KEYS, at=AT)))
    at = len(example.ORIGIN) + 6 if path == "checkpoint" else len(files[path]) - 1  # in the root, or the last byte
    files[path] = files[path][:at] + bytes([files[path][at] ^ 1]) + files[path][at + 1 :]
    write(tmp_path, files, {"vkeys": [key.vkey() for key in example.VERIFIERS], "claims": []})
    assert ask(go, tmp_path).returncode == 1
