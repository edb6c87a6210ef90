"""The shape of the code: imports run one way, heavy libraries live in one place, nothing points outside."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "declaration"

FOUNDATION = {"errors", "canonical"}
ALLOWED = {
    "errors": set(),
    "canonical": {"errors"},
    "config": FOUNDATION,
    "drafting": FOUNDATION,
    "ledger": FOUNDATION,
    "signing": FOUNDATION | {"ledger"},
    "render": FOUNDATION | {"drafting"},
    "exchange": FOUNDATION | {"drafting"},
    "store": FOUNDATION | {"drafting", "ledger"},
    "services": FOUNDATION | {"config", "drafting", "ledger", "signing", "render", "exchange", "store"},
    "ceremony": FOUNDATION | {"config", "drafting", "ledger", "signing", "render", "exchange", "services", "store"},
    "web": FOUNDATION | {"config", "drafting", "ledger", "signing", "services", "store"},
    "cli": FOUNDATION
    | {"config", "drafting", "ledger", "signing", "render", "exchange", "store", "services", "ceremony", "web"},
    "__main__": FOUNDATION | {"cli"},
}
"""Which parts each part may import: every arrow of the design, and no other."""

ONE_PLACE = {
    "fastapi": {"web"},
    "starlette": {"web"},
    "jinja2": {"web"},
    "babel": {"web", "render"},
    "fontTools": {"render"},
    "uvicorn": {"cli"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "reportlab": {"render"},
    "docx": {"render"},
    "uharfbuzz": {"render"},
    "pyhanko": {"signing"},
    "webauthn": {"signing"},
    "yaml": {"exchange"},
    "typer": {"cli"},
    "rich": {"cli"},
}
"""Libraries that exactly one part may import, so that each can be replaced in one place."""


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path):
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def imports(path):
    """Every import of a module, as (line, name); read once."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import hides the arrow"
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return tuple(found)


def test_imports_run_one_way():
    wrong = []
    for path in modules():
        part = part_of(path)
        if part == "__init__":
            continue
        for line, name in imports(path):
            names = name.split(".")
            if names[0] != "declaration" or len(names) == 1:
                continue
            if names[1] not in ALLOWED[part] | {part} and names[1] in ALLOWED:
                wrong.append(f"{path.relative_to(ROOT)}:{line} {part} must not import {names[1]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("library", sorted(ONE_PLACE))
def test_library_is_imported_in_one_part_only(library):
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        for line, name in imports(path)
        if name.split(".")[0] == library and part_of(path) not in ONE_PLACE[library]
    ]
    assert not wrong, f"{library} belongs to {ONE_PLACE[library]}: {wrong}"


def test_only_the_seal_imports_pyhanko():
    users = {path.name for path in modules() for _, name in imports(path) if name.startswith("pyhanko")}
    assert users <= {"seal.py"}


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_nothing_names_a_registry_host_or_a_path_of_one_machine():
    needles = re.compile(
        r"--(extra-)?index-url|https?://[\w.-]*(pypi|pythonhosted|npmjs|registry)[\w.-]*|(?<![\w./])/(work|root)/"
    )
    wrong = []
    for path in tracked():
        if path == Path(__file__).resolve() or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        wrong += [f"{path.relative_to(ROOT)}: {found.group()}" for found in needles.finditer(text)]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_left_for_later():
    needle = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplemented|pytest\.skip\(|mark\.skip")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked()
        if path.suffix == ".py" and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if needle.search(line)
    ]
    assert not wrong, "\n".join(wrong)
