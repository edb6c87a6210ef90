"""Every verdict can be said in three languages, and the report counts and judges as it should."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from declaration.errors import Altered, CannotBeVerified
from declaration.signing import judgement, sentences
from declaration.signing.judgement import STEPS, altered, reading, step_of, unverifiable
from declaration.signing.report import Answer, Finding, Report, Severity, SignatoryLine, Verdict

SIGNING = Path(judgement.__file__).parent
WORDS = SIGNING / "words"
FAMILIES = {
    "chain.py": {
        f"{family}.{reason}"
        for family in ("certificate", "timestamp", "seal")
        for reason in ("untrusted", "validity", "authority", "algorithm", "forged", "extension", "surplus")
    }
    | {"certificate.unreadable", "timestamp.unreadable"},
    "tally.py": {f"count.{kind}" for kind in ("signatory", "credential", "entry", "cms")},
    "trust.py": {f"trust.{kind}" for kind in ("missing", "size", "root", "keys")},
    "verify.py": {
        f"statement.{name}" for name in ("version", "instrument", "document", "key", "drawn", "reason", "act")
    },
}
"""Codes that are put together where they are raised."""


REFUSED_INPUT = {"InputRefused", "LimitExceeded", "ConfigurationError"}
"""Errors of those who sign and seal: they bring their own words, and `reading` turns them into a verdict's code."""
PLACES = {"place", "read_moment", "write_moment", "_COMMON"}
"""Where a text with a point names a place in a statement, and no code."""


def _no_code(node):
    """Return the constants below this node that name no verdict."""
    if isinstance(node, ast.keyword):
        return [node.value] if node.arg in PLACES else []
    if not isinstance(node, ast.Call):
        return []
    function = node.func.value if isinstance(node.func, ast.Subscript) else node.func
    name = getattr(function, "attr", getattr(function, "id", ""))
    return node.args[:1] if name in REFUSED_INPUT else node.args[1:] if name in PLACES else []


def codes_raised():
    """Every code of a verdict that a module of ours names where it raises or reads."""
    found = {}
    for path in SIGNING.glob("*.py"):
        tree = ast.parse(path.read_text())
        others = {id(constant) for node in ast.walk(tree) for constant in _no_code(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in others:
                words = node.value.partition(".")
                if words[0] in STEPS and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", words[2]) and " " not in node.value:
                    found.setdefault(node.value, path.name)
    return {code: name for code, name in found.items() if not code.endswith((".pdf", ".json", ".p7s", ".vkeys"))}


def tables():
    return {path.name: json.loads(path.read_text()) for path in WORDS.glob("*.json")}


def test_every_code_has_sentences():
    wanted = set(codes_raised()).union(*FAMILIES.values())
    missing = sorted(wanted - sentences.codes())
    assert not missing, f"without sentences: {missing}"


def test_every_table_says_the_same_in_every_language():
    found = tables()
    for subject in {name.partition(".")[0] for name in found}:
        by_language = [found[f"{subject}.{language}.json"] for language in sentences.LANGUAGES]
        for code, item in by_language[0].items():
            values = [set(re.findall(r"\{(\w+)\}", table[code]["says"] + table[code]["do"])) for table in by_language]
            assert values[0] == values[1] == values[2], code
            assert item.keys() == {"says", "do"}
        assert by_language[0].keys() == by_language[1].keys() == by_language[2].keys()


def test_no_code_stands_in_two_tables():
    seen = {}
    for name, table in tables().items():
        for code in table:
            place = (code, name.split(".")[1])
            assert place not in seen, f"{code} stands in {seen.get(place)} and {name}"
            seen[place] = name


@pytest.mark.parametrize("language", sentences.LANGUAGES)
def test_sentences_are_plain(language):
    """No acronyms that a mayor's office does not know, one sentence each, none too long."""
    jargon = re.compile(r"\b(CMS|ASN|DER|EKU|OID|SPKI|X\.509|PKI|SHA|ECDSA|RFC|Merkle|hash|nonce|imprint)\b")
    for code in sorted(sentences.codes()):
        said = sentences.say(code, language, {})
        for sentence in said:
            assert sentence.endswith((".", "…")), (code, sentence)
            assert len(sentence) <= 180, (code, sentence)
            assert not jargon.search(sentence), (code, sentence)


def test_a_code_without_sentences_is_still_said():
    said = sentences.say("nobody.knows", "fr", {})
    assert "nobody.knows" in said.says
    assert sentences.say("nobody.knows", "xx", {}) == sentences.say("nobody.knows", "en", {})


def test_values_fill_the_sentences_and_hostile_ones_stay_values():
    said = sentences.say("assertion.origin", "de", {"found": "{expected}", "expected": "https://a.example"})
    assert "({expected})" in said.says
    assert "https://a.example" in said.says
    assert "…" in sentences.say("assertion.origin", "de", {}).says


def test_verdicts_carry_code_hint_and_values():
    error = altered("assertion.origin", found="a", expected="b")
    assert isinstance(error, Altered)
    assert not isinstance(error, CannotBeVerified)
    assert error.code == "assertion.origin"
    assert judgement.values_of(error) == {"found": "a", "expected": "b"}
    other = Altered("ledger.inclusion", "Message.", hint="Hint.")
    assert judgement.values_of(other) == {"message": "Message.", "hint": "Hint."}
    assert str(unverifiable("bundle.malformed", detail="why")).count("why") == 1


def test_steps_are_numbered():
    assert [step_of(f"{word}.x") for word in ("bundle", "seal", "instrument", "document")] == [1, 2, 3, 4]
    assert [step_of(f"{word}.x") for word in ("ledger", "count", "trust", "nobody")] == [10, 11, 1, 1]


@pytest.mark.parametrize(
    "error", [ValueError, KeyError, IndexError, OverflowError, RecursionError, MemoryError, TypeError]
)
def test_what_parsers_raise_becomes_a_verdict(error):
    def read():
        with reading("bundle.malformed"):
            raise error("x")

    with pytest.raises(CannotBeVerified) as caught:
        read()
    assert caught.value.code == "bundle.malformed"


def test_bugs_are_not_hidden():
    def read():
        with reading("bundle.malformed"):
            raise AssertionError

    with pytest.raises(AssertionError):
        read()


# the report


def line(answer):
    return SignatoryLine("a", "Mayor of A", "Mayor", "A", "A", "FR", answer, "2019-09-01T11:00:00Z")


NOTE = Finding("ledger.entry", Severity.NOTE)
UNKNOWN = Finding.of(unverifiable("bundle.malformed"), subject="a.json")
ALTERED = Finding.of(altered("ledger.order"))
CASES = [
    ([], [Answer.SIGNED, Answer.DECLINED], Verdict.VALID, 0),
    ([NOTE], [Answer.SIGNED], Verdict.VALID, 0),
    ([], [Answer.SIGNED, Answer.MISSING], Verdict.INCOMPLETE, 3),
    ([UNKNOWN], [Answer.MISSING], Verdict.CANNOT_BE_VERIFIED, 2),
    ([], [Answer.REFUSED, Answer.MISSING], Verdict.CANNOT_BE_VERIFIED, 2),
    ([UNKNOWN, ALTERED], [Answer.MISSING], Verdict.ALTERED, 1),
]


@pytest.mark.parametrize(("findings", "answers", "verdict", "code"), CASES)
def test_the_worst_decides(findings, answers, verdict, code):
    report = Report(findings, [line(answer) for answer in answers])
    assert report.verdict is verdict
    assert report.verdict.exit_code == code
    for language in sentences.LANGUAGES:
        assert "…" not in report.say(language).says


def test_the_report_is_json():
    report = Report([UNKNOWN, ALTERED], [line(Answer.SIGNED), line(Answer.MISSING)], {"instrument": "x"})
    value = json.loads(json.dumps(report.as_json()))
    assert value["verdict"] == "altered"
    assert (value["signed"], value["missing"], value["of"]) == (1, 1, 2)
    assert [item["step"] for item in value["findings"]] == [1, 10]
    assert value["findings"][0]["subject"] == "a.json"
    assert "sentences" not in value["findings"][0], "written evidence holds no words that a later edition might change"
    told = report.told()
    assert all(set(finding["sentences"]) == {"fr", "de", "en"} for finding in told["findings"])


def test_verifying_imports_nothing_heavy():
    """Cold start counts: neither the web, nor the database, nor the libraries that write files or read CBOR."""
    code = "import sys, declaration.signing.verify; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    heavy = {
        "webauthn",
        "cbor2",
        "pyhanko",
        "sqlalchemy",
        "fastapi",
        "reportlab",
        "docx",
        "pikepdf",
        "typer",
        "rich",
        "yaml",
    }
    assert not loaded & (heavy | {"asn1crypto", "urllib3", "httpx", "lxml", "uharfbuzz"})
    assert "declaration.render" not in done.stdout
    assert "declaration.store" not in done.stdout


@pytest.mark.parametrize("detail", ["it cannot be read", "it cannot be read."])
def test_a_detail_stands_before_the_full_stop(detail):
    said = unverifiable("trust.root", file="seal-root.pem", detail=detail).message
    assert said.endswith("in which we publish it (it cannot be read).")
    assert "(" not in altered("trust.root", file="seal-root.pem").message
