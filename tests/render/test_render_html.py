"""The HTML page: escaped, without script, with permanent ids, a language and a direction for every passage."""

import base64
import hashlib
from html.parser import HTMLParser

import pytest

from declaration.drafting.text import Clause, Section, SectionKind, Text, Version
from declaration.render.html import STYLE_SOURCE, render_html

VOID = {"meta"}


class Reader(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.texts, self.ids, self.balanced = [], [], {}, [], True
        self.feed(page)
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if "id" in dict(attrs):
            self.ids.append(dict(attrs)["id"])
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.balanced = self.balanced and bool(self.open) and self.open[-1][0] == tag
        if self.open:
            self.open.pop()

    def handle_data(self, data):
        if data.strip() and self.open and self.open[-1][0] != "title":
            self.texts.setdefault(data, self.open[-1][1])


def test_every_text_has_its_language_and_direction(declare, texts):
    page = Reader(render_html(declare("fr", "de", "ar", "zh")))
    assert page.balanced
    for language in ("fr", "de", "ar", "zh"):
        for key, text in texts[language].items():
            assert page.texts[text]["lang"] == language, key
            assert page.texts[text]["dir"] == ("rtl" if language == "ar" else "ltr")


def test_ids_are_permanent_and_unique(declare):
    page = Reader(render_html(declare("fr", "en")))
    assert {"section-preamble", "clause-recital-1", "clause-city-2", "section-closing"} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links == [f"#{name}" for name in page.ids if name.startswith("clause-")]


def test_columns_in_the_order_asked_for(declare, texts):
    page = render_html(declare("fr", "en", "ar"), ["ar", "fr"])
    assert '<html lang="ar" dir="rtl">' in page
    assert page.index(texts["ar"]["city-1"]) < page.index(texts["fr"]["city-1"])
    assert texts["en"]["city-1"] not in page


def test_no_script_nothing_from_elsewhere_and_only_the_known_style(declare):
    source = render_html(declare("fr"))
    page = Reader(source)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "base"}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name in {"style", "src"}]
    style = source[source.index("<style>") + 7 : source.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" == STYLE_SOURCE
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv"))
    assert STYLE_SOURCE in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "a & b &amp; c", "</style>"]
)
def test_hostile_texts_stay_texts(text):
    section = Section("s", SectionKind.CHAPTER, {"en": text}, (Clause("one", {"en": text}),))
    page = Reader(render_html(Version(1, None, Text("t", ("en",), {"en": text}, (section,)))))
    assert page.balanced
    assert text in page.texts
    assert not {tag for tag, _ in page.tags} & {"script", "img"}


def test_what_is_missing_is_said():
    section = Section("s", SectionKind.CHAPTER, {}, (Clause("one", {"fr": "Oui."}),))
    page = render_html(Version(1, None, Text("t", ("fr", "de", "bn"), {"fr": "T"}, (section,))))
    assert page.count("Diese Stelle fehlt in dieser Sprache.") == 2
    assert page.count("This passage is missing in this language.") == 2
