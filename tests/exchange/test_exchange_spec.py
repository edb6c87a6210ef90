"""docs/spec/exchange.md: its examples are read as they stand, and no slip of the pen in them goes unexplained."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.drafting import hygiene, text
from declaration.errors import InputRefused
from declaration.exchange import (
    acts_decisions,
    json_source,
    signatories_json,
    tree,
    word_body,
    word_package,
    xml_source,
    yaml_source,
)
from declaration.exchange.acts import FINAL, Verdict
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text, write_text
from declaration.exchange.word_refusals import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
SPEC = (ROOT / "docs/spec/exchange.md").read_text(encoding="utf-8")
AKOMA = (ROOT / "docs/spec/akoma.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^```(?:yaml|json) (\w+)\n(.*?)^```$", SPEC, re.MULTILINE | re.DOTALL))
TEXT = read_text(EXAMPLES["text"].encode(), file="text.yaml")
SIGNATORIES = read_signatories(EXAMPLES["signatories"].encode(), file="signatories.json")
CITIES = [line.id for line in SIGNATORIES.signatories]


def acts(source):
    return read_acts(source.encode(), file="acts.yaml", text=TEXT.text, signatories=CITIES)


def test_the_examples_are_read_without_notes():
    assert TEXT.notes == SIGNATORIES.notes == acts(EXAMPLES["acts"]).notes == ()
    assert TEXT.text.missing() == ()
    assert read_text(write_text(TEXT.text), file="x").text == TEXT.text


def test_the_acts_decide_every_amendment_once():
    found = acts(EXAMPLES["acts"]).acts
    decided = [name for line in found.decisions if line.verdict in FINAL for name in line.amendments]
    assert sorted(decided) == [line.id for line in found.amendments]
    assert {line.verdict for line in found.decisions} == FINAL
    assert found.rounds == (1, 2)
    everyone = found.positions_in(1, signatories=CITIES, clauses=["mobility-1", "mobility-2"])
    assert [(line.clause, line.stance) for line in everyone["rabat"]] == [
        ("mobility-1", "accept-with-reservation"),
        ("mobility-2", "accept"),
    ]


def test_the_acts_apply_to_the_text(play_acts):
    played = play_acts(acts(EXAMPLES["acts"]).acts, TEXT.text)
    assert [version.number for version in played.versions] == [1, 2]
    assert played.open == {}
    last = played.version.text
    assert last.missing() == ()
    assert last.section("mobility").title["de"] == "Unterwegs"
    assert [(clause.id, clause.texts["en"]) for clause in last.section("mobility").clauses] == [
        ("mobility-3", "We will publish our results every year from 2021."),
        ("mobility-1", "We will develop reliable public transport."),
        ("mobility-2", "We will build safe cycle routes in every district."),
        ("mobility-4", "We will widen narrow pavements."),
    ]


def test_the_table_of_limits_is_true():
    table = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", SPEC, re.MULTILINE))
    assert table["YAML file"] == f"{yaml_source.MAX_BYTES // 2**20} MiB"
    assert table["JSON file"] == f"{json_source.MAX_BYTES // 2**20} MiB"
    assert table["nesting in YAML"] == str(yaml_source.MAX_DEPTH)
    assert table["texts, lists and mappings in a YAML file"] == f"{yaml_source.MAX_NODES:,}"
    assert table["items of one list"] == f"{tree.MAX_ITEMS:,}"
    assert table["one text"] == f"{hygiene.MAX_LENGTH:,} code points"
    assert table["name, office, city of a signatory"] == f"{signatories_json.MAX_NAME} code points"
    assert table["languages"] == str(text.MAX_LANGUAGES)
    assert table["rounds"] == str(acts_decisions.MAX_ROUND)
    assert {str(verdict) for verdict in Verdict} <= set(re.findall(r"^\| `([^`]+)` \|", SPEC, re.MULTILINE))


def limits(page):
    return dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", page, re.MULTILINE))


def test_the_limits_of_documents_are_true():
    word, akoma = limits(SPEC), limits(AKOMA)
    assert word["Word document"] == f"{word_package.MAX_FILE // 2**20} MiB"
    assert word["parts"] == str(word_package.MAX_ENTRIES)
    assert word["one part, unpacked"] == f"{word_package.MAX_PART // 2**20} MiB"
    assert word["all XML, unpacked"] == f"{word_package.MAX_UNPACKED // 2**20} MiB"
    assert word["elements of a document"] == f"{word_body.MAX_ELEMENTS:,}"
    assert word["nesting in a document"] == str(word_body.MAX_DEPTH)
    assert word["paragraphs"] == f"{word_body.MAX_PARAGRAPHS:,}"
    assert akoma["bytes of a file"] == f"{xml_source.MAX_BYTES // 2**20} MiB"
    assert akoma["nesting"] == str(xml_source.MAX_DEPTH)
    assert akoma["elements"] == f"{xml_source.MAX_ELEMENTS:,}"
    assert akoma["attributes of an element"] == str(xml_source.MAX_ATTRIBUTES)


def test_every_reason_to_refuse_a_document_is_explained_and_no_other():
    files = [*(ROOT / "declaration/exchange").glob("*.py"), ROOT / "declaration/services/akoma.py"]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    made = set(re.findall(r"""["']((?:word|xml|akn)\.[a-z-]+)["']""", code))
    made |= {f"xml.{name}" for name in ("depth", "elements", "attributes")}
    made |= {f"word.{name}" for name in ("depth", "elements", "paragraphs")}
    told = set(re.findall(r"`((?:word|xml|akn)\.[a-z-]+)`", SPEC + AKOMA))
    assert made - told == set()
    assert told - made == set()
    assert set(SENTENCES) == set(re.findall(r"`([a-z-]+)`", SPEC.partition("### 5.3")[2].partition("### 5.4")[0]))


def slips(source):
    """Lines of a file with one of them lost, doubled, moved, cut or indented otherwise."""
    lines = source.splitlines()
    places = st.integers(0, len(lines) - 1)

    def slip(kind, at, other):
        line = lines[at]
        match kind:
            case "lost":
                changed = [*lines[:at], *lines[at + 1 :]]
            case "doubled":
                changed = [*lines[: at + 1], line, *lines[at + 1 :]]
            case "moved":
                rest = [*lines[:at], *lines[at + 1 :]]
                changed = [*rest[:other], line, *rest[other:]]
            case "cut":
                changed = [*lines[:at], line[: other % (len(line) + 1)], *lines[at + 1 :]]
            case _:
                changed = [*lines[:at], "  " + line, *lines[at + 1 :]]
        return "\n".join(changed)

    return st.builds(slip, st.sampled_from(["lost", "doubled", "moved", "cut", "indented"]), places, places)


@settings(max_examples=120, deadline=None)
@given(slips(EXAMPLES["acts"]))
def test_a_slip_in_the_acts_is_read_or_explained(source):
    try:
        acts(source)
    except InputRefused as error:
        place = error.message
    else:
        place = "acts.yaml, line 1"
    assert re.match(r"acts\.yaml, line \d+", place)


@settings(max_examples=80, deadline=None)
@given(slips(EXAMPLES["text"]))
def test_a_slip_in_the_text_is_read_or_explained(source):
    try:
        read_text(source.encode(), file="text.yaml")
    except InputRefused as error:
        place = error.message
    else:
        place = "text.yaml, line 1"
    assert re.match(r"text\.yaml, line \d+", place)
