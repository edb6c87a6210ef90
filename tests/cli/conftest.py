"""Small files to run commands on, and a way to run them many times."""

import contextlib
import io
import json
import os
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "ceremony"))
sys.path.append(str(Path(__file__).parent.parent / "services"))

from ceremony_runs import Ended, clean_environment

from declaration.cli import app


class Here:
    """Runs commands in this process, as `python -m declaration` does: what a command lets fall, falls on the test."""

    def run(self, *arguments, **settings):
        said, complained = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        environment = clean_environment() | settings
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(complained),
            pytest.MonkeyPatch.context() as patch,
        ):
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["declaration", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.StringIO())
            with pytest.raises(SystemExit) as end:
                app.run()
        texts = []
        for stream in (said, complained):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode(errors="replace"))
        return Ended(end.value.code or 0, *texts)


@pytest.fixture(scope="session")
def here():
    return Here()


TEXT = """\
id: small
languages: [en]
title: {en: A declaration}
sections:
  - id: one
    kind: chapter
    clauses:
      - {id: c1, text: {en: We live together.}}
      - {id: c2, text: {en: We learn from each other.}}
"""
PEOPLE = [
    {"id": "haifa", "city": "Haifa", "native": "חיפה", "country": "IL"},
    {"id": "seoul", "city": "Seoul", "native": "서울", "country": "KR"},
]
ACTS = """\
amendments:
  - id: A1
    by: Workshop
    rationale: Better.
    changes: [{replace: {clause: c2, language: en, text: We learn from one another.}}]
decisions: [{adopt: A1}]
positions:
  - {signatory: all, clause: all, stance: accept}
  - {signatory: all, clause: c1, stance: accept-with-reservation, reservation: "=1+1 is not a formula"}
"""


@pytest.fixture(scope="session")
def good(tmp_path_factory):
    """A text, a list of signatories and acts that can be played, by the names of their options."""
    folder = tmp_path_factory.mktemp("good")
    files = {"text": TEXT, "signatories": json.dumps({"signatories": PEOPLE}), "acts": ACTS}
    for name, content in files.items():
        (folder / name).write_text(content)
    return {name: folder / name for name in files}


@pytest.fixture(scope="session")
def played(here, good, tmp_path_factory):
    """The folder of a small ceremony; to be copied before it is changed."""
    folder = tmp_path_factory.mktemp("played") / "out"
    ended = here.run("ceremony", *(f"--{name}={file}" for name, file in good.items()), "--out", folder)
    assert (ended.status, ended.complained) == (0, ""), ended.said
    return folder
