"""The programs that tests run are installed before them: what one machine happens to have, another lacks."""

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CALLS = {"which", "run", "Popen", "check_output", "check_call"}
EVERYWHERE = {"bash", "sh", "/bin/sh"}
"""What every Debian machine has."""


def listed():
    """Return the programs that `install-tools` looks for: each stands for all that its package brings."""
    text = (TESTS / "install-tools").read_text()
    return set(re.findall(r"^  \[(\S+)\]=", text, re.MULTILINE))


def used():
    """Give each program that a test starts or looks for by a name, and where."""
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            module = node.func.value
            if node.func.attr not in CALLS or getattr(module, "id", "") not in {"subprocess", "shutil"}:
                continue
            first = node.args[0]
            if isinstance(first, ast.List | ast.Tuple) and first.elts:
                first = first.elts[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and " " not in first.value:
                yield first.value, f"{path.relative_to(TESTS)}:{node.lineno}"


def test_every_program_that_a_test_runs_is_installed_before():
    poppler = {"pdffonts", "pdfinfo", "pdftoppm", "pdftocairo"}  # come with pdftotext
    known = listed() | EVERYWHERE | poppler
    found = dict(used())
    assert {"curl", "git", "openssl", "pdftotext", "zbarimg"} <= found.keys()
    assert {name: place for name, place in found.items() if name not in known} == {}
