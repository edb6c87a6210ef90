"""`declaration verify` as people use it: what it takes, what it says, and the status with which it ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from declaration.cli import verify as command
from declaration.cli.app import app
from declaration.signing.sentences import LANGUAGES

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def run():
    def invoke(*arguments, **environment):
        settings = {"COLUMNS": "200", "LANG": "en_GB.UTF-8", "LC_ALL": "", **environment}
        return CliRunner().invoke(app, ["verify", *map(str, arguments)], env=settings)

    return invoke


def flip(path, place=-9):
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(bytes(data))


def test_the_folder_the_edition_and_a_bundle_are_valid(folder, run):
    shutil.copytree(folder / "trust", folder.with_name("pinned"))
    for given in (
        [folder],
        [folder / "signed.pdf"],
        [folder / "signatures/abidjan.json", folder / "instrument.pdf"],
        [folder / "instrument.pdf", folder / "declines/duesseldorf.json", folder / "signatures/dhaka.json"],
    ):
        done = run(*given, "--trust", folder.with_name("pinned"))
        assert done.exit_code == 0, done.output
        assert "Judged by the keys in" in done.output
        assert "Valid" in done.output


def test_the_table_names_everybody_in_their_own_script(folder, run):
    done = run(folder)
    for expected in ("Dhaka · ঢাকা", "Mayor of Düsseldorf", "declined", "2019-09-01 10:00", "When (UTC)"):
        assert expected in done.output


def test_trust_found_beside_the_files_is_said_loudly_with_fingerprints(folder, run, summit):
    for given in (folder, folder / "signed.pdf"):
        done = run(given)
        assert "whoever could exchange those could exchange them too" in done.output
        for fingerprint in summit.trust.fingerprints().values():
            assert fingerprint in done.output
    done = run(folder / "signatures/abidjan.json", folder / "instrument.pdf")
    assert done.exit_code == 0, done.output


def test_one_bundle_is_not_taken_for_the_whole(folder, run):
    done = run(folder / "signatures/abidjan.json", folder / "instrument.pdf")
    assert "count.only-given" in done.output
    assert "Dhaka" not in done.output


def test_an_unfinished_summit_ends_with_three(play, run, tmp_path):
    summit = play({"abidjan": "sign", "dhaka": "sign"})
    (tmp_path / "trust").mkdir()
    summit.trust.write(tmp_path / "trust")
    (tmp_path / "signed.pdf").write_bytes(summit.files["signed.pdf"])
    done = run(tmp_path / "signed.pdf")
    assert done.exit_code == 3, done.output
    assert "no answer" in done.output


def test_altered_files_end_with_one(folder, run):
    flip(folder / "signatures/dhaka.p7s")
    done = run(folder)
    assert done.exit_code == 1
    assert "container.differs" in done.output
    assert "What to do" in done.output


def test_a_bundle_given_twice_is_altered(folder, run, tmp_path):
    shutil.copy(folder / "signatures/abidjan.json", tmp_path / "again.json")
    done = run(folder / "signatures/abidjan.json", tmp_path / "again.json", folder / "instrument.pdf")
    assert done.exit_code == 1
    assert "count.signatory" in done.output


def test_a_bundle_of_another_instrument_is_refused(folder, play, run, tmp_path):
    other = play(reservations=[])
    (tmp_path / "other.pdf").write_bytes(other.files["instrument.pdf"])
    done = run(folder / "signatures/abidjan.json", tmp_path / "other.pdf", "--trust", folder / "trust")
    assert done.exit_code == 1, done.output


def test_what_cannot_be_judged_ends_with_two(folder, run, tmp_path):
    (tmp_path / "empty").mkdir(exist_ok=True)
    (tmp_path / "noise.pdf").write_bytes(b"%PDF-1.7\nnoise")
    cases = {
        "missing": [tmp_path / "missing.pdf", "--trust", folder / "trust"],
        "no trust": [tmp_path / "noise.pdf", "--trust", tmp_path / "empty"],
        "noise": [tmp_path / "noise.pdf", "--trust", folder / "trust"],
        "an instrument alone": [folder / "instrument.pdf"],
        "a bundle alone": [folder / "signatures/abidjan.json"],
        "two documents": [folder / "signed.pdf", folder / "instrument.pdf"],
        "a folder and a file": [folder, folder / "signed.pdf"],
        "nothing": [],
        "an unknown option": [folder, "--believe"],
        "an unknown language": [folder, "--lang", "tlh"],
        "an empty folder": [tmp_path / "empty", "--trust", folder / "trust"],
    }
    for name, arguments in cases.items():
        done = run(*arguments)
        assert done.exit_code == 2, (name, done.output)
        assert "Traceback" not in done.output


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_speak_three_languages(language, folder, run):
    flip(folder / "signed.pdf", 2000)
    said = run(folder, "--lang", language).output
    assert {"en": "What to do", "de": "Was zu tun ist", "fr": "Que faire"}[language] in said
    assert run(folder, LANG=f"{language}_XX.UTF-8").output == said


def test_json_is_the_report(folder, run):
    done = run(folder, "--json")
    report = json.loads(done.stdout)
    assert report.pop("trust") == {"folder": str(folder / "trust"), "named": False}
    assert report.pop("sentences").keys() == set(LANGUAGES)  # the file leaves out what may be worded better one day
    assert report == json.loads((folder / "report.json").read_text())
    named = json.loads(run(folder, "--json", "--trust", folder / "trust").stdout)
    assert named["trust"]["named"] is True


def test_what_is_private_to_a_rehearsal_is_not_looked_at(folder, run):
    (folder / "service" / "keys").mkdir(parents=True)
    (folder / "service" / "keys" / "seal.key").write_bytes(b"secret")
    assert run(folder).exit_code == 0


def test_links_and_stray_files_are_refused(folder, run):
    (folder / "more.pdf").symlink_to(folder / "signed.pdf")
    done = run(folder)
    assert done.exit_code == 2
    assert "more.pdf" in done.output
    (folder / "more.pdf").unlink()
    (folder / ".DS_Store").write_bytes(b"x")
    assert run(folder).exit_code == 2


@pytest.mark.parametrize("failure", [MemoryError(), RecursionError("deep"), RuntimeError("bug"), KeyError("x")])
def test_no_failure_of_ours_looks_like_a_verdict_or_a_crash(failure, folder, run, monkeypatch):
    def fails(*_, **__):
        raise failure

    monkeypatch.setattr(command, "examine_edition", fails)
    done = run(folder / "signed.pdf")
    assert done.exit_code == 2
    assert "container.failure" in done.output


HEAVY = [
    "typer",
    "pydantic",
    "fastapi",
    "sqlalchemy",
    "reportlab",
    "docx",
    "pyhanko",
    "webauthn",
    "uharfbuzz",
    "pikepdf",
    "asn1crypto",
    "yaml",
]


def test_verifying_imports_nothing_heavy_and_opens_no_socket(folder):
    """In a process of its own: the modules that are there afterwards, and no network before or after."""
    script = f"""
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refuse
import declaration.__main__ as entry
sys.argv = ["declaration", "verify", {str(folder)!r}]
try:
    entry.main()
except SystemExit as end:
    print("status", end.code)
print("modules", sorted(set({HEAVY!r}) & sys.modules.keys()))
print("ours", sorted(name for name in sys.modules if name.split(".")[:1] == ["declaration"]
    and name.split(".")[1:2] in (["web"], ["store"], ["render"], ["services"], ["drafting"], ["exchange"])))
"""
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert "status 0" in done.stdout
    assert "modules []" in done.stdout
    assert "ours []" in done.stdout


def test_it_runs_as_a_module_too(folder):
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    done = subprocess.run(
        [sys.executable, "-m", "declaration", "verify", str(folder / "signed.pdf"), "--json"],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert json.loads(done.stdout)["verdict"] == "valid"


def as_a_process(*arguments, **environment):
    settings = {**os.environ, "PYTHONPATH": str(HOME), "COLUMNS": "200", **environment}
    command = [sys.executable, "-m", "declaration", "verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=settings, check=False)


def test_options_and_files_stand_in_any_order(folder):
    bundle, document = folder / "signatures/abidjan.json", folder / "instrument.pdf"
    done = as_a_process(bundle, "--json", document, "--trust", folder / "trust")
    assert done.returncode == 0, done.stderr
    assert as_a_process("--trust", folder / "trust", "--json", "--", document, bundle).stdout == done.stdout


def test_wrong_use_says_how_it_is_used(folder):
    for arguments, said in (
        ([], "PATH"),
        ([folder, "--believe"], "--believe"),
        ([folder, "--lang", "tlh"], "'tlh'"),
        ([folder, folder / "signed.pdf"], "Give one folder, or files, and not both."),
    ):
        done = as_a_process(*arguments)
        assert done.returncode == 2
        assert done.stderr.startswith("usage: declaration verify ")
        assert said in done.stderr
        assert not done.stdout


def test_a_terminal_that_knows_no_script_but_latin_is_told_too(folder):
    done = as_a_process(folder, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "Dhaka \\xb7 \\u09a2" in done.stdout


def test_a_reader_who_leaves_early_changes_no_verdict(folder):
    flip(folder / "signatures/dhaka.p7s")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "declaration", "verify", str(folder), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_help_ends_with_an_example(run):
    done = run("--help")
    assert done.exit_code == 0
    assert done.output.rstrip().splitlines()[-1].strip().startswith("Example:")
