"""What the tests of the documents share: the example scripts, the stranger's verifier, a small summit played now."""

import importlib
import sys
from pathlib import Path

import pytest

from declaration.ceremony.rehearsal import Rehearsal, read_script
from declaration.ceremony.stage import Silent

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "docs" / "spec"
sys.path.append(str(SPEC))  # documents are no package


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def spec():
    return SPEC


@pytest.fixture(scope="session")
def example_summit():
    """The folder of the summit whose parts the documents show."""
    return SPEC / "example" / "summit"


@pytest.fixture(scope="session")
def stranger():
    return importlib.import_module("stranger")


@pytest.fixture(scope="session")
def signing_example():
    return importlib.import_module("signing_example")


@pytest.fixture(scope="session")
def text_example():
    return importlib.import_module("text_example")


@pytest.fixture(scope="session")
def signing_made(signing_example):
    """The vectors of the signing documents, made now."""
    return signing_example.vectors()


@pytest.fixture(scope="session")
def text_made(text_example):
    """The vectors of text.md, made now."""
    return text_example.vectors()


@pytest.fixture(scope="session")
def fresh_summit(tmp_path_factory):
    """The folder of a summit played a moment ago from the example's text, signatories and acts, with other keys."""
    names = ("text.yaml", "signatories.json", "acts.yaml")
    script = read_script(*(SPEC / "example" / name for name in names))
    return Rehearsal(tmp_path_factory.mktemp("fresh") / "out", seed=7).play(script.plan, Silent()).folder
