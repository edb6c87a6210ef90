"""The default text and its acts: complete in four languages, well set, and every act does what it is there for."""

import re
from dataclasses import dataclass, field

import pytest

from declaration.ceremony import content
from declaration.drafting.amendment import Amendment, Delete, Insert, Replace, Retitle
from declaration.drafting.apply import apply
from declaration.drafting.consolidate import Carried, carry, consolidate, union
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
)
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


def derived(line, text):
    match line:
        case ReplaceLine(clause, language, words):
            return derive_replace(text, clause, language, words)
        case InsertLine(section, after, name, texts):
            return derive_insert(text, section, after, name, texts)
        case DeleteLine(clause):
            return derive_delete(text, clause)
        case MoveLine(clause, section, after):
            return derive_move(text, clause, after=after, section=section)
        case RetitleLine(section, language, words):
            return derive_retitle(text, section, language, words)


def amended(line, changes, version):
    found = in_reading_order([derived(change, version.text) for change in changes])
    return Amendment(line.id, line.by, version.digest, line.rationale, found)


def without_given(change, given):
    """Leave out what the depositary's words take the place of; None if nothing is left."""
    match change:
        case Replace(clause, language, _, _):
            return None if ("clause", clause, language) in given else change
        case Retitle(section, language, _, _):
            return None if ("title", section, language) in given else change
        case Delete(clause, _):
            return None if any(key[:2] == ("clause", clause) for key in given) else change
        case _:
            return change


@dataclass
class Played:
    """What came of the acts: the versions, and in each round what was carried and what had to be confirmed."""

    versions: list = field(default_factory=list)
    carried: dict = field(default_factory=dict)
    to_confirm: dict = field(default_factory=dict)
    open: dict = field(default_factory=dict)
    outcomes: dict = field(default_factory=dict)

    @property
    def version(self):
        return self.versions[-1]


def play(acts, text):
    """Play the acts with the drafting functions alone, as a service would."""
    played = Played([Version(1, None, text)])
    lines = {line.id: line for line in acts.amendments}
    for number in filter(None, acts.rounds):
        version = played.version
        for line in acts.amendments_in(number):
            played.open[line.id] = amended(line, line.changes, version)
        adopted, given = [], {}
        for decision in acts.decisions_in(number):
            for name in decision.amendments:
                played.outcomes[name] = decision.verdict
                if decision.verdict is Verdict.REVISE:
                    played.open[name] = amended(lines[name], decision.changes, version)
                else:
                    amendment = played.open.pop(name)
                    if decision.verdict in ADOPTING:
                        assert amendment.base == version.digest, name
                        adopted.append(amendment)
            for words in decision.texts:
                key = ("clause", words.clause) if isinstance(words, ReplaceLine) else ("title", words.section)
                given[(*key, words.language)] = words
        if adopted:
            adopt(played, number, adopted, given)
    return played


def adopt(played, number, adopted, given):
    old = played.version
    kept = []
    for amendment in adopted:
        changes = [left for change in amendment.changes if (left := without_given(change, given)) is not None]
        if changes:
            kept.append(
                Amendment(
                    amendment.id, amendment.by, amendment.base, amendment.rationale, tuple(map(fill(given), changes))
                )
            )
    consolidation = consolidate(old.text, kept)
    assert consolidation.groups == ()
    played.to_confirm[number] = consolidation.to_confirm
    inserted = {change.clause.id for change in consolidation.changes if isinstance(change, Insert)}
    own = [derived(words, old.text) for key, words in given.items() if key[1] not in inserted]
    changes = union(old.text, [consolidation.changes, own])
    new = apply(old.text, changes)
    played.versions.append(Version(old.number + 1, old.digest, new))
    for name, amendment in played.open.items():
        result = carry(amendment.changes, changes, old.text, new)
        played.carried[number, name] = result
        if isinstance(result, Carried):
            played.open[name] = Amendment(
                name, amendment.by, played.version.digest, amendment.rationale, result.changes
            )


def fill(given):
    """Return a function that puts the depositary's words into an inserted clause."""

    def filled(change):
        if not isinstance(change, Insert):
            return change
        words = {key[2]: line.text for key, line in given.items() if key[:2] == ("clause", change.clause.id)}
        clause = type(change.clause)(change.clause.id, {**change.clause.texts, **words})
        return Insert(change.section, change.after, clause)

    return filled


PLAYED = play(ACTS, TEXT)


def test_the_files_need_no_cleaning():
    assert (READ_TEXT.notes, READ_SIGNATORIES.notes, READ_ACTS.notes) == ((), (), ())


def test_the_text_has_the_shape_of_the_programme():
    assert TEXT.languages == LANGUAGES
    assert TEXT.missing() == ()
    assert all(section.title for section in TEXT.sections)
    kinds = [section.kind for section in TEXT.sections]
    assert kinds == [SectionKind.PREAMBLE, *[SectionKind.CHAPTER] * 5, SectionKind.CLOSING]
    for version in PLAYED.versions:
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


def wordings():
    for version in PLAYED.versions:
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
def test_every_text_is_well_set(language):
    for texts in wordings():
        text = texts[language]
        assert not BAD[language].search(text), text
        assert "  " not in text
        assert not suspicious_words(text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clause_ends_as_it_should(language):
    for version in PLAYED.versions:
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


def test_every_amendment_comes_to_an_end():
    assert PLAYED.open == {}
    assert set(PLAYED.outcomes) == {line.id for line in ACTS.amendments}
    assert [name for name, verdict in PLAYED.outcomes.items() if verdict not in ADOPTING] == ["A16", "A09"]


def test_amendments_collide_where_they_should():
    base = Version(1, None, TEXT)
    tabled = [amended(line, line.changes, base) for line in ACTS.amendments_in(1)]
    consolidation = consolidate(TEXT, tabled)
    assert [group.amendments for group in consolidation.groups] == [("A04", "A05"), ("A10", "A11", "A12")]
    first, second = ({reason.language for reason in group.reasons} for group in consolidation.groups)
    assert first == {"fr", "de", "en"}  # in Arabic the two would go together, but an amendment is one whole
    assert second == set(LANGUAGES)


def test_merged_clauses_are_those_that_the_depositary_confirms():
    confirmed = [clause for line in ACTS.decisions if line.verdict is Verdict.CONFIRM for clause in line.clauses]
    assert PLAYED.to_confirm == {1: tuple(confirmed), 2: ()}


def test_open_amendments_are_carried_one_of_them_in_conflict():
    assert {name: isinstance(result, Carried) for (_, name), result in PLAYED.carried.items()} == {
        "A05": False,
        "A08": True,
        "A17": True,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_versions_read_as_intended(language):
    """Each adopted replacement is there in the end, beside the others, in every language."""
    first, second, third = (version.text for version in PLAYED.versions)
    assert first == TEXT
    for version in PLAYED.versions:
        assert version.text.missing() == ()
    given = [words for line in ACTS.decisions for words in line.texts if words.language == language]
    for words in given:
        assert second.clause(words.clause).texts[language] == words.text
    (revised,) = (line for line in ACTS.decisions if line.verdict is Verdict.REVISE)
    words = {change.language: change.text for change in revised.changes}
    assert third.clause("inclusive-1").texts[language] == words[language]


def test_three_amendments_meet_in_one_clause():
    assert dict(PLAYED.version.text.clause("sustainable-2").texts) == {
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


def test_order_and_headings_of_the_last_version():
    assert [[clause.id for clause in section.clauses] for section in PLAYED.version.text.sections] == [
        ["preamble-1", "preamble-2", "preamble-3", "preamble-5", "preamble-6"],
        ["sustainable-1", "sustainable-2", "sustainable-3", "sustainable-4"],
        ["inclusive-1", "inclusive-2", "inclusive-3"],
        ["safe-3", "safe-1", "safe-2"],
        ["digital-1", "digital-2", "digital-4", "digital-3"],
        ["open-1", "open-2", "open-3"],
        ["closing-1", "closing-2", "closing-3", "closing-4"],
    ]
    assert PLAYED.version.text.section("open").title["de"] == "Die Stadt von morgen ist bezahlbar und offen für alle"


def taken(number, text):
    clauses = [clause.id for clause in text.clauses()]
    lines = ACTS.positions_in(number, signatories=CITIES, clauses=clauses)
    return [
        Position(line.signatory, line.clause, text.clause(line.clause).digest, Stance(line.stance), line.reservation)
        for found in lines.values()
        for line in found
    ]


def test_positions_of_the_first_round():
    _, second, _ = (version.text for version in PLAYED.versions)
    first = matrix(second, CITIES, taken(1, second))
    assert len(first.cells) == 35 * len(list(second.clauses()))
    assert [(found.clause, found.objections) for found in first.blocking()] == [("digital-2", ("chemnitz",))]
    assert sum(first.agreement(clause).reservations for clause in first.clauses) == 8
    assert sum(first.agreement(clause).abstentions for clause in first.clauses) == 1


def test_positions_go_stale_and_are_confirmed_again():
    _, second, third = (version.text for version in PLAYED.versions)
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


def test_the_late_amendment_is_refused_for_nothing_but_its_lateness():
    (late,) = ACTS.late
    amendment = amended(late, late.changes, PLAYED.version)
    assert consolidate(PLAYED.version.text, [amendment]).merged == (late.id,)
