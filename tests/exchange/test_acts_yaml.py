"""The acts of a summit as YAML: every spelling comes to one model, every slip is named with line and field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.errors import InputRefused
from declaration.exchange.acts import (
    ALL,
    Acts,
    AmendmentLine,
    DecisionLine,
    DeclineLine,
    DeleteLine,
    DrafterLine,
    InsertLine,
    MoveLine,
    PositionLine,
    ReplaceLine,
    RetitleLine,
    Verdict,
)
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.text_yaml import read_text

TEXT = read_text(
    b"""\
id: example
languages: [fr, no]
title: {fr: Titre, no: Tittel}
sections:
  - {id: s1, kind: chapter, clauses: [{id: c1, text: {fr: Un, no: En}}, {id: c2, text: {fr: Deux, no: To}}]}
  - {id: s2, kind: chapter, clauses: [{id: c3, text: {fr: Trois, no: Tre}}]}
""",
    file="text.yaml",
).text

AMENDMENTS = """\
amendments:
  - {id: A1, by: w, changes: [{replace: {clause: c1, language: fr, text: Premier}}]}
  - {id: A2, by: w, changes: [{replace: {clause: c1, language: fr, text: Une}}]}
  - {id: A3, by: w, changes: [{delete: {clause: c2}}], round: 2}
"""


def read(source):
    return read_acts(source.encode(), file="acts.yaml", text=TEXT, signatories=["haifa", "rabat"]).acts


def changes(source):
    (amendment,) = read(f"amendments:\n  - id: A1\n    by: w\n    changes:\n{source}").amendments
    return amendment.changes


def decisions(source):
    return read(AMENDMENTS + source).decisions


def test_nothing_is_needed():
    assert read("positions: []") == Acts()
    assert read("{}") == Acts()
    assert Acts().rounds == ()


CHANGES = {
    "replace": ("      - replace: {clause: c1, language: no, text: Én}", [ReplaceLine("c1", "no", "Én")]),
    "replace in several languages": (
        "      - replace:\n          clause: c1\n          text: {fr: L’un, no: Én}",
        [ReplaceLine("c1", "fr", "L’un"), ReplaceLine("c1", "no", "Én")],
    ),
    "replace, flat": ("      - {op: replace, clause: c1, language: fr, text: X}", [ReplaceLine("c1", "fr", "X")]),
    "replace, indented too little": (
        "      - replace:\n        clause: c1\n        language: fr\n        text: X",
        [ReplaceLine("c1", "fr", "X")],
    ),
    "insert": (
        "      - insert: {section: s1, after: c1, id: c4, text: {fr: Neuf, no: Ny}}",
        [InsertLine("s1", "c1", "c4", {"fr": "Neuf", "no": "Ny"})],
    ),
    "insert at the head": (
        "      - insert: {section: s1, after: null, id: c4, text: {fr: Neuf, no: Ny}}",
        [InsertLine("s1", None, "c4", {"fr": "Neuf", "no": "Ny"})],
    ),
    "insert after a new clause": (
        """\
      - insert: {section: s1, after: c5, id: c4, text: {fr: Neuf, no: Ny}}
      - insert: {section: s1, id: c5, text: {fr: Neuf, no: Ny}}""",
        [
            InsertLine("s1", "c5", "c4", {"fr": "Neuf", "no": "Ny"}),
            InsertLine("s1", None, "c5", {"fr": "Neuf", "no": "Ny"}),
        ],
    ),
    "delete": ("      - delete: {clause: c1}", [DeleteLine("c1")]),
    "delete, short": ("      - delete: c1", [DeleteLine("c1")]),
    "delete, flat": ("      - {op: delete, clause: c1}", [DeleteLine("c1")]),
    "move": ("      - move: {clause: c1, after: c2}", [MoveLine("c1", None, "c2")]),
    "move, short": ("      - {move: c1, after: c2}", [MoveLine("c1", None, "c2")]),
    "move to the head": ("      - move: {clause: c2, after: null}", [MoveLine("c2", None, None)]),
    "move to another section": ("      - move: {clause: c2, section: s2}", [MoveLine("c2", "s2", None)]),
    "retitle": ("      - retitle: {section: s1, language: fr, text: T}", [RetitleLine("s1", "fr", "T")]),
    "retitle the declaration": ("      - retitle: {language: fr, text: T}", [RetitleLine(None, "fr", "T")]),
    "retitle the declaration by name": (
        "      - retitle: {section: declaration, text: {fr: T, no: U}}",
        [RetitleLine(None, "fr", "T"), RetitleLine(None, "no", "U")],
    ),
}


@pytest.mark.parametrize(("source", "expected"), CHANGES.values(), ids=CHANGES)
def test_spellings_of_a_change(source, expected):
    assert changes(source) == tuple(expected)


def test_a_single_change_needs_no_list():
    (amendment,) = read("amendments:\n  - {id: A1, by: w, changes: {delete: c1}}").amendments
    assert amendment.changes == (DeleteLine("c1"),)


def test_a_language_may_be_left_out_where_there_is_only_one():
    text = read_text(b"{id: x, languages: [fr], title: {fr: T}, sections: []}", file="x").text
    source = b"amendments: [{id: A1, by: w, changes: [{retitle: {text: U}}]}]"
    assert read_acts(source, file="x", text=text).acts.amendments[0].changes == (RetitleLine(None, "fr", "U"),)


FIRST, SECOND = ReplaceLine("c1", "fr", "X"), ReplaceLine("c1", "no", "Y")
DECISIONS = {
    "adopt": ("decisions: [{adopt: [A1, A2]}]", [DecisionLine(Verdict.ADOPT, ("A1", "A2"))]),
    "adopt one": ("decisions: [{adopt: A1}]", [DecisionLine(Verdict.ADOPT, ("A1",))]),
    "adopt, flat": ("decisions: [{amendment: A1, decision: adopt}]", [DecisionLine(Verdict.ADOPT, ("A1",))]),
    "adopted, flat": ("decisions: [{amendment: A1, state: adopted}]", [DecisionLine(Verdict.ADOPT, ("A1",))]),
    "adopt, by amendment": ("decisions: {A1: adopt}", [DecisionLine(Verdict.ADOPT, ("A1",))]),
    "adopt, by verdict": ("decisions: {adopt: [A1, A2]}", [DecisionLine(Verdict.ADOPT, ("A1", "A2"))]),
    "adopt in the second round": (
        "decisions: [{adopt: A3, round: 2}]",
        [DecisionLine(Verdict.ADOPT, ("A3",), round=2)],
    ),
    "reject": ("decisions: [{reject: A1, reason: No.}]", [DecisionLine(Verdict.REJECT, ("A1",), reason="No.")]),
    "reject, inside": (
        "decisions: [{reject: {amendment: A1, reason: No.}}]",
        [DecisionLine(Verdict.REJECT, ("A1",), reason="No.")],
    ),
    "reject, flat": (
        "decisions: [{amendment: A1, decision: reject, reason: No.}]",
        [DecisionLine(Verdict.REJECT, ("A1",), reason="No.")],
    ),
    "reject, by amendment": (
        "decisions: {A1: {decision: reject, reason: No.}}",
        [DecisionLine(Verdict.REJECT, ("A1",), reason="No.")],
    ),
    "reject, by verdict": (
        "decisions: {reject: [{amendment: A1, reason: No.}, {amendment: A2, reason: Yes.}]}",
        [DecisionLine(Verdict.REJECT, ("A1",), reason="No."), DecisionLine(Verdict.REJECT, ("A2",), reason="Yes.")],
    ),
    "withdraw": ("decisions: [{withdraw: A1}]", [DecisionLine(Verdict.WITHDRAW, ("A1",))]),
    "adopt modified": (
        "decisions: [{adopt modified: A1, texts: [{clause: c1, language: fr, text: X}]}]",
        [DecisionLine(Verdict.ADOPT_MODIFIED, ("A1",), (FIRST,))],
    ),
    "adopt modified, text beside": (
        "decisions: [{amendment: A1, decision: adopted as modified, clause: c1, text: {fr: X, no: Y}}]",
        [DecisionLine(Verdict.ADOPT_MODIFIED, ("A1",), (FIRST, SECOND))],
    ),
    "adopt modified, as changes": (
        "decisions: [{adopt_modified: A1, changes: [{replace: {clause: c1, language: fr, text: X}}]}]",
        [DecisionLine(Verdict.ADOPT_MODIFIED, ("A1",), (FIRST,))],
    ),
    "adopt modified, a heading": (
        "decisions: [{adopt-modified: A1, texts: [{section: s1, language: fr, text: T}]}]",
        [DecisionLine(Verdict.ADOPT_MODIFIED, ("A1",), (RetitleLine("s1", "fr", "T"),))],
    ),
    "resolve": (
        "decisions: [{resolve: [A1, A2], texts: [{clause: c1, text: {fr: X, no: Y}}]}]",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST, SECOND))],
    ),
    "resolve, inside": (
        "decisions: [{conflict: {amendments: [A1, A2], clause: c1, language: fr, text: X}}]",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST,))],
    ),
    "resolve, only the words": (
        "decisions: [{clause: c1, language: fr, text: X}]",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST,))],
    ),
    "conflicts of their own": (
        "conflicts: [{clause: c1, language: fr, text: X, amendments: [A1, A2]}]",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST,))],
    ),
    "conflicts without amendments": (
        "conflicts: [{clause: c1, language: fr, text: X}]",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST,))],
    ),
    "one conflict in two languages": (
        """\
conflicts:
  - {between: [A1, A2], clause: c1, language: fr, text: X}
  - {between: [A2, A1], clause: c1, language: no, text: Y}""",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST, SECOND))],
    ),
    "adopted and resolved is resolved": (
        "decisions: [{adopt: [A1, A2]}]\nconflicts: [{clause: c1, language: fr, text: X}]",
        [DecisionLine(Verdict.RESOLVE, ("A1", "A2"), (FIRST,))],
    ),
    "revise and adopt": (
        "decisions: [{revise: A1, changes: [{delete: c1}]}, {adopt: A1}]",
        [DecisionLine(Verdict.REVISE, ("A1",), changes=(DeleteLine("c1"),)), DecisionLine(Verdict.ADOPT, ("A1",))],
    ),
    "confirm": ("decisions: [{confirm: [c1, c2]}]", [DecisionLine(Verdict.CONFIRM, clauses=("c1", "c2"))]),
    "rounds in order": (
        "decisions: [{adopt: A3, round: 2}, {adopt: A1}]",
        [DecisionLine(Verdict.ADOPT, ("A1",)), DecisionLine(Verdict.ADOPT, ("A3",), round=2)],
    ),
}


@pytest.mark.parametrize(("source", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_spellings_of_a_decision(source, expected):
    assert decisions(source) == tuple(expected)


def test_positions_declines_and_late_amendments():
    acts = read(
        """\
positions:
  - {signatory: rabat, clause: all, stance: accept}
  - {signatory: [rabat, haifa], clause: [c1, c2], stance: Object, reservation: Non.}
  - {signatory: all, clause: c3, stance: accept with reservation, reservation: Oui, mais., round: 2}
  - {signatory: haifa, clause: c3, stance: accept, reservation: But.}
declines: [{signatory: haifa, reason: No mandate.}]
late: [{id: Z, by: w, changes: [{delete: c1}]}]
""".replace("Oui, mais.", "'Oui, mais.'")
    )
    assert acts.positions == (
        PositionLine("rabat", ALL, "accept"),
        PositionLine("rabat", "c1", "object", "Non."),
        PositionLine("rabat", "c2", "object", "Non."),
        PositionLine("haifa", "c1", "object", "Non."),
        PositionLine("haifa", "c2", "object", "Non."),
        PositionLine(ALL, "c3", "accept-with-reservation", "Oui, mais.", 2),
        PositionLine("haifa", "c3", "accept-with-reservation", "But."),
    )
    assert acts.declines == (DeclineLine("haifa", "No mandate."),)
    assert acts.late == (AmendmentLine("Z", "w", "", (DeleteLine("c1"),)),)
    assert acts.rounds == (1, 2)


def test_who_tables_is_a_drafter():
    source = """\
amendments:
  - {id: A1, by: "Workshop 1: Mobility", changes: [{delete: c1}]}
  - {id: A2, by: "Délégation de Málaga", changes: [{delete: c1}]}
  - {id: A3, by: "Workshop 1: Mobility", changes: [{delete: c1}]}
  - {id: A4, by: workshop 1 mobility!, changes: [{delete: c1}]}
  - {id: A5, by: 代表团, changes: [{delete: c1}]}
"""
    acts = read(source)
    assert acts.drafters == (
        DrafterLine("workshop-1-mobility", "Workshop 1: Mobility"),
        DrafterLine("delegation-de-malaga", "Délégation de Málaga"),
        DrafterLine("workshop-1-mobility-2", "workshop 1 mobility!"),
        DrafterLine("drafter", "代表团"),
    )
    assert [line.by for line in acts.amendments] == [
        "workshop-1-mobility",
        "delegation-de-malaga",
        "workshop-1-mobility",
        "workshop-1-mobility-2",
        "drafter",
    ]


def test_listed_drafters_are_found_by_id_or_name():
    source = """\
drafters: [{id: w1, name: Workshop 1}, {id: w2}]
amendments:
  - {id: A1, by: Workshop 1, changes: [{delete: c1}]}
  - {id: A2, by: w2, changes: [{delete: c1}]}
"""
    acts = read(source)
    assert acts.drafters == (DrafterLine("w1", "Workshop 1"), DrafterLine("w2", "w2"))
    assert [line.by for line in acts.amendments] == ["w1", "w2"]
    with pytest.raises(InputRefused, match=r"line 3, amendments\[0\]\.by: there is no drafter") as caught:
        read(source.replace("by: Workshop 1", "by: workshop 1"))
    assert caught.value.code == "acts.unknown-drafter"


def test_sponsors_are_drafters_beside_the_author():
    source = """\
drafters: [{id: w1, name: Workshop 1}, {id: w2}, {id: w3}]
amendments:
  - {id: A1, by: w2, sponsors: [Workshop 1, w3], changes: [{delete: c1}]}
  - {id: A2, by: w1, sponsors: w2, changes: [{delete: c1}]}
  - {id: A3, by: w1, changes: [{delete: c1}]}
"""
    assert [line.sponsors for line in read(source).amendments] == [("w1", "w3"), ("w2",), ()]
    for wrong, code in (("w2", "sponsor"), ("w1", "sponsor"), ("w9", "unknown-drafter")):
        with pytest.raises(InputRefused, match=r"line 3, amendments\[0\]\.sponsors\[1\]: ") as caught:
            read(source.replace("w3], changes", f"{wrong}], changes"))
        assert caught.value.code == f"acts.{code}"
    unlisted = read("amendments: [{id: A1, by: Anna, sponsors: Berta, changes: [{delete: c1}]}]")
    assert unlisted.drafters == (DrafterLine("anna", "Anna"), DrafterLine("berta", "Berta"))


REFUSED = {
    "unknown part": ("votes: []", "exchange.unknown-field", "line 1, votes: "),
    "unknown operation": (
        "amendments: [{id: A, by: w, changes: [{swap: c1}]}]",
        "acts.change",
        "line 1, amendments[0].",
    ),
    "two operations": (
        "amendments:\n  - id: A\n    by: w\n    changes:\n      - {delete: c1, move: c2}",
        "acts.change",
        "line 5, amendments[0].changes[0]: ",
    ),
    "no change": ("amendments: [{id: A, by: w, changes: []}]", "acts.no-change", "line 1, amendments[0].changes: "),
    "no text": (
        "amendments: [{id: A, by: w, changes: [{replace: {clause: c1, language: fr}}]}]",
        "exchange.missing-field",
        "line 1, amendments[0].changes[0]: the field text is missing",
    ),
    "no language": (
        "amendments: [{id: A, by: w, changes: [{replace: {clause: c1, text: X}}]}]",
        "exchange.missing-field",
        "line 1, amendments[0].changes[0]: the field language is missing",
    ),
    "language twice": (
        "amendments: [{id: A, by: w, changes: [{replace: {clause: c1, language: fr, text: {fr: X}}}]}]",
        "acts.language",
        "line 1, amendments[0].changes[0].replace.language: ",
    ),
    "strange language": (
        "amendments: [{id: A, by: w, changes: [{replace: {clause: c1, language: de, text: X}}]}]",
        "exchange.language",
        "line 1, amendments[0].changes[0].replace.language: de is not one of",
    ),
    "unknown clause": (
        "amendments:\n  - id: A\n    by: w\n    changes:\n      - delete: {clause: c9}",
        "acts.unknown-clause",
        "line 5, amendments[0].changes[0].delete.clause: there is no clause c9",
    ),
    "unknown section": (
        "amendments: [{id: A, by: w, changes: [{move: {clause: c1, section: s9}}]}]",
        "acts.unknown-section",
        "line 1, amendments[0].changes[0].move.section: ",
    ),
    "move to nowhere": (
        "amendments: [{id: A, by: w, changes: [{move: {clause: c1}}]}]",
        "acts.move",
        "line 1, amendments[0].changes[0]: ",
    ),
    "new clause in one language": (
        "amendments: [{id: A, by: w, changes: [{insert: {section: s1, id: c4, text: {fr: X}}}]}]",
        "text.incomplete",
        "line 1, amendments[0].changes[0].insert.text: the text is missing in no",
    ),
    "new clause with an old id": (
        "amendments: [{id: A, by: w, changes: [{insert: {section: s1, id: C1, text: {fr: X, no: Y}}}]}]",
        "exchange.doubled-id",
        "line 1, amendments[0].changes[0].insert.id: ",
    ),
    "forbidden character": (
        'amendments: [{id: A, by: w, rationale: "a\\u202eb", changes: [{delete: c1}]}]',
        "text.character",
        "line 1, amendments[0].rationale: position 2 holds U+202E",
    ),
    "doubled amendment": (
        AMENDMENTS + "late: [{id: a1, by: w, changes: [{delete: c1}]}]",
        "exchange.doubled-id",
        "line 5, late[0]: ",
    ),
    "decided twice": (
        AMENDMENTS + "decisions:\n  - adopt: [A1, A2]\n  - reject: A2",
        "acts.decided-twice",
        "line 7, decisions[1]: A2 was already decided on line 6",
    ),
    "decided before it is tabled": (
        AMENDMENTS + "decisions: [{adopt: A3}]",
        "acts.decision",
        "line 5, decisions[0]: A3",
    ),
    "unknown amendment": (
        AMENDMENTS + "decisions: [{adopt: [A1, A9]}]",
        "acts.unknown-amendment",
        "line 5, decisions[0].adopt[1]: ",
    ),
    "no verdict": (AMENDMENTS + "decisions: [{amendment: A1}]", "acts.decision", "line 5, decisions[0]: "),
    "unknown verdict": (
        AMENDMENTS + "decisions: [{amendment: A1, decision: maybe}]",
        "acts.decision",
        "line 5, decisions[0].decision: ",
    ),
    "two verdicts": (
        AMENDMENTS + "decisions: [{adopt: A1, reject: A2}]",
        "acts.decision",
        "line 5, decisions[0].reject: ",
    ),
    "no amendment": (AMENDMENTS + "decisions: [{decision: adopt}]", "acts.decision", "line 5, decisions[0]: "),
    "no words": (AMENDMENTS + "decisions: [{adopt modified: A1}]", "acts.texts", "line 5, decisions[0]: "),
    "more than words": (
        AMENDMENTS + "decisions: [{adopt modified: A1, changes: [{delete: c1}]}]",
        "acts.texts",
        "line 5, decisions[0].changes: ",
    ),
    "conflict between nobody": (
        AMENDMENTS + "conflicts: [{clause: c3, language: fr, text: X}]",
        "acts.conflict",
        "line 5, conflicts[0]: ",
    ),
    "no round": (AMENDMENTS + "decisions: [{adopt: A1, round: two}]", "acts.round", "line 5, decisions[0].round: "),
    "round in other digits": (
        AMENDMENTS + "decisions: [{adopt: A1, round: ٢}]",
        "acts.round",
        "line 5, decisions[0].round: ",
    ),
    "unknown stance": (
        "positions: [{signatory: haifa, clause: c1, stance: like}]",
        "acts.stance",
        "line 1, positions[0].stance: like",
    ),
    "no reservation": (
        "positions: [{signatory: haifa, clause: c1, stance: accept-with-reservation}]",
        "acts.reservation",
        "line 1, positions[0].stance: ",
    ),
    "abstention with words": (
        "positions: [{signatory: haifa, clause: c1, stance: abstain, reservation: X}]",
        "acts.reservation",
        "line 1, positions[0].stance: ",
    ),
    "unknown signatory": (
        "positions:\n  - {signatory: oslo, clause: c1, stance: accept}",
        "acts.unknown-signatory",
        "line 2, positions[0].signatory: there is no signatory oslo",
    ),
    "decline without a reason": ("declines: [{signatory: haifa}]", "exchange.missing-field", "line 1, declines[0]: "),
}


@pytest.mark.parametrize(("source", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_refusal_names_file_line_and_field(source, code, place):
    with pytest.raises(InputRefused) as caught:
        read(source)
    assert caught.value.code == code
    assert caught.value.message.startswith(f"acts.yaml, {place}")


def test_without_text_and_roster_references_are_left_to_the_service():
    source = b"amendments: [{id: A, by: w, changes: [{replace: {clause: x, language: xx, text: X}}]}]"
    acts = read_acts(source, file="acts.yaml").acts
    assert acts.amendments[0].changes == (ReplaceLine("x", "xx", "X"),)


def test_the_nearer_line_counts():
    source = """\
positions:
  - {signatory: haifa, clause: c1, stance: object}
  - {signatory: haifa, clause: all, stance: accept}
  - {signatory: all, clause: all, stance: abstain}
  - {signatory: all, clause: c1, stance: accept}
  - {signatory: rabat, clause: c2, stance: object, round: 2}
"""
    acts = read(source)
    first = acts.positions_in(1, signatories=["rabat", "haifa"], clauses=["c2", "c1"])
    assert {who: [(line.clause, line.stance) for line in lines] for who, lines in first.items()} == {
        "rabat": [("c2", "abstain"), ("c1", "accept")],
        "haifa": [("c2", "accept"), ("c1", "object")],
    }
    second = acts.positions_in(2, signatories=["rabat", "haifa"], clauses=["c2", "c1"])
    assert second == {"rabat": (PositionLine("rabat", "c2", "object", None, 2),)}


stances = st.sampled_from(["accept", "object", "abstain"])
lines = st.builds(
    PositionLine, st.sampled_from([ALL, "a", "b"]), st.sampled_from([ALL, "x", "y"]), stances, round=st.integers(1, 2)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, max_size=8))
def test_every_signatory_gets_at_most_one_position_a_clause(positions):
    acts = Acts(positions=tuple(positions))
    for number in acts.rounds:
        for who, found in acts.positions_in(number, signatories=["a", "b"], clauses=["x", "y"]).items():
            assert len({line.clause for line in found}) == len(found) > 0
            assert all(line.signatory == who and line.clause != ALL and line.round == number for line in found)


alphabet = st.sampled_from(
    ["amendments", "decisions", "positions", "late", "id", "by", "changes", "replace", "delete", "clause", "text"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        alphabet,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(alphabet, inner, max_size=4),
        max_leaves=20,
    ).map(repr)
)
def test_any_shape_is_read_or_refused(source):
    try:
        read(source)
    except InputRefused as error:
        said = error.message
    else:
        said = "acts.yaml, line 1"
    assert said.startswith("acts.yaml, line 1")
