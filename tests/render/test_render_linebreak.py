"""Lines end where readers of each language expect it."""

import itertools

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from declaration.render.linebreak import graphemes, opportunities


def cut(text, language):
    edges = [0, *sorted(opportunities(text, language)), len(text)]
    return "|".join(text[start:end] for start, end in itertools.pairwise(edges))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "Il |dit : |« Nous |voulons » ; |l’eau-|de-|vie |coûte |3,50 |€ |(10 |%) !"),
        ("fr", "Nous\u00a0: |«\u00a0oui\u00a0» |non"),
        ("de", "„Gut“ |ist |gut |– |sehr |gut|—|ja. |2019-09-01 |11:04"),
        ("en", "https://|example.org/|verify/|abc |A-1 |-5"),
        ("zh", "我|们，|人|民。|（市|长）|应|当|“共|同”|生|活。"),
        ("ja", "私|た|ち|は、|ウォー|キ|ン|グ|を。|「都|市」|だっ|た。"),
        ("ko", "우리는 |함께 |살아가는 |도시를 |만든다."),
        ("ar", "نحن، |رؤساء |البلديات |(Düsseldorf |2019)، |نتعهد"),
    ],
)
def test_places(language, expected):
    assert cut(expected.replace("|", ""), language) == expected


def test_korean_may_be_cut_anywhere_in_another_language():
    assert len(opportunities("도시를", "zh")) == 2


def test_thai_is_cut_into_words_and_never_inside_a_cluster(texts):
    text = texts["th"]["recital-1"]
    found = opportunities(text, "th")
    assert len(found) > 20
    for offset in found:
        assert text[offset - 1] not in "เแโใไ"
        assert not regex.match(r"[\p{M}ะาำๅๆฯ]", text[offset])


@given(st.text(alphabet=st.sampled_from("aé-’« »:;,.!?()1 €\u00a0\u202f中。、（）“”กี่เאب\u0301\u064e—"), max_size=40))
def test_no_line_begins_with_a_mark_a_closing_sign_or_a_space(text):
    for offset in opportunities(text, "fr"):
        assert 0 < offset < len(text)
        assert not regex.match(r"[\p{M}\p{Pe} ,;:!?。、\u00a0\u202f]", text[offset])
        if text[offset - 1] != " " or offset == 1:
            assert text[offset - 1] not in "\u00a0\u202f(（"


@given(st.text(max_size=40))
def test_graphemes_are_the_text(text):
    assert "".join(graphemes(text)) == text
