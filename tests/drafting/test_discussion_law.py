"""The law of a discussion: mentions are found as people write them, and a file shows every change made to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declaration.canonical import encode
from declaration.drafting.discussion import MAX_LENGTH, Act, ActKind, Words, exported, read, tidy
from declaration.drafting.mentions import mentioned, pieces
from declaration.errors import Altered, DeclarationError, InputRefused, LimitExceeded

IDS = ("ada", "haifa", "w.1", "w", "Lagos-2", "lagos")
AT = "2019-08-30T10:00:00Z"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@ada what do you think?", ["ada"]),
        ("Ask @Haifa, then @LAGOS-2.", ["haifa", "Lagos-2"]),
        ("That is for @w.1. Thanks!", ["w.1"]),
        ("That is for @w.", ["w"]),
        ("(@ada) “@haifa” @ada", ["ada", "haifa"]),
        ("Schreibt an ada@haifa.example", []),
        ("https://pad.example/@ada/text", []),
        ("@adam and @ ada and @@ada", []),
        ("@adaé, é@ada", []),
        ("من @ada؟", ["ada"]),
        ("@lagos-3", []),
        ("@nobody", []),
    ],
)
def test_mentions_are_found_as_people_write_them(text, found):
    assert list(mentioned(text, IDS)) == found


@given(st.text(alphabet="@adw.1-_ é\n", max_size=60))
def test_the_pieces_are_the_text(text):
    found = pieces(text, IDS)
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text.startswith("@") for piece in found if piece.id is not None)


def test_a_comment_is_tidied_and_stays_in_its_lines():
    assert tidy("  One\u00ad \r\n\r\n\n two\u200b\t \n\n") == "One\n\ntwo"
    assert tidy("e\u0301t\u00e9") == "\u00e9t\u00e9"
    assert tidy("نعم @ada") == "نعم @ada"
    assert tidy(tidy("a\n\n\nb")) == "a\n\nb"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "comment.empty"),
        (" \n\u200b\n", "comment.empty"),
        ("x" * (MAX_LENGTH + 1), "comment.long"),
        ("x" * 3_000_000, "comment.long"),
        ("x\n" * 201, "comment.long"),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(text, code):
    with pytest.raises(InputRefused) as refused:
        tidy(text)
    assert refused.value.code == code


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x00", "\x1b", "\ud800", "\ue000", "a" + "\u0301" * 40])
def test_signs_that_deceive_are_refused(sign):
    with pytest.raises(DeclarationError):
        tidy(f"good {sign} text")


def chain(*parts):
    """A discussion: of each act its kind, its comment and what it says."""
    said, previous = [], None
    for index, (kind, comment, text) in enumerate(parts, 1):
        words = None if text is None else Words(text, f"salt-{index}")
        digest = None if words is None else words.digest
        made = Act("d1", index, previous, kind, comment, "drafter", "ada", AT, digest, {})
        said.append((made, words))
        previous = made.digest
    return said


def data_of(said):
    return exported("d1", said, {("drafter", "ada"): "Ada"})


TALK = chain((ActKind.WRITTEN, 1, "One"), (ActKind.EDITED, 1, "Two"), (ActKind.ANSWERED, 3, "Three"))


def test_a_file_is_read_back_as_it_is():
    found = read(data_of(TALK))
    assert list(found.said) == TALK
    assert found.head == TALK[-1][0].digest
    assert read(data_of([])).head is None


def without(said, comment):
    return [(act, None if act.comment == comment else words) for act, words in said]


def test_struck_words_leave_the_file_whole_and_an_earlier_one_still_fits():
    struck = without(TALK, 1)
    act = Act("d1", 4, TALK[-1][0].digest, ActKind.DELETED, 1, "drafter", "ada", AT, None, {})
    after = read(data_of([*struck, (act, None)]))
    after.require_continues(read(data_of(TALK)))
    assert b"Two" not in data_of([*struck, (act, None)])
    with pytest.raises(Altered) as shorter:
        read(data_of(TALK)).require_continues(after)
    assert shorter.value.code == "discussion.rewritten"
    for wrong in (struck, [*TALK, (act, None)]):  # missing without an act that strikes; there in spite of one
        with pytest.raises(Altered) as refused:
            read(data_of(wrong))
        assert refused.value.code == "discussion.struck"


def test_a_discussion_that_was_written_anew_does_not_continue_the_earlier_one():
    other = chain((ActKind.WRITTEN, 1, "One"), (ActKind.EDITED, 1, "2"), (ActKind.ANSWERED, 3, "Three"))
    with pytest.raises(Altered) as refused:
        read(data_of(other)).require_continues(read(data_of(TALK)))
    assert "Act 2" in refused.value.message


def members(document):
    """Every place of a document that holds a plain value."""
    found = []

    def walk(value, path):
        if isinstance(value, dict | list):
            for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
                walk(inner, (*path, key))
        else:
            found.append(path)

    walk(document, ())
    return found


def test_no_member_of_a_file_can_be_changed_unseen():
    whole = json.loads(data_of(TALK))
    for path in members(whole):
        if path[0] == "participants":  # names are those of the day on which the file was made
            continue
        changed = json.loads(data_of(TALK))
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = {int: 7, str: "x", type(None): "0" * 64}[type(inner[path[-1]])]
        with pytest.raises(DeclarationError):
            read(encode(changed))


@given(st.integers(0, 3), st.sampled_from(["drop", "double", "swap"]))
def test_no_act_is_left_out_doubled_or_moved_unseen(at, how):
    document = json.loads(data_of(TALK))
    acts, at = document["acts"], at % 3
    if how == "drop":
        del acts[at]
    elif how == "double":
        acts.insert(at, acts[at])
    else:
        acts[at], acts[at - 1] = acts[at - 1], acts[at]
    document["size"] = len(acts)
    if how == "drop" and at == 2:
        document["head"] = acts[-1]["digest"]  # the end alone is shown by comparing files
        assert read(encode(document)).head != read(data_of(TALK)).head
        return
    with pytest.raises(DeclarationError):
        read(encode(document))


def test_a_file_that_is_none_is_refused():
    for data in (b"", b"[]", b"{}", b'{"format":"declaration-discussion/1"}', data_of(TALK)[:-1], b"\xff" * 9):
        with pytest.raises(DeclarationError):
            read(data)
    with pytest.raises(LimitExceeded):
        tidy("a" * 9_000)
