"""What is understood of an edited Word document: laws over any amendment, and what Word itself writes."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_world import TEXT, VERSION, after, document, imported, ops, words_of

from declaration.drafting.amendment import Insert
from declaration.drafting.anchors import LONGEST, names
from declaration.drafting.apply import apply
from declaration.drafting.derive import (
    derive_delete,
    derive_insert,
    derive_move,
    derive_replace,
    derive_retitle,
    in_reading_order,
    section_of,
)
from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.exchange.acts_writing import write_amendment
from declaration.exchange.acts_yaml import read_acts
from declaration.exchange.word_refusals import IGNORED, SENTENCES, sentence
from declaration.render.docx import Tracking, render_tracked
from declaration.services.authoring import changes_of

TRACKING = Tracking("Une autrice", datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
CLAUSES = [clause.id for clause in TEXT.clauses()]
WORDS = st.lists(
    st.sampled_from(["nous", "eau", "l’air", "vite,", "(bien)", "?", "demain", "libre"]), min_size=1, max_size=9
)


@st.composite
def amendments(draw):
    """Any changes of the text in French that apply together."""
    touched = draw(st.lists(st.sampled_from(CLAUSES), unique=True, max_size=6))
    stay = [clause for clause in CLAUSES if clause not in touched]
    changes, placed = [], set()
    for number, clause in enumerate(touched):
        words = " ".join(draw(WORDS)) + "."
        kind = draw(st.sampled_from(["replace", "delete", "move", "move and replace", "insert"]))
        if "move" in kind or kind == "insert":
            after_ = draw(st.sampled_from([*stay, None]))
            section = "city" if after_ is None else section_of(TEXT, after_).id
            home = [one.id for one in section_of(TEXT, clause).clauses]
            at = home.index(clause)
            still = section_of(TEXT, clause).id == section and after_ == (home[at - 1] if at else None)
            if (section, after_) in placed or ("move" in kind and still):
                continue
            placed.add((section, after_))
            if kind == "insert":
                changes.append(derive_insert(TEXT, section, after_, f"new-{number}", {"fr": words}))
            else:
                changes.append(derive_move(TEXT, clause, after=after_, section=section))
        if "replace" in kind:
            changes.append(derive_replace(TEXT, clause, "fr", words))
        if kind == "delete":
            changes.append(derive_delete(TEXT, clause))
    if draw(st.booleans()):
        changes.append(derive_retitle(TEXT, "money", "fr", " ".join(draw(WORDS))))
    return in_reading_order(changes)


@given(amendments())
@settings(max_examples=20, deadline=None)
def test_any_amendment_comes_back_from_its_tracked_changes(changes):
    found = imported(render_tracked(VERSION, changes, "fr", TRACKING))
    assert found.refused == ()
    assert after(found) == apply(TEXT, changes), ops(found)
    assert all(one.tracked and set(one.by) <= {TRACKING.by} for one in found.understood)


@given(amendments())
@settings(max_examples=20, deadline=None)
def test_any_amendment_is_found_by_comparing_alone(changes):
    """The document of the new version, said to be based on the old one: nothing in it is tracked."""
    new = Version(2, VERSION.digest, apply(TEXT, changes))
    data = repacked(document.__wrapped__("fr", version=new), core=[(new.digest, VERSION.digest)])
    found = imported(data)
    assert words_of_any(after(found)) == words_of_any(new.text), ops(found)
    assert not any(one.tracked for one in found.understood)


def words_of_any(text):
    return [(section.id, [one.texts.get("fr") for one in section.clauses]) for section in text.sections]


@given(amendments())
@settings(max_examples=8, deadline=None)
def test_what_is_written_as_acts_is_read_as_the_same_changes(changes):
    found = imported(render_tracked(VERSION, changes, "fr", TRACKING))
    if found.changes and not any(isinstance(change, Insert) for change in changes):  # which need every language
        data = write_amendment(TEXT, found.changes, name="A1", by="w1", rationale="Parce que : oui.")
        (line,) = read_acts(data, file="acts.yaml", text=TEXT).acts.amendments
        assert apply(TEXT, changes_of(TEXT, line.changes)) == after(found)
        assert line.rationale == "Parce que : oui."


def repacked(data, *, main=(), core=(), **parts):
    """The package with strings of its text replaced, and parts put in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name).decode() if name.endswith((".xml", ".rels")) else old.read(name)
            for before, now in {"word/document.xml": main, "docProps/core.xml": core}.get(name, ()):
                assert re.search(before, part), before
                part = re.sub(before, lambda _, now=now: now, part, count=1)
            new.writestr(name, part)
        for name, part in parts.items():
            new.writestr(f"word/{name}.xml", part)
    return buffer.getvalue()


def run(words, tag="t"):
    return f'<w:r w:rsidR="00AB12"><w:{tag} xml:space="preserve">{words}</w:{tag}></w:r>'


def changed(kind, inner):
    return f'<w:{kind} w:id="7" w:author="Someone" w:date="2026-03-01T10:00:00Z">{inner}</w:{kind}>'


CITY_2 = r"<w:r>(?:(?!</w:r>).)*Nous gardons l’eau propre pour demain\.</w:t></w:r>"
NOT_BOLD = (
    "<w:rPr><w:b w:val='0'/><w:rPrChange w:id='1' w:author='x'><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr>"  # was bold
)
TYPED = {
    "words cut into runs": (
        run("Nous gar") + '<w:proofErr w:type="spellStart"/>' + run("dons l’eau ") + run("propre pour demain."),
        None,
    ),
    "tracked words": (
        run("Nous gardons l’eau ")
        + changed("del", run("propre", "delText"))
        + changed("ins", run("claire"))
        + run(" pour demain."),
        "Nous gardons l’eau claire pour demain.",
    ),
    "inserted and deleted again": (
        run("Nous gardons l’eau ")
        + changed("ins", run("très ") + changed("del", run("trop ", "delText")))
        + run("propre pour demain."),
        "Nous gardons l’eau très propre pour demain.",
    ),
    "in a content control and a link": (
        "<w:sdt><w:sdtPr><w:id w:val='1'/></w:sdtPr><w:sdtContent>" + run("Nous gardons ") + "</w:sdtContent></w:sdt>"
        "<w:hyperlink w:anchor='x'>" + run("l’eau") + "</w:hyperlink>" + run(" propre pour demain."),
        None,
    ),
    "a field": (
        run("Nous gardons l’eau propre pour ")
        + "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        + run(" DATE ", "instrText")
        + "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        + run("demain.")
        + "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        None,
    ),
    "breaks, tabs and marks that nobody sees": (
        "<w:r><w:t>Nous gardons</w:t><w:br/><w:t>l’eau</w:t><w:tab/><w:t>pro</w:t><w:softHyphen/><w:t>pre</w:t></w:r>"
        + run(" pour demain. "),
        None,
    ),
    "blanks that do not count": (
        "<w:r><w:t>\n   Nous gardons l’eau propre\n</w:t></w:r>" + run(" pour demain."),
        None,
    ),
    "old formatting": (
        f"<w:r>{NOT_BOLD}<w:t>Nous gardons l’eau propre pour demain.</w:t></w:r>",
        None,
    ),
}


@pytest.mark.parametrize("case", TYPED)
def test_what_word_writes_is_read(case):
    written, words = TYPED[case]
    found = imported(repacked(document(), main=[(CITY_2, written)]))
    assert found.refused == ()
    assert found.changes == (() if words is None else (derive_replace(TEXT, "city-2", "fr", words),))


def test_a_clause_after_which_somebody_pressed_enter_is_followed_by_a_new_one():
    mark = "<w:rPr>" + changed("ins", "") + "</w:rPr></w:pPr>"
    first = r'</w:pPr><w:bookmarkStart w:id="\d+" w:name="_clause_city-2"/>'
    found = imported(
        repacked(
            document(),
            main=[
                (first, mark + '<w:bookmarkStart w:id="5" w:name="_clause_city-2"/>'),
                (CITY_2, run("Nous gardons l’eau propre pour demain.")),
                (
                    r'(?<=demain\.</w:t></w:r>)<w:bookmarkEnd w:id="\d+"/></w:p>',
                    '<w:bookmarkEnd w:id="5"/></w:p><w:p>' + changed("ins", run("Une clause neuve.")) + "</w:p>",
                ),
            ],
        )
    )
    assert words_of(after(found))[6] == "Une clause neuve."
    assert [one.tracked for one in found.understood] == [True]


LEFT = {
    "a picture": ("<w:r><w:drawing><a/></w:drawing></w:r>", "picture"),
    "a text box": (
        "<w:r><w:pict><v:x xmlns:v='v'><w:txbxContent><w:p/></w:txbxContent></v:x></w:pict></w:r>",
        "picture",
    ),
    "a footnote": ('<w:r><w:footnoteReference w:id="1"/></w:r>', "note"),
    "a symbol": ('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>', "symbol"),
    "a formula": (
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r/></m:oMath>',
        "formula",
    ),
    "italics": ("<w:r><w:rPr><w:i/></w:rPr><w:t> </w:t></w:r>", None),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_out_is_told_with_its_place(case):
    put, code = LEFT[case]
    found = imported(repacked(document(), main=[(CITY_2, run("Nous gardons l’eau propre pour demain.") + put)]))
    assert found.changes == ()
    assert [(one.code, one.clause) for one in found.refused] == ([] if code is None else [(code, "city-2")])


def test_a_comment_is_told_with_its_words_and_its_author():
    put = '<w:commentRangeStart w:id="3"/>' + run("Nous gardons l’eau propre pour demain.")
    put += '<w:commentRangeEnd w:id="3"/><w:r><w:commentReference w:id="3"/></w:r>'
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:comment w:id="3" w:author="A reader"><w:p><w:r><w:t>Est-ce vrai ?</w:t></w:r></w:p></w:comment>'
        "</w:comments>"
    )
    (told,) = imported(repacked(document(), main=[(CITY_2, put)], comments=comments)).refused
    assert (told.code, told.clause, told.words, told.by) == ("comment", "city-2", "Est-ce vrai ?", "A reader")


def test_a_character_that_no_text_may_hold_is_refused_for_that_clause_alone():
    put = run("Nous gardons l’eau\u202e propre pour demain.")
    found = imported(repacked(document(), main=[(CITY_2, put), ("à toutes", "à chacune")]))
    assert ops(found) == [("replace", "city-1")]
    assert [(one.code, one.clause) for one in found.refused] == [("text.character", "city-2")]


BOTH = ("fr", "ar")


def test_a_clause_is_deleted_only_where_all_languages_delete_it():
    french, arabic = "Nous plantons des arbres dans chaque rue", "نغرس الأشجار في كل شارع"
    one = imported(repacked(document(*BOTH), main=[(f"{french}\\.", "")]))
    assert (ops(one), [(told.code, told.clause, told.language) for told in one.refused]) == (
        [],
        [("language-deleted", "city-3", "fr")],
    )
    both = imported(repacked(document(*BOTH), main=[(f"{french}\\.", ""), (f"{arabic}\\.", "")]))
    assert (ops(both), both.refused) == ([("delete", "city-3")], ())


def paragraph(words):
    return f"<w:p>{run(words)}</w:p>"


def test_a_clause_inserted_in_all_languages_is_one_clause():
    at = r'(?=<w:p>(?:(?!</w:p>).)*w:name="_clause_city-2{}"/>)'
    main = [(at.format(""), paragraph("Une de plus.")), (at.format(r"\.ar"), paragraph("بند آخر."))]
    found = imported(repacked(document(*BOTH), main=main))
    (insert,) = found.changes
    assert (insert.after, dict(insert.clause.texts)) == ("city-1", {"fr": "Une de plus.", "ar": "بند آخر."})
    alone = imported(repacked(document(*BOTH), main=main[1:]))
    assert (alone.changes, [one.code for one in alone.refused]) == ((), ["language-inserted"])


def test_words_before_the_first_section_are_told():
    version = Version(1, None, Text("t", ("fr",), {"fr": "Titre"}, (only(TEXT.sections[1]),)))
    data = document.__wrapped__("fr", version=version)
    found = imported(repacked(data, main=[(r"(?=<w:p>(?:(?!</w:p>).)*_section_city)", paragraph("Dehors."))]), version)
    assert [(one.code, one.words) for one in found.refused] == [("outside", "Dehors.")]


def only(section, language="fr"):
    clauses = tuple(Clause(one.id, {language: one.texts[language]}) for one in section.clauses)
    return Section(section.id, section.kind, {language: section.title[language]}, clauses)


def test_long_ids_have_short_names_and_come_back():
    long = "a" * 64
    clauses = (Clause(long, {"fr": "Une."}), Clause("b" * 60 + ".fr", {"fr": "Deux."}))
    text = Text("t", ("fr", "de"), {"fr": "Titre"}, (Section("s" * 64, SectionKind.CHAPTER, {}, clauses),))
    assert max(map(len, names(text, text.languages).values())) <= LONGEST
    version = Version(1, None, text)
    data = document.__wrapped__("fr", "de", version=version)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        found = re.findall(r'w:name="(_[^"]+)"', package.read("word/document.xml").decode())
    assert len(found) == len(set(found)) == 8
    assert max(map(len, found)) <= LONGEST


def test_a_clause_named_like_another_in_its_language_has_a_name_of_its_own():
    clauses = (Clause("a", {"fr": "Une.", "de": "Eins."}), Clause("a.de", {"fr": "Deux.", "de": "Zwei."}))
    text = Text("t", ("fr", "de"), {}, (Section("s", SectionKind.CHAPTER, {}, clauses),))
    found = names(text, text.languages)
    assert len(set(found.values())) == len(found)


def test_every_reason_has_its_sentence():
    assert set(SENTENCES) >= IGNORED
    assert all(words.endswith(".") for words in SENTENCES.values())
    assert sentence(imported(repacked(document(), main=[(CITY_2, LEFT["a footnote"][0])])).refused[0])
