"""Versions and amendments as Akoma Ntoso, out of a database: what the ledger says stands in them."""

import pytest
from akoma_world import AKN, is_valid
from lxml import etree
from service_world import ID

from declaration.errors import NotFound
from declaration.exchange.akoma import read_akoma
from declaration.exchange.files import Given
from declaration.services import akoma
from declaration.store import queries

WORK = f"/akn/de/statement/declaration/2019-09-01/{ID}"


@pytest.fixture(scope="module")
def world(module_worlds):
    """Two versions a day apart; an amendment that led to the second, and two that were carried to it."""
    world = module_worlds.at("drafting")
    world.wait(days=1)
    world.adopt("a3")
    return world


@pytest.fixture(scope="module")
def give(world):
    def make(what, *arguments):
        with world.store.reading() as session:
            return getattr(akoma, what)(session, ID, *arguments)

    return make


def test_every_version_is_valid_in_every_language_and_read_as_the_same(world, give):
    for number in (1, 2):
        files = [Given(give("version", number, tag), tag) for tag in ("en", "fr")]
        assert all(is_valid(file.data) for file in files)
        with world.store.reading() as session:
            assert read_akoma(files) == queries.version_text(session, ID, number)


def test_the_life_is_that_of_the_ledger(give):
    root = etree.fromstring(give("version", 2, "en"))
    events = [(item.get("date"), item.get("type")) for item in root.iter(f"{AKN}eventRef")]
    assert events == [("2019-09-01T09:00:00Z", "generation"), ("2019-09-02T09:00:00Z", "amendment")]
    assert root.find(f".//{AKN}FRBRExpression/{AKN}FRBRuri").get("value") == f"{WORK}/eng@v2"
    assert root.find(f".//{AKN}TLCOrganization").get("showAs") == "City of Düsseldorf"
    reform = root.find(f".//{AKN}passiveRef").get("href")
    assert reform == f"/akn/de/amendment/declaration/{ID}/2019-09-01/a3"
    (mod,) = root.iter(f"{AKN}textualMod")
    assert (mod.get("type"), mod.find(f"{AKN}source").get("href")) == ("substitution", reform)


def test_every_amendment_is_valid_and_names_what_it_amends_and_its_author(give):
    for name, version in (("a1", 2), ("a2", 2), ("a3", 1)):
        data = give("amendment", name, "en")
        assert is_valid(data)
        root = etree.fromstring(data)
        assert root.find(f".//{AKN}original").get("href") == f"{WORK}/eng@v{version}"
    assert root.find(f".//{AKN}docProponent").text == "Workshop w1"


def test_the_first_version_stays_the_same_when_another_comes(module_worlds, give):
    before = module_worlds.at("drafting")
    with before.store.reading() as session:
        assert akoma.version(session, ID, 1, "fr") == give("version", 1, "fr")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("version", 3, "en"), "version.unknown"),
        (("version", 1, "de"), "text.language"),
        (("amendment", "a9", "en"), "amendment.unknown"),
        (("amendment", "a1", "fr"), "amendment.language"),
        (("amendment", "a1", "de"), "text.language"),
    ],
)
def test_what_is_not_there_is_said(give, arguments, code):
    with pytest.raises(NotFound) as refused:
        give(*arguments)
    assert refused.value.code == code
