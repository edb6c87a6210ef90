"""The list of signatories: defaults, hygiene, and refusals with file, line and field."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration.errors import InputRefused, LimitExceeded
from declaration.exchange import json_source, signatories_json
from declaration.exchange.signatories_json import SignatoryLine, read_signatories

GOOD = """\
{
  "source": "A list for tests.",
  "signatories": [
    {"id": "rabat", "city": "Rabat", "native": "الرباط", "country": "MA"},
    {
      "id": "vienna",
      "office": "Governing Mayor",
      "name": "Governing Mayor of Vienna",
      "city": "Vienna",
      "native": "Wien",
      "country": "AT"
    }
  ]
}
"""


def read(source):
    return read_signatories(source.encode(), file="cities.json")


def test_office_and_name_have_defaults():
    found = read(GOOD)
    assert found.source == "A list for tests."
    assert found.notes == ()
    assert found.signatories == (
        SignatoryLine("rabat", "Mayor", "Mayor of Rabat", "Rabat", "الرباط", "MA"),
        SignatoryLine("vienna", "Governing Mayor", "Governing Mayor of Vienna", "Vienna", "Wien", "AT"),
    )


REFUSED = {
    "not JSON": (('"rabat",', '"rabat"'), "json.malformed", "cities.json is not well-formed JSON: "),
    "doubled name": (('"id": "rabat"', '"id": "rabat", "id": "r"'), "json.malformed", "cities.json "),
    "number": (('"Wien"', "12"), "exchange.not-text", "cities.json, line 10, signatories[1].native: "),
    "list": (('"Wien"', '["Wien"]'), "exchange.not-text", "cities.json, line 10, signatories[1].native: "),
    "null": (('"Vienna"', "null"), "exchange.missing-field", "cities.json, line 9, signatories[1].city: "),
    "missing": (
        (', "country": "MA"', ""),
        "exchange.missing-field",
        "cities.json, line 4, signatories[0]: the field co",
    ),
    "unknown": (
        ('"city": "R', '"mayor": "x", "city": "R'),
        "exchange.unknown-field",
        "cities.json, line 4, signatories[0].m",
    ),
    "identifier": (('"vienna"', '"Wien!"'), "text.id", "cities.json, line 6, signatories[1].id: "),
    "doubled": (('"vienna"', '"RABAT"'), "exchange.doubled-id", "cities.json, line 5, signatories[1]: "),
    "country": (('"AT"', '"UK"'), "signatories.country", "cities.json, line 11, signatories[1].country: UK"),
    "country in small letters": (('"AT"', '"at"'), "signatories.country", "cities.json, line 11, "),
    "two countries": (('"AT"', '"AT AU"'), "signatories.country", "cities.json, line 11, "),
    "bidi control": (('"Wien"', '"W\u202eien"'), "text.character", "cities.json, line 10, signatories[1].native: "),
    "empty": (('"Wien"', '" "'), "text.empty", "cities.json, line 10, signatories[1].native: "),
    "long city": (('"Vienna"', f'"{"V" * 65}"'), "exchange.length", "cities.json, line 9, signatories[1].city: "),
    "long default name": (
        ('"Rabat"', f'"{"R" * 60}"'),
        "signatories.name",
        "cities.json, line 4, signatories[0].city: ",
    ),
    "a list on top": ((GOOD, "[]"), "exchange.not-mapping", "cities.json, line 1: "),
}


@pytest.mark.parametrize(("change", "code", "place"), REFUSED.values(), ids=REFUSED)
def test_refusal_names_file_line_and_field(change, code, place):
    old, new = change
    assert GOOD.count(old) == 1
    with pytest.raises(InputRefused) as caught:
        read(GOOD.replace(old, new))
    assert caught.value.code == code
    assert caught.value.message.startswith(place)


def test_malformed_json_names_its_line():
    with pytest.raises(InputRefused, match=r"cities\.json is not well-formed JSON: .*line 5"):
        read(GOOD.replace('"MA"},', '"MA"}'))


def test_nobody_invited_is_refused():
    with pytest.raises(InputRefused, match=r"line 1, signatories: nobody"):
        read('{"signatories": []}')


def test_noise_is_cleaned_with_a_note():
    found = read_signatories(b"\xef\xbb\xbf" + GOOD.replace('"Wien"', '"Wi\\u00aden"').encode(), file="cities.json")
    assert found.signatories == read(GOOD).signatories
    assert len(found.notes) == 2
    assert found.notes[1].startswith("cities.json, line 10, signatories[1].native: ")


def test_limits(monkeypatch):
    monkeypatch.setattr(json_source, "MAX_BYTES", 100)
    with pytest.raises(LimitExceeded):
        read(GOOD)


def test_deep_nesting_is_refused():
    with pytest.raises(InputRefused):
        read('{"signatories": ' + "[" * 100_000 + "]" * 100_000 + "}")


def test_the_list_of_countries_is_whole():
    codes = signatories_json._COUNTRIES.split()
    assert codes[:-1] == sorted(set(codes[:-1]))
    assert len(codes) == 249 + 1  # the officially assigned codes, and XK


short = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
names = st.text(st.characters(codec="ascii"), max_size=8)  # our JSON has no other names
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | short,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(values, st.sampled_from([None, 0, 2]), st.booleans())
def test_the_tree_is_what_json_says(value, indent, ascii_only):
    """The second walk finds the same structure and the same texts as the standard library."""
    source = json.dumps({"x": value}, indent=indent, ensure_ascii=ascii_only)
    top, _ = json_source.read_json(source.encode(), file="x")
    assert plain(top.entries()["x"]) == written(value)


def plain(field):
    if field.is_list:
        return [plain(item) for item in field.items()]
    if field.is_mapping:
        return {name: plain(value) for name, value in field.entries().items()}
    return field.node.value


def written(value):
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, dict):
        return {name: written(item) for name, item in value.items()}
    return value if isinstance(value, str) else json.dumps(value)
