"""Catalogues: every sentence of every page in every language, nothing left over, the same places to fill in."""

import re

import pytest
import web_catalogues
from web_catalogues import LANGUAGES, WEB, catalogue, said

from declaration.web.languages import SPOKEN, catalogues, preferred

SAID = said()
GROUPS = sorted(SAID)
EVERY = [(language, group) for group in GROUPS for language in LANGUAGES]


def sentences(group):
    """What a group's catalogue has to hold: what its pages say, and all pages do not say already."""
    return set(SAID[group]) - (set() if group == "base" else set(SAID["base"]))


def forms(message):
    """The translations of a message, one or one a plural form."""
    return message.string if isinstance(message.string, (tuple, list)) else (message.string,)


def places(text):
    return sorted(re.findall(r"%\((\w+)\)s", text))


def test_the_pages_speak_the_languages_that_are_tested():
    assert set(SPOKEN) == set(LANGUAGES)
    assert {"base", "public"} <= set(GROUPS)
    assert "Skip to the content" in SAID["base"]
    assert ("%(size)s byte", "%(size)s bytes") in SAID["public"]


@pytest.mark.parametrize(("language", "group"), EVERY)
def test_nothing_is_missing_and_nothing_is_left_over(language, group):
    found = set(catalogue(language, group))
    assert sentences(group) - found == set(), "run tests/web/web_catalogues.py and translate"
    assert found - set(SAID[group]) == set(), "run tests/web/web_catalogues.py: nobody says this any more"


@pytest.mark.parametrize(("language", "group"), EVERY)
def test_everything_is_translated_with_the_same_places(language, group):
    wrong = []
    for key, message in catalogue(language, group).items():
        keys = key if isinstance(key, tuple) else (key,)
        told = forms(message)
        whole = len(told) == len(keys) and all(form.strip() for form in told) and not message.fuzzy
        filled = {tuple(places(form)) for form in told} <= {tuple(places(one)) for one in keys}
        ended = [form[-1:] in ".?!" for form in told] == [one[-1:] in ".?!" for one in keys]
        if not (whole and filled and ended):
            wrong.append((key, told))
    assert not wrong


@pytest.mark.parametrize("group", GROUPS)
def test_english_is_what_the_code_says(group):
    for key, message in catalogue("en", group).items():
        assert tuple(forms(message)) == (key if isinstance(key, tuple) else (key,))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_has_one_translation_in_all_catalogues(language):
    """They are merged: a second translation, or a plural of the same sentence, would silence the first."""
    known = {}
    for group in GROUPS:
        for key, message in catalogue(language, group).items():
            first = key[0] if isinstance(key, tuple) else key
            assert known.setdefault(first, (key, tuple(forms(message)))) == (key, tuple(forms(message)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_belongs_to_a_group_of_pages(language):
    assert {path.stem for path in (WEB / "locales" / language).glob("*.po")} == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_signs_are_those_of_the_language(group):
    """French sets a no-break space at its double signs, and nobody types a straight apostrophe."""
    for key, message in catalogue("fr", group).items():
        assert not any(re.search(r" [;:?!»]|« ", form) for form in forms(message)), key
    for language in ("fr", "de"):
        for key, message in catalogue(language, group).items():
            assert not any("'" in form for form in forms(message)), key


def test_the_plural_follows_the_language():
    spoken = catalogues()
    one, many = "%(size)s byte", "%(size)s bytes"
    assert spoken["fr"].ngettext(one, many, 0) == "%(size)s octet"
    assert spoken["de"].ngettext("%(num)s clause moved", "%(num)s clauses moved", 0) == "%(num)s Klauseln verschoben"


def test_pages_say_what_is_translated():
    """In the merged catalogues, whichever group says it first."""
    for language, spoken in catalogues().items():
        for key, message in catalogue(language, "public").items():
            if not isinstance(key, tuple):
                assert spoken.gettext(key) == message.string


def test_what_a_writer_adds_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(web_catalogues, "WEB", tmp_path)
    (tmp_path / "templates" / "group").mkdir(parents=True)
    (tmp_path / "templates" / "group" / "page.html").write_text(
        "{{ _('One') }}{% trans n=1 %}{{ n }} two{% pluralize %}{{ n }} twos{% endtrans %}"
    )
    assert web_catalogues.said() == {
        "group": {"One": ["templates/group/page.html:1"], ("%(n)s two", "%(n)s twos"): ["templates/group/page.html:1"]}
    }


@pytest.mark.parametrize(
    ("wishes", "drafting", "language"),
    [
        ("", None, "en"),
        ("", "fr", "fr"),
        ("", "fr-CA", "fr"),
        ("", "ar", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "fr", "de"),
        ("ar,fr;q=0.5", "de", "fr"),
        ("es", "de", "de"),
        ("en;q=0, fr;q=0.1", None, "fr"),
        ("en;q=0", "de", "de"),
        ("FR", None, "fr"),
        ("fr;q=2,de", None, "de"),
        ("*", "fr", "fr"),
        (";;;,,,\x00" * 400, "de", "de"),
        (",".join(["es"] * 50 + ["fr"]), "de", "de"),
    ],
)
def test_the_language_a_reader_likes_most(wishes, drafting, language):
    assert preferred(wishes, drafting) == language
