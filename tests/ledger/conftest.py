"""What the ledger's tests share: the worked example of the specification, and trees over plain leaves."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec"


@pytest.fixture(scope="session")
def example():
    """The script that builds the worked example, as a namespace."""
    return SimpleNamespace(**runpy.run_path(str(SPEC / "ledger_example.py")))


@pytest.fixture(scope="session")
def vectors():
    """The committed test vectors."""
    return json.loads((SPEC / "ledger-vectors.json").read_text())


@pytest.fixture(scope="session")
def samples(example):
    """One valid entry of each kind."""
    return {entry.kind: entry for entry in example.entries()}
