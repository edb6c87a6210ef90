"""`declaration renew` and `declaration keys timestamp`, on the folder of a small rehearsal."""

import json
import shutil

import pytest

from declaration.config import DEMO_PASSPHRASE
from declaration.signing import files as reading
from declaration.signing.keystore import TIMESTAMP_ROOT

OPENED = {"DECLARATION_KEY_PASSPHRASE": DEMO_PASSPHRASE}


@pytest.fixture(scope="module")
def published(here, good, tmp_path_factory):
    folder = tmp_path_factory.mktemp("renewed") / "out"
    ended = here.run("ceremony", *(f"--{name}={file}" for name, file in good.items()), "--out", folder)
    assert ended.status == 0, ended.complained
    return folder


@pytest.fixture
def folder(published, tmp_path):
    shutil.copytree(published, tmp_path / "out")
    return tmp_path / "out"


def about(here, *paths):
    ended = here.run("verify", *paths, "--json")
    found = json.loads(ended.said)
    return ended.status, found["about"]


def test_a_folder_is_renewed_as_often_as_wished(folder, here):
    keys = folder / "service" / "keys"
    before = (folder / "signed.pdf").read_bytes()
    for count in (1, 2):
        assert here.run("renew", folder, "--keys", keys, **OPENED).status == 0
        status, told = about(here, folder)
        assert (status, told["renewed"]) == (0, count)
    assert (folder / "signed.pdf").read_bytes().startswith(before)
    assert told["renewed_at"] in (folder / "VERIFY.md").read_text()


def test_a_file_is_renewed_beside_itself(folder, here, tmp_path):
    arguments = ("--trust", folder / "trust", "--keys", folder / "service" / "keys")
    edition, new = folder / "signed.pdf", tmp_path / "renewed.pdf"
    before = edition.read_bytes()
    assert here.run("renew", edition, "--out", new, *arguments, **OPENED).status == 0
    assert edition.read_bytes() == before
    assert about(here, new, "--trust", folder / "trust")[1]["renewed"] == 1


def test_what_was_cut_off_is_done_again(folder, here):
    """The edition is written first: then report and guide are old, until somebody renews again."""
    keys = folder / "service" / "keys"
    report = (folder / "report.json").read_bytes()
    assert here.run("renew", folder, "--keys", keys, **OPENED).status == 0
    (folder / "report.json").write_bytes(report)
    assert here.run("verify", folder).status == 1
    assert here.run("renew", folder, "--keys", keys, **OPENED).status == 0
    assert here.run("verify", folder).status == 0


def test_a_folder_that_does_not_hold_is_left_alone(folder, here):
    merged = folder / "signatures.p7s"
    merged.write_bytes(merged.read_bytes() + b"\0")
    before = reading.read_folder(folder)
    ended = here.run("renew", folder, "--keys", folder / "service" / "keys", **OPENED)
    assert ended.status == 2
    assert "renew.folder" in ended.complained
    assert "declaration verify" in ended.complained
    assert reading.read_folder(folder) == before


def test_another_key_below_the_same_root_renews_too(folder, here, tmp_path):
    made = here.run("keys", "timestamp", tmp_path / "new", "--directory", folder / "service" / "keys", **OPENED)
    assert made.status == 0, made.complained
    assert "good until" in made.said
    assert here.run("renew", folder, "--keys", tmp_path / "new", **OPENED).status == 0
    assert about(here, folder)[0] == 0
    again = here.run("keys", "timestamp", tmp_path / "new", "--directory", folder / "service" / "keys", **OPENED)
    assert (again.status, "keys.exist" in again.complained) == (2, True)


def test_a_root_in_the_safe_makes_no_key(folder, here, tmp_path):
    keys = folder / "service" / "keys"
    (keys / f"{TIMESTAMP_ROOT}.key").unlink()
    ended = here.run("keys", "timestamp", tmp_path / "new", "--directory", keys, **OPENED)
    assert (ended.status, "keys.missing" in ended.complained) == (2, True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--keys", "nowhere"), "keys.missing"),
        (("--trust", "nowhere", "--keys", "nowhere"), "trust.missing"),
    ],
)
def test_what_is_missing_is_named(arguments, code, folder, here):
    ended = here.run("renew", folder, *arguments, **OPENED)
    assert (ended.status, code in ended.complained) == (2, True)


def test_strangers_keys_renew_nothing(folder, here, tmp_path):
    before = reading.read_folder(folder)
    own = {"DECLARATION_KEY_PASSPHRASE": "a passphrase of six words or so"}
    made = here.run("keys", "init", "--directory", tmp_path / "keys", "--trust", tmp_path / "trust", **own)
    assert made.status == 0, made.complained
    ended = here.run("renew", folder, "--keys", tmp_path / "keys", **own)
    assert (ended.status, "seal.archive-timestamp" in ended.complained) == (2, True)
    assert reading.read_folder(folder) == before
