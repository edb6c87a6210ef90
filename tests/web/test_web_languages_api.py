"""Languages in step over the interface: reading what is left, confirming, mending; and who may not."""

from web_desk import DESK, SQUARES, table, version
from web_mayor import chosen, clauses
from web_summit import API, DECLARATION, ok, refused

CONFIRM, CORRECT = f"{DESK}/languages/confirmations", f"{DESK}/languages/corrections"


def left(client, **asked):
    return ok(client.get(f"{API}/languages", params=asked))


def mending(summit, text="We open our squares to all.", **more):
    words = [{"clause": "city-1", "language": "en", "text": text}]
    return {"base": version(summit).digest, "words": words, "reason": "A word was missing.", "ask": False, **more}


def test_what_is_left_is_read_by_anybody_and_confirmed_by_the_depositary(summit):
    desk, reader = summit.come_in("depositary", "host"), summit.client()
    found = left(reader)
    assert found["drafting"] == "fr"
    step = next(line for line in found["languages"] if line["language"] == "en")
    assert step["unconfirmed"] == step["all"]
    assert {item["want"] for item in left(reader, language="en")["items"]} == {"unconfirmed"}
    drafter = summit.come_in("drafter", "workshop")
    assert f"{step['all']} passages are to be compared." in drafter.get(f"/{DECLARATION}/drafting?ui=en").text
    sent = {"base": version(summit).digest, "language": "en", "passages": ["title", "clause:city-1"]}
    assert ok(desk.post(CONFIRM, json=sent), 201) == {"left": step["all"] - 2}
    refused(desk.post(CONFIRM, json=sent), 409, "concordance.confirmed")
    for other in found["languages"]:
        assert ok(desk.post(CONFIRM, json=sent | {"language": other["language"], "passages": None}), 201)["left"] == 0
    assert left(reader)["count"] == 0
    assert "Languages that wait for words" not in drafter.get(f"/{DECLARATION}/drafting?ui=en").text
    assert left(reader, everything=True)["count"] == step["all"]


def test_a_mended_translation_keeps_positions_unless_their_readers_are_asked(summit):
    desk, mayor = summit.come_in("depositary", "host"), summit.come_in("signatory", "haifa")
    for language in ("fr", "en"):
        asked = {"choices": chosen(mayor, city_1="accept"), "language": language}
        (statement,) = ok(mayor.post(f"{API}/my/positions/statements", json=asked))["statements"]
        ok(
            mayor.post(
                f"{API}/my/positions",
                json={"statement": statement, "assertion": summit.confirm("signatory", "haifa", statement)},
            )
        )
        done = ok(desk.post(CORRECT, json=mending(summit, f"We open our squares, {language}.")), 201)
        assert done["version"]["number"] == version(summit).number
        assert clauses(mayor)["city-1"]["position"]["stale"] is False
        page = mayor.get(f"/{DECLARATION}/my", params={"ui": "en"}).text
        assert "without changing the meaning: English. Your position stands." in page
        ok(desk.post(CORRECT, json=mending(summit, f"We open all our squares, {language}.", ask=True)), 201)
        assert clauses(mayor)["city-1"]["position"]["stale"] is (language == "en")
    refused(
        mayor.post(
            f"{API}/my/positions/statements", json={"choices": chosen(mayor, city_1="accept"), "language": "xx"}
        ),
        400,
        "positions.language",
    )


def test_only_translations_are_mended_and_only_what_was_looked_at(summit):
    desk = summit.come_in("depositary", "host")
    first = version(summit).digest
    refused(
        desk.post(
            CORRECT,
            json=mending(summit, "Autrement.")
            | {"words": [{"clause": "city-1", "language": "fr", "text": "Autrement."}]},
        ),
        400,
        "concordance.language",
    )
    refused(desk.post(CORRECT, json=mending(summit, reason=" ")), 400, "entry.form")
    table(summit, "A1", ("city-1", "en", SQUARES))
    ok(desk.post(f"{DESK}/versions", json={"base": first, "adopted": ["A1"]}), 201)
    refused(desk.post(CORRECT, json=mending(summit, base=first)), 409, "version.stale")
    refused(desk.post(CONFIRM, json={"base": first, "language": "en"}), 409, "version.stale")
    headers = {"if-match": f'"{first}"'}
    refused(desk.post(CORRECT, json=mending(summit), headers=headers), 412, "http.outdated")
    headers = {"idempotency-key": "mend-once-1"}
    told = [ok(desk.post(CORRECT, json=mending(summit, base=version(summit).digest), headers=headers), 201)]
    assert version(summit).number == told[0]["version"]["number"]
    history = summit.client().get(f"/{DECLARATION}/ledger", params={"ui": "en"}).text
    assert "a concordance correction that mends the words in English" in history
