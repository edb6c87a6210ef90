"""The default text and its acts: complete in four languages, well set, and every act does what it is there for."""

import re

import pytest

from declaration.ceremony import content
from declaration.drafting.consolidate import Carried, consolidate
from declaration.drafting.hygiene import suspicious_words
from declaration.drafting.positions import Position, Stance, matrix
from declaration.drafting.text import SectionKind, Version
from declaration.exchange.acts import (
    DeleteLine,
    InsertLine,
    MoveLine,
    ReplaceLine,
    RetitleLine,
    Verdict,
)
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.signatories_json import read_signatories
from declaration.exchange.text_yaml import read_text

READ_TEXT = read_text(content.TEXT.read_bytes(), file=content.TEXT.name)
READ_SIGNATORIES = read_signatories(content.SIGNATORIES.read_bytes(), file=content.SIGNATORIES.name)
TEXT = READ_TEXT.text
CITIES = [line.id for line in READ_SIGNATORIES.signatories]
READ_ACTS = read_acts(content.ACTS.read_bytes(), file=content.ACTS.name, text=TEXT, signatories=CITIES)
ACTS = READ_ACTS.acts
LANGUAGES = ("fr", "de", "en", "ar")
ADOPTING = {Verdict.ADOPT, Verdict.ADOPT_MODIFIED, Verdict.RESOLVE}


@pytest.fixture(scope="module")
def played(play_acts):
    return play_acts(ACTS, TEXT)


def test_the_files_need_no_cleaning():
    assert (READ_TEXT.notes, READ_SIGNATORIES.notes, READ_ACTS.notes) == ((), (), ())


def test_the_text_has_the_shape_of_the_programme(played):
    assert TEXT.languages == LANGUAGES
    assert TEXT.missing() == ()
    assert all(section.title for section in TEXT.sections)
    kinds = [section.kind for section in TEXT.sections]
    assert kinds == [SectionKind.PREAMBLE, *[SectionKind.CHAPTER] * 5, SectionKind.CLOSING]
    for version in played.versions:
        chapters = [section for section in version.text.sections if section.kind is SectionKind.CHAPTER]
        assert all(2 <= len(section.clauses) <= 4 for section in chapters)


def test_the_file_says_that_it_is_a_working_draft():
    head = content.TEXT.read_text(encoding="utf-8")[:700]
    assert "Working draft" in head
    assert "not the historical text" in head
    assert "Projet de travail" in head
    assert "pas le texte\n# historique" in head


def test_the_signatories_are_35_offices():
    assert len(CITIES) == 35
    assert all(line.name == f"Mayor of {line.city}" for line in READ_SIGNATORIES.signatories)


def wordings(played):
    for version in played.versions:
        yield version.text.title
        for section in version.text.sections:
            yield section.title
            yield from (clause.texts for clause in section.clauses)


BAD = {
    "fr": re.compile(r"['\"]|(?<!\u202f)[;:!?»%](?!\S)|«(?!\u202f)"),
    "de": re.compile(r"['\"]|(?<!\u202f)%| - "),
    "en": re.compile(r"['\"]| - "),
    "ar": re.compile(r"['\",;?]"),
}
"""What a typesetter would mark: straight quotes, missing narrow spaces, hyphens for dashes, Latin marks in Arabic."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_well_set(language, played):
    for texts in wordings(played):
        text = texts[language]
        assert not BAD[language].search(text), text
        assert "  " not in text
        assert not suspicious_words(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clause_ends_as_it_should(language, played):
    for version in played.versions:
        for section in version.text.sections:
            for clause in section.clauses:
                last = clause.texts[language][-1]
                assert last in ("،,:" if section.kind is SectionKind.PREAMBLE else "."), clause.id


def test_acts_are_of_every_kind():
    kinds = {type(change) for line in ACTS.amendments for change in line.changes}
    assert kinds == {ReplaceLine, InsertLine, DeleteLine, MoveLine, RetitleLine}
    assert len(ACTS.amendments) == 18
    assert {decision.verdict for decision in ACTS.decisions} == set(Verdict)
    assert {drafter.id for drafter in ACTS.drafters} == {line.by for line in (*ACTS.amendments, *ACTS.late)}
    assert ACTS.rounds == (1, 2)


def test_every_amendment_comes_to_an_end(played):
    assert played.open == {}
    assert set(played.outcomes) == {line.id for line in ACTS.amendments}
    assert [name for name, verdict in played.outcomes.items() if verdict not in ADOPTING] == ["A16", "A09"]


def test_amendments_collide_where_they_should(amend):
    base = Version(1, None, TEXT)
    tabled = [amend(line, base) for line in ACTS.amendments_in(1)]
    consolidation = consolidate(TEXT, tabled)
    assert [group.amendments for group in consolidation.groups] == [("A04", "A05"), ("A10", "A11", "A12")]
    first, second = ({reason.language for reason in group.reasons} for group in consolidation.groups)
    assert first == {"fr", "de", "en"}  # in Arabic the two would go together, but an amendment is one whole
    assert second == set(LANGUAGES)


def test_merged_clauses_are_those_that_the_depositary_confirms(played):
    confirmed = [clause for line in ACTS.decisions if line.verdict is Verdict.CONFIRM for clause in line.clauses]
    assert played.to_confirm == {1: tuple(confirmed), 2: ()}


def test_open_amendments_are_carried_one_of_them_in_conflict(played):
    assert {name: isinstance(result, Carried) for (_, name), result in played.carried.items()} == {
        "A05": False,
        "A08": True,
        "A17": True,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_versions_read_as_intended(language, played):
    """Each adopted replacement is there in the end, beside the others, in every language."""
    first, second, third = (version.text for version in played.versions)
    assert first == TEXT
    for version in played.versions:
        assert version.text.missing() == ()
    given = [words for line in ACTS.decisions for words in line.texts if words.language == language]
    for words in given:
        assert second.clause(words.clause).texts[language] == words.text
    (revised,) = (line for line in ACTS.decisions if line.verdict is Verdict.REVISE)
    words = {change.language: change.text for change in revised.changes}
    assert third.clause("inclusive-1").texts[language] == words[language]


def test_three_amendments_meet_in_one_clause(played):
    assert dict(played.version.text.clause("sustainable-2").texts) == {
        "fr": (
            "Nous réduirons d’année en année les émissions de CO₂ dues aux transports et ferons de la mobilité verte "
            "une réalité. Chaque ville fixera son objectif pour 2030 et sa trajectoire vers la neutralité climatique, "
            "publiera ses résultats tous les ans selon une méthode commune et orientera ses marchés publics vers des "
            "véhicules à zéro émission, à commencer par les autobus."
        ),
        "de": (
            "Wir senken die CO₂-Emissionen des Verkehrs Jahr für Jahr und machen grüne Mobilität zur Wirklichkeit. "
            "Jede Stadt legt ihr Ziel für das Jahr 2030 und ihren Weg zur Klimaneutralität fest, veröffentlicht "
            "jährlich ihre nach einer gemeinsamen Methode ermittelten Ergebnisse und richtet ihre Beschaffung auf "
            "emissionsfreie Fahrzeuge aus, beginnend mit den Linienbussen."
        ),
        "en": (
            "We will reduce CO₂ emissions from transport year by year and make green mobility a reality. Each city "
            "will set its own target for 2030 and its path to climate neutrality, publish its results annually using "
            "a common method and steer its public procurement towards zero-emission vehicles, starting with buses."
        ),
        "ar": (
            "سنخفّض عاماً بعد عام انبعاثات ثاني أكسيد الكربون الناجمة عن النقل، وسنجعل التنقل الأخضر واقعاً. وتحدد "
            "كل مدينة هدفها لعام 2030 ومسارها نحو الحياد المناخي، وتنشر نتائجها سنوياً وفق منهجية مشتركة، وتوجّه "
            "مشترياتها العامة نحو المركبات العديمة الانبعاثات، بدءاً بالحافلات."
        ),
    }


def test_order_and_headings_of_the_last_version(played):
    assert [[clause.id for clause in section.clauses] for section in played.version.text.sections] == [
        ["preamble-1", "preamble-2", "preamble-3", "preamble-5", "preamble-6"],
        ["sustainable-1", "sustainable-2", "sustainable-3", "sustainable-4"],
        ["inclusive-1", "inclusive-2", "inclusive-3"],
        ["safe-3", "safe-1", "safe-2"],
        ["digital-1", "digital-2", "digital-4", "digital-3"],
        ["open-1", "open-2", "open-3"],
        ["closing-1", "closing-2", "closing-3", "closing-4"],
    ]
    assert played.version.text.section("open").title["de"] == "Die Stadt von morgen ist bezahlbar und offen für alle"


def taken(number, text):
    clauses = [clause.id for clause in text.clauses()]
    lines = ACTS.positions_in(number, signatories=CITIES, clauses=clauses)
    return [
        Position(line.signatory, line.clause, text.clause(line.clause).digest, Stance(line.stance), line.reservation)
        for found in lines.values()
        for line in found
    ]


def test_positions_of_the_first_round(played):
    _, second, _ = (version.text for version in played.versions)
    first = matrix(second, CITIES, taken(1, second))
    assert len(first.cells) == 35 * len(list(second.clauses()))
    assert [(found.clause, found.objections) for found in first.blocking()] == [("digital-2", ("chemnitz",))]
    assert sum(first.agreement(clause).reservations for clause in first.clauses) == 8
    assert sum(first.agreement(clause).abstentions for clause in first.clauses) == 1


def test_positions_go_stale_and_are_confirmed_again(played):
    _, second, third = (version.text for version in played.versions)
    between = matrix(third, CITIES, taken(1, second))
    for city in CITIES:
        assert between.stale(city) == ("sustainable-2", "inclusive-1", "digital-2")
    assert between.agreement("digital-4").silent == tuple(CITIES)
    last = matrix(third, CITIES, [*taken(1, second), *taken(2, third)])
    assert last.blocking() == ()
    assert len(last.cells) == 35 * len(list(third.clauses()))
    reserved = {key for key, cell in last.cells.items() if cell.position.stance is Stance.ACCEPT_WITH_RESERVATION}
    assert len(reserved) == 8
    assert {("strasbourg", "sustainable-2"), ("tunis", "digital-2")} < reserved


def test_one_mayor_declines_with_a_reason():
    ((signatory, reason),) = ((line.signatory, line.reason) for line in ACTS.declines)
    assert signatory in CITIES
    assert "mandate" in reason


def test_the_late_amendment_is_refused_for_nothing_but_its_lateness(played, amend):
    (late,) = ACTS.late
    amendment = amend(late, played.version)
    assert consolidate(played.version.text, [amendment]).merged == (late.id,)
