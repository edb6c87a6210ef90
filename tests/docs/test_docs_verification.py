"""What the signing documents say in tables is what the code does: codes, verdicts, members, limits."""

import ast
import re

import pytest

from declaration.ledger.entries import MAX_STATEMENT, Kind
from declaration.ledger.note import MAX_NOTE
from declaration.signing import (
    bundle,
    cms,
    drawing,
    fields,
    files,
    pdf_revisions,
    sentences,
    statement,
    timestamp,
    trust,
)
from declaration.signing.judgement import STEPS
from declaration.signing.report import Verdict
from declaration.signing.statement import Act
from declaration.store.blobs import MAX_BLOB
from declaration.store.projection.carriage import MAX_REASON, MAX_REASONS

SAYS = {"altered": "A", "Altered": "A", "unverifiable": "C", "reading": "C", "CannotBeVerified": "C"}
"""How the code gives a verdict, and how the tables write it."""


@pytest.fixture(scope="module")
def document(spec):
    return (spec / "verification.md").read_text(encoding="utf-8")


def table_of(document):
    """Return code -> (step, verdicts) as the tables of section 3 have them."""
    found, step = {}, 0
    for line in document.splitlines():
        if title := re.match(r"### Step (\d+):", line):
            step = int(title[1])
        if row := re.match(r"\| (`[^|]+`) \| ([ACN, ]+) \| [^|]+ \|$", line):
            for code in re.findall(r"`([^`]+)`", row[1]):
                assert code not in found, f"{code} stands twice"
                found[code] = (step, set(row[2].split(", ")))
    return found


def test_the_tables_name_every_code_that_verifying_can_give(document):
    spoken = {code for code in sentences.codes() if not code.startswith("verdict.")} - {"unknown"}
    assert table_of(document).keys() == spoken


def test_every_code_stands_under_its_step(document):
    for code, (step, _) in table_of(document).items():
        assert STEPS[code.partition(".")[0]] == step, code


def verdicts_given(root):
    """Yield each code that a module names where it gives a verdict, with that verdict."""
    for part in ("signing", "ledger"):
        for path in (root / "declaration" / part).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                    continue
                says = SAYS.get(getattr(node.func, "attr", getattr(node.func, "id", "")))
                if says is not None and isinstance(node.args[0].value, str):
                    yield node.args[0].value, says


def test_every_verdict_given_stands_in_the_tables(document, root):
    table, compared = table_of(document), 0
    for code, says in verdicts_given(root):
        if code in table:
            assert says in table[code][1], (code, says)
            compared += 1
    assert compared > 100


def test_the_table_of_verdicts_is_true(document):
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\d) \|", document, re.MULTILINE))
    assert rows == {str(verdict): str(verdict.exit_code) for verdict in Verdict}


def test_the_tables_of_statements_are_the_schema(spec):
    text = (spec / "statement.md").read_text(encoding="utf-8")
    common = set(re.findall(r"^\| `(\w+)` \|", text.split("### 1.1")[1].split("### 1.2")[0], re.MULTILINE))
    assert common == set(statement._COMMON)
    found, act = {}, ""
    for line in text.split("### 1.2")[1].split("### 1.3")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[1].startswith("`"):
            act = cells[0].strip("`") or act
            found.setdefault(act, set()).update(re.findall(r"`(\w+)`", cells[1]))
    assert found == {str(name): set(members) for name, members in statement.MEMBERS.items()}
    assert found.keys() == set(map(str, Act))


COMPOSED = {f"statement.{member}" for member in ("declaration", "ledger", "signatory", "credential")} | {
    f"statement.{member}" for member in ("version", "instrument", "document")
}
"""Codes that the one door puts together where it refuses."""


def test_the_rules_of_the_record_are_those_of_the_one_door(spec, root):
    """ledger.md, sections 1.4 and 1.5: no code is missing, and none is made up."""
    store = root / "declaration" / "store"
    sources = [*(store / "projection").glob("*.py"), *(store / f"{name}.py" for name in ("record", "answers", "blobs"))]
    raised, damaged = set(COMPOSED), r"RecordDamaged\(\s*\"[a-z.-]+\""
    for path in [*sources, store / "leaves.py", root / "declaration" / "drafting" / "states.py"]:
        source = re.sub(damaged, "", path.read_text(encoding="utf-8"))
        raised |= set(re.findall(r"[(,=]\s*\"([a-z]+\.[a-z-]+)\"", source))
    text = (spec / "ledger.md").read_text(encoding="utf-8").split("### 1.4")[1].split("### 1.6")[0]
    first = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    told = {code for cell in first for code in re.findall(r"`([a-z]+\.[a-z-]+)`", cell)}
    told |= set(re.findall(r"otherwise `([a-z.-]+)`\)", text)) - {"change"}
    assert told == raised - {"record.key", "declaration.json"}
    assert len(told) > 60
    assert told & set(map(str, Kind)) == {"credential.revoked", "signature.declined"}


LIMITS = [
    ("ledger.md", MAX_REASONS, "1 to 1,000 texts"),
    ("ledger.md", MAX_REASON, "at most 20,000 characters"),
    ("ledger.md", MAX_BLOB, "268,435,456 bytes"),
    ("statement.md", MAX_STATEMENT, "at most 57,344 bytes"),
    ("statement.md", statement.MAX_POSITIONS, "1 to 500 objects"),
    ("statement.md", statement.NONCE, "32 unpredictable bytes"),
    ("bundle.md", bundle.MAX_BUNDLE, "at most 1,048,576 bytes"),
    ("bundle.md", cms.MAX_CMS, "1 to 65,536 bytes"),
    ("bundle.md", drawing.MAX_DRAWN, "1 to 65,536 bytes"),
    ("bundle.md", MAX_NOTE, "at most 131,072 characters"),
    ("bundle.md", cms.MAX_ATTRIBUTES, "at most 4,096 bytes together"),
    ("bundle.md", cms.UTC_TIME_ENDS, "GeneralizedTime from 2050"),
    ("bundle.md", timestamp.MAX_TOKEN, "at most 32,768 bytes"),
    ("bundle.md", fields.MIN_RSA, "RSA of 3,072 to"),
    ("bundle.md", fields.MAX_RSA, "to 8,192 bits"),
    ("bundle.md", trust.MAX_FILE, "at most\n65,536 bytes"),
    ("verification.md", trust.MAX_FILE, "longer than 65,536 bytes"),
    ("verification.md", files.MAX_FILES, "200,000 files"),
    ("verification.md", pdf_revisions.MAX_FILE >> 20, "larger than 512 MiB"),
    ("verification.md", files.MAX_TOTAL >> 30, "larger than 4 GiB"),
]


@pytest.mark.parametrize(("name", "limit", "words"), LIMITS)
def test_the_limits_of_the_documents_are_those_of_the_code(spec, name, limit, words):
    assert words in (spec / name).read_text(encoding="utf-8")
    assert (str(limit) if name == "bundle.md" and limit == cms.UTC_TIME_ENDS else f"{limit:,}") in words
