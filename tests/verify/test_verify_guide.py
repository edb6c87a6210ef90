"""VERIFY.md: every command in it runs, and says what the guide says it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from declaration.signing import asic

NEEDED = {
    "openssl": "openssl",
    "pdfsig": "poppler-utils",
    "sha256sum": "coreutils",
    "unzip": "unzip",
    "cmp": "diffutils",
}


def commands(guide):
    return [
        line.strip()
        for line in guide.splitlines()
        if re.match(r"    (openssl|tail|pdfsig|sha256sum|unzip|declaration) ", line)
    ]


@pytest.fixture
def run(folder, tmp_path_factory):
    for program, package in NEEDED.items():
        if shutil.which(program) is None:
            pytest.fail(f"{program} was not found. Install the Debian package `{package}`.", pytrace=False)
    programs = tmp_path_factory.mktemp("bin")
    (programs / "declaration").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m declaration "$@"\n')
    (programs / "declaration").chmod(0o755)
    home = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(home)}

    def shell(command):
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            check=False,
            cwd=folder,
            capture_output=True,
            text=True,
            env=environment,
        )

    return shell


def test_every_command_succeeds_and_leaves_nothing_behind(summit, folder, run):
    before = set(folder.rglob("*"))
    found = commands(summit.files["VERIFY.md"].decode())
    assert [sum(line.startswith(word) for line in found) for word in ("declaration", "pdfsig", "tail", "unzip")] == [
        1,
        1,
        2,
        4,
    ]
    assert sum("cms -verify" in line for line in found) == 4
    for command in found:
        done = run(command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        if "cms -verify" in command:
            assert "CMS Verification successful" in done.stderr
        if "ts -verify" in command:
            assert "Verification: OK" in done.stdout
    assert set(folder.rglob("*")) == before


def test_what_the_guide_shows_is_what_the_commands_show(summit, run):
    guide = summit.files["VERIFY.md"].decode()
    for name in ("signing-root.pem", "timestamp-root.pem", "seal-root.pem"):
        shown = run(f"openssl x509 -in trust/{name} -noout -fingerprint -sha256").stdout
        fingerprint = shown.strip().split("=")[1].replace(":", "").lower()
        assert f"    {fingerprint}  {name}\n" in guide
    assert f"    {run('sha256sum trust/ledger.vkeys').stdout.split()[0]}  ledger.vkeys\n" in guide
    assert f"sha256  {run('sha256sum instrument.pdf').stdout.split()[0]}  instrument.pdf" in guide
    seal = run("pdfsig -nocert signed.pdf").stdout
    assert seal.count("Signature is Valid") == 1
    assert "Total document signed" in seal


def flip(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))


def test_the_commands_refuse_altered_files(summit, folder, run):
    found = commands(summit.files["VERIFY.md"].decode())
    flip(folder / "instrument.pdf", 400)
    for command in found:
        if "cms -verify" in command:
            assert run(command).returncode != 0
    flip(folder / "signatures" / "abidjan.p7s", -30)
    [stamped] = [line for line in found if line.startswith("tail") and "abidjan" in line]
    assert run(stamped).returncode != 0


def test_the_commands_refuse_a_container_of_other_files(summit, folder, run):
    found = [line for line in commands(summit.files["VERIFY.md"].decode()) if line.startswith("unzip")]
    instrument, merged = ((folder / name).read_bytes() for name in ("instrument.pdf", "signatures.p7s"))
    for other in (asic.write(instrument[:-1], merged), asic.write(instrument, merged[:-1] + b"x")):
        (folder / "signatures.asics").write_bytes(other)
        assert any(run(command).returncode != 0 for command in found)


def test_outside_its_ten_minutes_a_certificate_does_not_verify(summit, run):
    [command] = [
        line for line in commands(summit.files["VERIFY.md"].decode()) if "signatures/abidjan.p7s -content" in line
    ]
    epoch = int(re.search(r"-attime (\d+)", command)[1])
    assert run(command.replace(str(epoch), str(epoch + 3600))).returncode != 0
    assert run(re.sub(r" -attime \d+", "", command)).returncode != 0
