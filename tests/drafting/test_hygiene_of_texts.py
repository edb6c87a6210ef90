"""What may stand in a text, what is cleaned away, and that neither depends on the version of Python."""

import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from declaration.drafting.hygiene import MAX_LENGTH, MAX_MARKS, check, clean, suspicious_words
from declaration.errors import InputRefused, LimitExceeded

WORDS = {
    "fr": ["Parties", "et", "États", "l'eau", "œuvre", "à", "été", "3,5", "%", "—"],
    "de": ["Städte", "und", "Größe", "Art.", "12", "nächste", "muß"],
    "en": ["Parties", "and", "States", "may", "not", "shall", "(a)", "women's"],
    "ar": ["الحُقُوقَ", "و", "المدن", "،", "١٢", "غير", "رؤساء"],
    "fa": ["می‌خواهم", "خانه‌ها", "شهر"],
    "he": ["שָׁלוֹם", "עיר", "ו", "ראש־העיר"],
    "bn": ["ক্ষমতা", "ও", "স্বাধীনতা", "শহর", "১২"],
    "hi": ["राष्ट्रों", "के", "शान्ति", "और", "क्षेत्रीय", "न्‍याय"],
    "ru": ["города", "и", "ёлка", "мэры"],
    "el": ["Πόλεις", "και", "τὸ", "ᾧ"],
    "zh": ["各缔约方", "承认", "，", "人民", "自决", "龍"],
    "ja": ["がんばる", "カタカナ", "都市", "です", "。"],
    "ko": ["도시", "와", "시민은", "함께"],
    "th": ["ทุกคน", "มีสิทธิ", "เท่าเทียม", "กันที่"],
    "emoji": ["👨‍👩‍👧", "🇫🇷", "🇩🇪🇮🇹", "👍🏽", "❤️", "1️⃣", "🏳️‍🌈"],
}
"""A few words of each kind of writing."""

ALLOWED = {
    "Persian non-joiner": "نمی‌خواهم",
    "Persian non-joiner after a vowel sign": "مُ‌خواهم",
    "Arabic letter that keeps its joining form": "ه‍ (هجري)",
    "Bengali ya-phalaa": "র‍্যাব",
    "Hindi explicit virama": "न्‌याय",
    "Hindi half form": "न्‍याय",
    "Malayalam old chillu": "അവന്‍",
    "Sinhala conjunct": "ශ්‍රී",
    "Mongolian vowel separator": "ᠬᠠᠷ\u180eᠠ",
    "family": "👨‍👩‍👧",
    "rainbow flag": "🏳️‍🌈",
    "keycap": "1️⃣",
    "skin tone": "👩🏽‍💻",
    "flag of Scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "Han with a variation selector": "葛\U000e0100",
    "Arabic number sign": "\u0600١٢",
    "pointed Hebrew": "שָׁלוֹם",
    "narrow no-break space": "« oui »\u202f!",
    "Vietnamese": "quyền lợi của người dân",
    "Korean": "도시와 시민",
}

FORBIDDEN = {
    "a right-to-left override": "abc\u202edef",
    "a left-to-right mark": "abc\u200edef",
    "an isolate": "abc\u2066def\u2069",
    "an Arabic letter mark": "abc\u061cdef",
    "a zero-width space": "abc\u200bdef",
    "a soft hyphen": "abc\u00addef",
    "a word joiner": "abc\u2060def",
    "a byte order mark": "\ufeffabc",
    "a line break": "abc\ndef",
    "a tab": "abc\tdef",
    "a line separator": "abc\u2028def",
    "a null": "abc\0def",
    "a next-line control": "abc\u0085def",
    "a joiner between Latin letters": "abc\u200ddef",
    "a non-joiner between Latin letters": "Auf\u200clage",
    "a non-joiner between Cyrillic letters": "го\u200cрод",
    "a joiner between Hebrew letters": "של\u200dום",
    "a variation selector after a letter": "a\ufe0f",
    "a combining grapheme joiner": "a\u034fb",
    "a Hangul filler": "a\u3164b",
    "tags without a flag": "abc\U000e0067\U000e0062\U000e007f",
    "tags after a flag that name no country": "🏴\U000e0078\U000e0078\U000e007f",
    "a private-use character": "abc\ue000",
    "a private-use character of plane 16": "abc\U0010fffd",
    "an unassigned character": "abc\u0378",
    "a noncharacter": "abc\ufffe",
    "a noncharacter of plane 1": "abc\U0001ffff",
    "half of a surrogate pair": "abc\ud800",
    "a replacement character": "abc\ufffd",
    "an object replacement character": "abc\ufffc",
    "an annotation anchor": "abc\ufff9",
    "an Ogham space mark": "abc\u1680def",
    "a mark younger than the oldest Python's Unicode": "ن\U00010efd",
    "nothing": "",
    "only space": " \u00a0 ",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_script_needs_may_stand(name):
    text = unicodedata.normalize("NFC", ALLOWED[name])
    check(text, where="clause c1, fr")
    check(f"{text} — {text}.", where="clause c1, fr")
    assert clean(text).text == text
    assert clean(text).notes == ()


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_nobody_sees_is_refused_with_its_place(name):
    with pytest.raises(InputRefused, match="clause c1, fr") as refusal:
        check(FORBIDDEN[name], where="clause c1, fr")
    assert refusal.value.code in {"text.character", "text.empty"}
    str(refusal.value).encode()  # a message can always be shown


def test_the_place_is_counted_from_one():
    with pytest.raises(InputRefused, match=r"position 4 holds U\+202E"):
        check("abc\u202e", where="here")


def test_a_text_must_be_composed():
    with pytest.raises(InputRefused) as refusal:
        check("e\u0301te\u0301", where="here")
    assert refusal.value.code == "text.not-nfc"
    assert "position 1" in refusal.value.message
    with pytest.raises(InputRefused, match="position 4"):
        check("abce\u0301", where="here")


def test_limits():
    check("a" * MAX_LENGTH, where="here")
    with pytest.raises(LimitExceeded):
        check("a" * (MAX_LENGTH + 1), where="here")
    heap = unicodedata.normalize("NFC", "x" + "\u0315" * MAX_MARKS)
    check(heap, where="here")
    with pytest.raises(LimitExceeded):
        check(heap + "\u0315", where="here")


def test_noise_is_cleaned_with_a_note_for_each_kind():
    cleaned = clean("\ufeff  Ent\u00adwick\u00adlung\u200b\n\t der Sta\u0308dte\u2060 und Auf\u200clage\ufe0f ")
    assert cleaned.text == "Entwicklung der Städte und Auflage"
    assert len(cleaned.notes) == 7
    check(cleaned.text, where="here")


def test_a_doubled_non_joiner_becomes_one():
    cleaned = clean("نمی‌‌خواهم")
    assert cleaned.text == "نمی‌خواهم"
    assert len(cleaned.notes) == 1


def test_cleaning_repairs_nothing_but_noise():
    for name in ("a right-to-left override", "a private-use character", "a null", "an unassigned character"):
        cleaned = clean(FORBIDDEN[name])
        with pytest.raises(InputRefused):
            check(cleaned.text, where="here")


@given(st.sampled_from(sorted(WORDS)), st.sampled_from([" ", "", "\u00a0", "-"]), st.randoms())
def test_texts_of_every_script_may_stand_as_they_are(script, apart, chance):
    composed = unicodedata.normalize("NFC", apart.join(chance.choices(WORDS[script], k=6)))
    check(composed, where="here")
    assert clean(composed).text == composed.strip()


@given(st.text())
def test_what_is_cleaned_of_visible_text_is_noise_only(text):
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned.text)
    assert (cleaned.text == text) == (not cleaned.notes)


@given(st.text(max_size=30))
def test_a_refusal_is_always_one_of_ours(text):
    try:
        check(text, where="here")
    except InputRefused:
        return
    assert unicodedata.normalize("NFC", text) == text
    text.encode()


def test_order_of_marks_is_the_same_in_every_version_of_python():
    """Whatever passes composes by rules that the oldest supported Python (Unicode 14.0) knows; Hangul by arithmetic."""
    still = regex.compile(r"\p{ccc=0}")
    composed = regex.compile(r"\p{Decomposition_Type=Canonical}")
    unknown = []
    for point in range(0x110000):
        character = chr(point)
        if (still.match(character) and not composed.match(character)) or "가" <= character <= "힣":
            continue
        try:
            check(f"a{unicodedata.normalize('NFC', character)}", where="here")
        except InputRefused:
            continue
        if not unicodedata.combining(character) and not unicodedata.decomposition(character):
            unknown.append(hex(point))
    assert not unknown


SUSPICIOUS = {
    "pаris": "Cyrillic а in a Latin word",
    "Ρaris": "Greek Rho in a Latin word",
    "москвa": "Latin a in a Cyrillic word",
    "עירaب": "three scripts",
    "শহरের": "Devanagari in a Bengali word",
    "がん한": "Japanese and Korean",
}


@pytest.mark.parametrize("word", SUSPICIOUS)
def test_a_word_that_mixes_scripts_is_suspicious(word):
    assert suspicious_words(f"les {word}, bien.") == (word,)


def test_ordinary_words_are_not_suspicious():
    for script, words in WORDS.items():
        assert not suspicious_words(" ".join(words)), script
    for text in (
        "卡拉OK 和 T恤",
        "Tシャツ",
        "l’œuvre de Łódź, 5 µm",
        "3D-Modell",
        "ВКонтакте 2.0",
        "한자漢字",
        "ภาษา ABC",
    ):
        assert not suspicious_words(text)
