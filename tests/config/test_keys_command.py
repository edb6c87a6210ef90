"""`declaration keys`: what exists is never overwritten, and what was made can be used."""

import base64

import pytest
from typer.testing import CliRunner

from declaration.cli.keys import app
from declaration.errors import ConfigurationError, StateConflict

PASSPHRASE = "six words that nobody would guess"
HARD = bytes.fromhex("02024000 020108 020105")
"""N, r and p of scrypt in the key files of a real summit, as DER."""


def run(*arguments):
    found = CliRunner().invoke(app, [*map(str, arguments)], env={"DECLARATION_KEY_PASSPHRASE": PASSPHRASE})
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.output


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_keys_and_anchors_are_made_once(tmp_path):
    keys, trust = tmp_path / "private", tmp_path / "trust"
    told = run("init", "--directory", keys, "--trust", trust)
    shown = run("show", trust)
    assert shown in told
    for key in keys.glob("*.key"):
        assert HARD in base64.b64decode(b"".join(key.read_bytes().splitlines()[1:-1])), key
    before = files(trust)
    other = tmp_path / "other"
    with pytest.raises(ConfigurationError) as refused:
        run("init", "--directory", other, "--trust", trust)
    assert refused.value.code == "keys.trust"
    assert not other.exists(), "nothing is half-done"
    assert files(trust) == before
    with pytest.raises(StateConflict):
        run("init", "--directory", keys, "--trust", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Keys that are only read."""
    folder = tmp_path_factory.mktemp("keys")
    run("init", "--directory", folder / "private", "--trust", folder / "trust", "--declaration", "first")
    return folder / "private"


def test_the_anchors_of_another_declaration_go_elsewhere(keys, tmp_path):
    trust = tmp_path / "trust"
    run("trust", trust, "--directory", keys, "--declaration", "first")
    before = files(trust)
    with pytest.raises(ConfigurationError) as refused:
        run("trust", trust, "--directory", keys, "--declaration", "second")
    assert refused.value.code == "keys.trust"
    assert files(trust) == before
    run("trust", trust, "--directory", keys, "--declaration", "first")
    run("trust", tmp_path / "second", "--directory", keys, "--declaration", "second")
    assert files(tmp_path / "second")["ledger.vkeys"] != before["ledger.vkeys"]
    assert files(tmp_path / "second")["signing-root.pem"] == before["signing-root.pem"]


def test_a_folder_that_cannot_be_written_is_named(keys, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError) as refused:
        run("trust", tmp_path / "file" / "below", "--directory", keys)
    assert refused.value.code == "keys.write"
