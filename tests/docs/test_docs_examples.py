"""Every example that a specification shows is what its script makes now, and the commands in it run."""

import json
import re
import shutil
import subprocess
import sys

import pytest

LEDGER = "ledger.md"
"""Its example is rebuilt among the tests of the ledger."""


def shown(path):
    """Return the example blocks of a document by name."""
    pattern = r"<!-- example: (.+?) -->\n(.*?)\n?<!-- end -->"
    return dict(re.findall(pattern, path.read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def made(text_example, text_made, signing_example, signing_made):
    """Every example block by document and name, made now."""
    return {"text.md": text_example.blocks(text_made), **signing_example.blocks(signing_made)}


def test_every_example_is_what_the_scripts_make(spec, made):
    documents = {path.name: shown(path) for path in sorted(spec.glob("*.md"))}
    assert {name: blocks for name, blocks in documents.items() if blocks and name != LEDGER} == made


def test_no_example_is_empty(spec):
    for path in spec.glob("*.md"):
        assert all(shown(path).values()), path.name


def test_the_vectors_are_what_the_scripts_make(text_example, text_made, signing_example, signing_made):
    assert text_example.VECTORS.read_text(encoding="utf-8") == text_example.written(text_made)
    assert signing_example.VECTORS.read_text(encoding="utf-8") == signing_example.written(signing_made)


def test_the_example_summit_is_the_one_of_the_texts(text_made, example_summit):
    """text.md and the signing documents tell of one declaration."""
    document = text_made["declaration.json"]["text"]
    assert document.encode() == (example_summit / "declaration.json").read_bytes()


def test_the_example_summit_is_valid(signing_made, example_summit):
    """An old folder stays valid with every later release, its report and its guide included."""
    report = signing_made["report"]
    assert (report["verdict"], report["findings"]) == ("valid", [])
    assert json.loads((example_summit / "report.json").read_bytes()) == report


def test_the_commands_of_the_bundle_run(signing_example, tmp_path, example_summit):
    if shutil.which("openssl") is None:
        pytest.fail("openssl was not found. Install the Debian package `openssl`.", pytrace=False)
    said = []
    for command in signing_example.commands():
        own = command.replace("python ", f'"{sys.executable}" ', 1) if command.startswith("python ") else command
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", own], cwd=example_summit, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stderr)
        said.append(done.stdout + done.stderr)
    assert "CMS Verification successful" in said[0]
    assert "Verification: OK" in said[1]
    assert said[2] == "Mayor of Abidjan signed at 2026-11-23 19:34 UTC\n"
