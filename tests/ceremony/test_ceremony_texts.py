"""Any declaration of the form: scripts, shapes, ids and names; nothing is lost, whatever the fonts hold."""

import json
import re
import unicodedata

import pytest
import yaml
from ceremony_runs import SAMPLES, own_database, record_of

THREE = [
    {"id": "haifa", "city": "Haifa", "native": "חיפה", "country": "IL"},
    {"id": "seoul", "city": "Seoul", "native": "서울", "country": "KR"},
    {"id": "xian", "city": "Xi’an", "native": "西安", "country": "CN"},
]
SCRIPTS = sorted(path.stem for path in SAMPLES.glob("*.yaml"))
ACTED = ("ar", "bn", "ja", "th")
"""Scripts in which amendments, reservations and reasons are written as well."""


@pytest.fixture
def play(server, tmp_path):
    """Play a text (and signatories, and acts) given as values, and return how the command ended."""

    def run(text=None, signatories=THREE, acts=None, **given):
        arguments = ["ceremony", "--out", tmp_path / "out"]
        for name, value in {"text": text, "signatories": {"signatories": signatories}, "acts": acts, **given}.items():
            if value is None:
                continue
            file = tmp_path / name
            if isinstance(value, bytes):
                file.write_bytes(value)
            else:  # JSON is YAML, and keeps every character as it is
                file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
            arguments += [f"--{name}", file]
        return server.run(*arguments)

    return run


def text_of(*sections, languages=("en",), title=None, name="plain"):
    return {
        "id": name,
        "languages": list(languages),
        "title": title or dict.fromkeys(languages, "A declaration"),
        "sections": list(sections),
    }


def section(*clauses, name="one", kind="chapter", title=None):
    given = {"title": title} if title else {}
    return {
        "id": name,
        "kind": kind,
        **given,
        "clauses": [{"id": f"{name}-{n}", "text": clause} for n, clause in enumerate(clauses, 1)],
    }


def valid(ended, folder, count=3):
    """Is it played to the end, and does the written text hold what was given? Return declaration.json."""
    assert (ended.status, ended.complained) == (0, ""), ended.said[-3000:] + ended.complained
    document = json.loads((folder / "declaration.json").read_bytes())
    assert len(document["roster"]) == count
    assert re.search(rf"all {count} signatories have answered", ended.said)
    return document


def words(document):
    found = document["version"]
    return {
        clause["id"]: {language: text["text"] for language, text in clause["texts"].items()}
        for section in found["sections"]
        for clause in section["clauses"]
    }


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_signed_as_it_stands(name, play, tmp_path):
    source = (SAMPLES / f"{name}.yaml").read_bytes()
    text = yaml.safe_load(source)
    given = {c["id"]: c["text"] for s in text["sections"] for c in s["clauses"]}
    acts = acts_in(text) if name in ACTED else None
    ended = play(source, acts=acts)
    document = valid(ended, tmp_path / "out")
    held = words(document)
    if acts is not None:
        first, second = list(given)[1:3]
        language = text["languages"][0]
        assert held.pop("new")[language] == given[second][language]
        given[first] = held[first]  # replaced
        reserved = [line["reservation"] for line in document["reservations"]]
        assert reserved == [given[second][language]]
        decline = json.loads((tmp_path / "out" / "declines" / "xian.json").read_bytes())
        assert given[second][language] in decline["statement"]
    assert held == given
    assert "no glyph" not in ended.said
    record = record_of(own_database(tmp_path / "out"), text["id"])
    assert record.answers == dict.fromkeys(("haifa", "seoul", "xian"), 1)


def acts_in(text):
    """Acts in the words of the text itself: a replacement, an insertion, a reservation, a decline."""
    language = text["languages"][0]
    clauses = text["sections"][1]["clauses"]
    first, second = (clause["id"] for clause in clauses[:2])
    one, two = (clause["text"][language] for clause in clauses[:2])
    return {
        "amendments": [
            {
                "id": "A1",
                "by": "workshop",
                "rationale": two,
                "changes": [{"replace": {"clause": first, "language": language, "text": f"{two} {one}"}}],
            },
            {
                "id": "A2",
                "by": "workshop",
                "rationale": one,
                "changes": [
                    {
                        "insert": {
                            "section": text["sections"][1]["id"],
                            "after": second,
                            "id": "new",
                            "text": {language: two},
                        }
                    }
                ],
            },
        ],
        "decisions": [{"adopt": ["A1", "A2"]}],
        "positions": [
            {"signatory": "all", "clause": "all", "stance": "accept"},
            {"signatory": "seoul", "clause": second, "stance": "accept-with-reservation", "reservation": two},
        ],
        "declines": [{"signatory": "xian", "reason": two}],
    }


def test_the_default_acts_play_for_whoever_is_on_the_list(play, tmp_path):
    here = [
        {"id": "strasbourg", "city": "Strasbourg", "native": "Strasbourg", "country": "FR"},
        {"id": "venlo", "city": "Venlo", "native": "Venlo", "country": "NL"},
        {"id": "nowhere", "city": "Nowhere", "native": "Nowhere", "country": "GB"},
    ]
    ended = play(signatories=here)
    document = valid(ended, tmp_path / "out")
    assert {line["signatory"] for line in document["reservations"]} == {"strasbourg"}
    assert (tmp_path / "out" / "declines" / "venlo.json").exists()
    record = record_of(own_database(tmp_path / "out"), "duesseldorf-2019")
    assert record.kinds["amendment.tabled"] >= 12
    assert record.kinds["positions.taken"] >= 4


def test_the_smallest_text_with_unusual_ids(play, tmp_path):
    text = text_of(
        {"id": "A.b-C_d", "kind": "closing", "clauses": [{"id": "9", "text": {"no": "Nei."}}]}, name="X.Y-Z_1"
    )
    text |= {"languages": ["no"], "title": {"no": "Ja"}}
    people = [{"id": "Paris.2", "city": "Paris", "native": "Paris", "country": "FR"}]
    assert words(valid(play(text, people), tmp_path / "out", 1)) == {"9": {"no": "Nei."}}


NAMES = [
    {
        "id": "checkpoint",
        "city": "Θεσσαλονίκη",
        "native": "Θεσσαλονίκη",
        "country": "GR",
        "name": "Δήμαρχος Θεσσαλονίκης",
    },
    {"id": "instrument.pdf", "city": "西安", "native": "西安", "country": "CN", "name": "西安市市长", "office": "市长"},
    {"id": "x.decline.json", "city": "서울", "native": "서울", "country": "KR", "name": "서울특별시장"},
    {"id": "x.signature.json", "city": "القدس", "native": "القدس", "country": "PS", "name": "رئيس بلدية القدس"},
    {"id": "y.decline.json", "city": "Köln", "native": "Köln", "country": "DE"},
    {"id": "x", "city": "חיפה", "native": "חיפה", "country": "IL", "name": "ראש עיריית חיפה"},
    {"id": "a.p7s", "city": "[red]Rot[/red]", "native": "[/]", "country": "DE", "name": "[bold]Mayor[/] \\(x\\) <&>"},
    {"id": "a", "city": "W" * 64, "native": "م" * 64, "country": "GB", "name": "N" * 64, "office": "O" * 64},
    {"id": "CON", "city": "Łódź", "native": "Łódź", "country": "PL", "name": '"Lord" Mayor, O=Evil, C=XX'},
]


def test_names_and_ids_of_every_kind(play, tmp_path):
    acts = {"declines": [{"signatory": "x.decline.json", "reason": "[/] <b>&amp;</b> (\\051) %PDF-1.7"}]}
    document = valid(play(text_of(section({"en": "We."})), NAMES, acts), tmp_path / "out", len(NAMES))
    assert [line["name"] for line in document["roster"]] == [person.get("name", "Mayor of Köln") for person in NAMES]
    written = {path.name for path in (tmp_path / "out" / "signatures").iterdir()}
    signed = [person["id"] for person in NAMES if person["id"] != "x.decline.json"]
    assert written == {f"{who}.{ending}" for who in signed for ending in ("json", "p7s")}
    assert [path.name for path in (tmp_path / "out" / "declines").iterdir()] == ["x.decline.json.json"]


def test_what_no_font_can_draw_is_reported_and_signed_all_the_same(play, tmp_path):
    clause = {"en": "We 👩🏽‍🚒 and 🇩🇪 live ❤️ together: ሰላም, བཀྲ་ཤིས, 𓀀, \U0001f9ff."}
    people = [*THREE, {"id": "lhasa", "city": "Lhasa", "native": "ལྷ་ས", "country": "CN", "name": "Mayor 🦁"}]
    ended = play(text_of(section(clause)), people)
    document = valid(ended, tmp_path / "out", 4)
    assert words(document) == {"one-1": clause}
    assert document["roster"][3]["native"] == "ལྷ་ས"
    assert "no glyph: U+1F469" in ended.said
    assert "no glyph: U+1F981" in ended.said
    # the same command again has nothing to draw, and still says what is missing nowhere in the record
    again = play(text_of(section(clause)), people)
    assert again.status == 0


def test_decomposed_text_and_noise_are_cleaned_with_a_note(play, tmp_path):
    clean = {"fr": "Nous, les élus, vivons à l’étranger.", "de": "Zusammenleben über alle Grenzen"}
    noisy = {
        "fr": "\ufeff" + unicodedata.normalize("NFD", clean["fr"]).replace("vivons", "vi\u200bvons"),
        "de": unicodedata.normalize("NFD", "Zu\u00adsammen\u00adleben über alle\u2060 Gren\u00adzen"),
    }
    text = text_of(section(noisy), languages=("fr", "de"))
    source = b"\xef\xbb\xbf" + json.dumps(text, ensure_ascii=False).encode()
    ended = play(source)
    assert words(valid(ended, tmp_path / "out")) == {"one-1": clean}
    notes = [line for line in ended.said.splitlines() if "cleaned:" in line]
    joined = " ".join(ended.said.split())
    assert len(notes) >= 3
    for seen in (
        "byte order mark",
        "sections[0].clauses[0].text.fr",
        "sections[0].clauses[0].text.de",
        "U+00AD",
        "NFC",
    ):
        assert seen in joined, seen


def test_long_and_awkward_paragraphs(play, tmp_path):
    clauses = [
        {"en": "W" * 3000},
        {"en": "word " * 3999 + "end."},
        {"en": "a" + "\u0301\u0323" * 7 + " <script>alert('x')</script> ${x} {{y}} %s \\n [/] \u00a0\u202f—"},
        {"en": "1. – 2) • (c) ¶ § № ½ ² ‰ † ‡ … “x” ‘y’ «z» ‹w› „v“"},
    ]
    clauses[2]["en"] = unicodedata.normalize("NFC", clauses[2]["en"]).strip()
    text = text_of(section(*clauses), title={"en": "T" * 300})
    assert words(valid(play(text, THREE[:1]), tmp_path / "out", 1)) == {
        f"one-{n}": clause for n, clause in enumerate(clauses, 1)
    }


def test_a_clause_is_deleted_after_positions_were_taken_on_it(play, tmp_path):
    acts = {
        "amendments": [
            {"id": "A1", "by": "w", "round": 2, "rationale": "Shorter.", "changes": [{"delete": {"clause": "one-1"}}]},
            {
                "id": "A2",
                "by": "w",
                "round": 2,
                "rationale": "Longer.",
                "changes": [{"replace": {"clause": "one-2", "language": "en", "text": "Two and more."}}],
            },
        ],
        "decisions": [{"adopt": ["A1", "A2"], "round": 2}],
        "positions": [
            {"signatory": "all", "clause": "all", "stance": "accept"},
            {"signatory": "seoul", "clause": "one-1", "stance": "accept-with-reservation", "reservation": "Not all."},
        ],
    }
    document = valid(play(text_of(section({"en": "One."}, {"en": "Two."})), acts=acts), tmp_path / "out")
    assert words(document) == {"one-2": {"en": "Two and more."}}
    assert document["reservations"] == []


def test_many_long_reservations_are_taken_in_several_statements(play, tmp_path):
    clauses = [{"en": f"Clause {number}."} for number in range(12)]
    reservation = '“Only” as far as "the law" allows, ' * 110
    acts = {
        "positions": [
            {
                "signatory": "seoul",
                "clause": "all",
                "stance": "accept-with-reservation",
                "reservation": reservation.strip(),
            }
        ]
    }
    document = valid(play(text_of(section(*clauses)), acts=acts), tmp_path / "out")
    assert len(document["reservations"]) == 12
    assert record_of(own_database(tmp_path / "out"), "plain").kinds["positions.taken"] > 1
