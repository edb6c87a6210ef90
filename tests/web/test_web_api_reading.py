"""The interface for reading: what anybody may know, by pages, with tags; nothing hostile makes it fail."""

import pytest
from web_summit import API, DECLARATION, PARTIES, TEXT, ok, refused

from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_replace
from declaration.services import negotiating


def propose(summit, name, clause, words, by="workshop"):
    version = negotiating.current_version(summit.chancery, DECLARATION)
    change = derive_replace(version.text, clause, "en", words)
    negotiating.table(summit.chancery, DECLARATION, Amendment(name, by, version.digest, "Because.", (change,)))


def pages(client, address, **parameters):
    """Read every page of a list."""
    found = ok(client.get(address, params=parameters))
    items = found["items"]
    while found["next"] is not None:
        found = ok(client.get(address, params={**parameters, "after": found["next"]}))
        items += found["items"]
    return items


def test_a_declaration_says_where_it_stands(summit):
    client = summit.client()
    [found] = ok(client.get("/api/v1/declarations"))["items"]
    assert found == ok(client.get(API))
    assert (found["id"], found["phase"], found["version"]) == (DECLARATION, "drafting", 1)
    assert found["title"] == dict(TEXT.title)
    assert found["languages"] == ["fr", "en", "ar"]


def test_a_version_carries_its_text(summit):
    client = summit.client()
    [line] = pages(client, f"{API}/versions")
    found = ok(client.get(f"{API}/versions/1"))
    assert found["digest"] == line["digest"]
    assert found["document"]["sections"][1]["clauses"][0]["texts"]["en"]["text"].startswith("We open")
    refused(client.get(f"{API}/versions/2"), 404, "version.unknown")


def test_lists_come_page_by_page(summit):
    for number in range(7):
        propose(summit, f"A{number}", "city-1", f"We open {number} squares.")
    negotiating.withdraw(summit.chancery, DECLARATION, "A3", by="workshop")
    client = summit.client()
    names = [item["amendment"]["id"] for item in pages(client, f"{API}/amendments", limit=2)]
    assert names == [f"A{number}" for number in range(7)]
    tabled = pages(client, f"{API}/amendments", limit=2, state="tabled")
    assert [item["amendment"]["id"] for item in tabled] == ["A0", "A1", "A2", "A4", "A5", "A6"]
    assert [item["id"] for item in pages(client, f"{API}/signatories", limit=1)] == [party.id for party in PARTIES]
    assert ok(client.get(f"{API}/amendments/A3"))["state"] == "withdrawn"


def test_the_matrix_says_who_is_silent(summit):
    found = ok(summit.client().get(f"{API}/matrix"))
    assert [line["silent"] for line in found["clauses"]] == [["abidjan", "haifa", "reading"]] * 3


ADDRESSES = ["", "/versions", "/versions/1", "/amendments", "/matrix", "/signatories", "/signatories/haifa"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_has_it_already_is_told_so_until_something_happens(summit, address):
    client = summit.client()
    first = client.get(f"{API}{address}")
    tag = first.headers["etag"]
    again = client.get(f"{API}{address}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    propose(summit, "A1", "city-1", "We open everything.")
    changed = client.get(f"{API}{address}", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


HOSTILE = [
    "/versions/0",
    "/versions/x",
    "/versions/99999999999",
    "/amendments/%00",
    "/amendments/" + "a" * 65,
    "/amendments?state=nothing",
    "/amendments?limit=-1",
    "/signatories/%F0%9F%98%80",
    "/signatories?after=" + "a" * 81,
    "/signatories/..%2f..%2fetc",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_hostile_addresses_are_refused_plainly(summit, address):
    answer = summit.client().get(f"{API}{address}")
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
