"""The depositary's desk by the interface: inviting, deciding on amendments, undoing; and who else may not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from web_desk import DESK, NIGHT, SQUARES, WATER, addresses, air, state, table, version, without_water, words
from web_mayor import take_positions
from web_summit import API, DECLARATION, TEXT, ok, refused

from declaration.drafting.amendment import Amendment
from declaration.drafting.derive import derive_replace
from declaration.drafting.nearness import nearest
from declaration.services import negotiating
from declaration.store import queries
from declaration.store.audit import audit

NEWCOMER = {"id": "seoul", "city": "Seoul", "native": "서울", "country": "KR"}


@pytest.fixture
def desk(summit):
    return summit.come_in("depositary", "host")


def preview(desk, summit, **chosen):
    return ok(desk.post(f"{DESK}/preview", json={"base": version(summit).digest, **chosen}))


def adopt(desk, summit, **chosen):
    return ok(desk.post(f"{DESK}/versions", json={"base": version(summit).digest, **chosen}), 201)


# Who


def test_nobody_but_the_depositary_comes_to_the_desk(summit):
    callers = [
        (summit.client(), 401, "caller.unknown"),
        (summit.come_in("drafter", "workshop"), 403, "caller.role"),
        (summit.come_in("signatory", "haifa"), 403, "caller.role"),
    ]
    found = [line for line in addresses(summit.app) if line[1].startswith("/api/") and "/desk/" in line[1]]
    assert len(found) > 15
    for method, path in found:
        for client, status, code in callers:
            asked = path.replace("{declaration}", DECLARATION)
            refused(client.request(method, asked, json=None if method == "GET" else {}), status, code)


def test_another_declaration_s_depositary_is_nobody_here(summit, desk):
    found = desk.get(DESK.replace(DECLARATION, "another") + "/consolidation")
    refused(found, 403, "caller.role")


# People


def test_signatories_are_invited_one_or_many_and_the_same_list_again_changes_nothing(summit, desk):
    first = ok(desk.post(f"{DESK}/signatories", json={"signatories": [NEWCOMER]}), 201)
    again = ok(desk.post(f"{DESK}/signatories", json={"signatories": [NEWCOMER], "source": "a list"}), 201)
    assert [item["repeated"] for item in (*first["items"], *again["items"])] == [False, True]
    other = {**NEWCOMER, "native": "Seoul"}
    refused(desk.post(f"{DESK}/signatories", json={"signatories": [other]}), 409, "record.otherwise")
    wrong = [{**NEWCOMER, "id": "busan"}, {**NEWCOMER, "id": "nowhere", "country": "ZZ"}]
    refused(desk.post(f"{DESK}/signatories", json={"signatories": wrong}), 400, "signatories.country")
    with summit.chancery.store.reading() as session:
        assert [party.id for party in queries.signatories(session, DECLARATION)] == [
            "abidjan",
            "haifa",
            "reading",
            "seoul",
        ]


def test_what_is_pasted_is_cleaned_and_said_so(desk):
    pasted = {**NEWCOMER, "city": "Se\u00adoul"}
    notes = ok(desk.post(f"{DESK}/signatories", json={"signatories": [pasted]}), 201)["notes"]
    assert len(notes) == 1
    assert "U+00AD" in notes[0]


def test_a_drafter_is_admitted_once(desk):
    sent = {"drafter": "youth", "name": "Youth council"}
    ok(desk.post(f"{DESK}/drafters", json=sent), 201)
    assert ok(desk.post(f"{DESK}/drafters", json=sent), 201)["repeated"]


def test_everybody_who_has_not_enrolled_is_invited_at_once(summit, desk):
    summit.come_in("signatory", "haifa")
    sent = {"role": "signatory"}
    made = ok(desk.post(f"{DESK}/invitations/waiting", json=sent), 201)
    assert [item["subject"] for item in made["items"]] == ["abidjan", "reading"]
    assert made["next"] is None
    assert ok(desk.post(f"{DESK}/invitations/waiting", json=sent), 201)["items"] == []
    again = ok(desk.post(f"{DESK}/invitations/waiting", json={**sent, "again": True}), 201)["items"]
    assert [item["subject"] for item in again] == ["abidjan", "reading"]
    old, new = made["items"][0]["link"].rpartition("#")[2], again[0]["link"].rpartition("#")[2]
    refused(summit.client().post(f"{API}/invitation", json={"secret": old}), 409, "invitation.recalled")
    assert ok(summit.client().post(f"{API}/invitation", json={"secret": new}))["subject"] == "abidjan"


def test_an_invitation_is_shown_once_and_kept_nowhere(summit, desk, tmp_path, caplog):
    caplog.set_level("DEBUG")
    answer = desk.post(
        f"{DESK}/invitations", json={"role": "drafter", "subject": "workshop"}, headers={"idempotency-key": "k" * 12}
    )
    made = ok(answer, 201)
    assert answer.headers["cache-control"] == "no-store"
    secret = made["link"].rpartition("#")[2]
    assert made["link"] == f"http://localhost:8000/{DECLARATION}/welcome#{secret}"
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("summit.db*"))
    assert secret.encode() not in stored
    assert secret not in caplog.text
    ok(desk.post(f"{DESK}/invitations/recall", json={"role": "drafter", "subject": "workshop"}))
    refused(summit.client().post(f"{API}/invitation", json={"secret": secret}), 409, "invitation.recalled")


def test_a_signatory_s_delegate_is_not_the_depositary_s_to_let_in(desk):
    refused(desk.post(f"{DESK}/invitations", json={"role": "delegate", "subject": "x"}), 403, "invitation.role")
    lost = {"role": "depositary", "subject": "host", "reason": "Lost."}
    refused(desk.post(f"{DESK}/devices/replace", json=lost), 403, "invitation.role")


def test_people_say_how_far_they_have_come(summit, desk):
    summit.come_in("signatory", "haifa")
    summit.invite("signatory", "abidjan")
    found = {item["id"]: item["access"] for item in ok(desk.get(f"{DESK}/people"))["items"]}
    assert found == {
        "host": "enrolled",
        "workshop": "none",
        "delegation": "none",
        "abidjan": "invited",
        "haifa": "enrolled",
        "reading": "none",
    }
    summit.clock.forward(days=29)
    summit.sign_in("depositary", "host", client=desk)
    summit.clock.forward(hours=30)
    desk = summit.sign_in("depositary", "host")
    page = ok(desk.get(f"{DESK}/people?role=signatory&limit=2"))
    assert [item["access"] for item in page["items"]] == ["expired", "enrolled"]
    assert page["next"] == "signatory/haifa"
    rest = ok(desk.get(f"{DESK}/people?role=signatory&limit=2&after={page['next']}"))
    assert ([item["id"] for item in rest["items"]], rest["next"]) == (["reading"], None)


def test_a_lost_device_is_replaced_by_an_entry_and_a_new_invitation(summit, desk):
    mayor = summit.come_in("signatory", "haifa")
    lost = {"role": "signatory", "subject": "haifa", "reason": "Left in a taxi."}
    made = ok(desk.post(f"{DESK}/devices/replace", json=lost), 201)
    refused(mayor.get(f"{API}/session"), 401, "caller.unknown")
    with summit.chancery.store.reading() as session:
        (old,) = queries.credentials(session, DECLARATION, "haifa")
    assert (old.reason, old.revoked is not None) == ("Left in a taxi.", True)
    assert ok(summit.client().post(f"{API}/invitation", json={"secret": made["link"].rpartition("#")[2]}))
    refused(desk.post(f"{DESK}/devices/replace", json=lost), 404, "credential.none")


# Amendments


def test_what_fits_together_is_merged_and_what_collides_stands_in_groups(summit, desk):
    table(summit, "A1", ("city-1", "en", SQUARES))
    table(summit, "A2", ("city-1", "en", NIGHT))
    table(summit, "A3", ("city-1", "en", "We open our gardens to everybody."), air)
    table(summit, "A4", ("city-2", "en", "We keep the rivers clean for those who will come after us."))
    table(summit, "A5", ("city-2", "en", "We keep the water clean for those who come after us."))
    answer = desk.get(f"{DESK}/consolidation")
    found = ok(answer)
    assert answer.headers["etag"] == f'"{version(summit).digest}"'
    assert found["fitting"] == ["A2", "A4", "A5"]
    assert [group["amendments"] for group in found["groups"]] == [["A1", "A3"]]
    reason = found["groups"][0]["reasons"][0]
    assert (reason["code"], reason["clause"], reason["language"]) == ("overlap", "city-1", "en")
    (merged,) = found["to_confirm"]
    assert (merged["clause"], merged["amendments"], merged["unchanged"]) == ("city-2", ["A4", "A5"], ["fr", "ar"])
    (near,) = merged["near"]
    assert near == {
        "language": "en",
        "words": 4,
        "between": " clean for those who ",
        "amendments": ["A4", "A5"],
    }


def test_the_distance_between_two_amendments_is_counted_in_words():
    made = [
        Amendment(name, "workshop", "0" * 64, "", (derive_replace(TEXT, "city-2", language, text),))
        for name, language, text in (
            ("A", "en", "You keep the water clean for those who will come after us."),
            ("B", "en", "We keep our water clean for those who will come after us."),
            ("C", "en", "We keep the water clean for those who will come after you."),
            ("D", "fr", "Nous gardons l’eau propre pour celles et ceux qui viendront après elles."),
        )
    ]
    (near,) = nearest(TEXT, made, "city-2")
    assert (near.words, near.between, near.amendments) == (1, " keep ", ("A", "B"))
    assert nearest(TEXT, made[:1], "city-2") == ()
    twins = [made[0], Amendment("Z", "workshop", "0" * 64, "", made[0].changes)]
    assert nearest(TEXT, twins, "city-2") == ()  # the same words twice are one change


def test_a_preview_records_nothing_and_an_adoption_makes_exactly_it(summit, desk):
    table(summit, "A1", ("city-1", "en", SQUARES))
    table(summit, "A2", ("city-2", "en", "We keep the rivers clean for those who will come after us."))
    before = version(summit)
    chosen = {"modified": ["A1"], "words": [words("We open our squares\u00ad to all.")]}
    shown = preview(desk, summit, **chosen)
    assert version(summit) == before
    assert shown["version"]["number"] == 2
    assert shown["notes"] == ["city-1 (en): 1 × soft hyphen (U+00AD) removed"]
    (passage,) = shown["passages"]
    assert (passage["clause"], passage["fate"], list(passage["words"])) == ("city-1", "reworded", ["en"])
    assert ["insert", "to all"] in [list(pair) for pair in passage["words"]["en"]]
    assert shown["carried"] == [{"amendment": "A2", "result": "clean", "reasons": [], "codes": []}]
    done = adopt(desk, summit, **chosen, result=shown["version"]["digest"])
    assert done["version"] == shown["version"]
    assert version(summit).digest == shown["version"]["digest"]
    assert state(summit, "A1") == ("adopted-as-modified", ())


def test_an_adoption_that_would_not_read_as_previewed_is_refused(summit, desk):
    table(summit, "A1", ("city-1", "en", SQUARES))
    shown = preview(desk, summit, adopted=["A1"])
    current = version(summit)
    revised = Amendment("A1", "workshop", current.digest, "", (derive_replace(current.text, "city-1", "en", NIGHT),))
    negotiating.revise(summit.chancery, DECLARATION, revised, by="workshop")
    sent = {"base": current.digest, "adopted": ["A1"], "result": shown["version"]["digest"]}
    refused(desk.post(f"{DESK}/versions", json=sent), 409, "version.otherwise")
    assert version(summit) == current


def test_a_merged_clause_is_adopted_only_when_it_was_read(summit, desk):
    table(summit, "A4", ("city-2", "en", "We keep the rivers clean for those who will come after us."))
    table(summit, "A5", ("city-2", "en", "We keep the water clean for those who come after us."))
    chosen = {"adopted": ["A4", "A5"]}
    assert preview(desk, summit, **chosen)["to_confirm"] == ["city-2"]
    sent = {"base": version(summit).digest, **chosen}
    refused(desk.post(f"{DESK}/versions", json=sent), 409, "merge.unconfirmed")
    assert adopt(desk, summit, **chosen, confirmed=["city-2"])["confirmed"] == ["city-2"]


def test_a_decision_that_changes_nothing_is_refused(summit, desk):
    table(summit, "A1", ("city-1", "en", SQUARES))
    sent = {"base": version(summit).digest}
    refused(desk.post(f"{DESK}/preview", json=sent), 409, "decision.empty")
    same = {**sent, "words": [words(WATER, clause="city-2")]}
    refused(desk.post(f"{DESK}/versions", json=same), 409, "decision.empty")
    both = {**sent, "words": [{**words(), "section": "city"}]}
    refused(desk.post(f"{DESK}/preview", json=both), 400, "decision.place")


def test_what_was_looked_at_must_still_stand(summit, desk):
    first = version(summit).digest
    adopt(desk, summit, words=[words()])
    sent = {"base": first, "words": [words(NIGHT)]}
    refused(desk.post(f"{DESK}/versions", json=sent), 409, "version.stale")
    refused(desk.post(f"{DESK}/preview", json=sent), 409, "version.stale")
    sent["base"] = version(summit).digest
    refused(desk.post(f"{DESK}/versions", json=sent, headers={"if-match": f'"{first}"'}), 412, "http.outdated")
    ok(desk.post(f"{DESK}/versions", json=sent, headers={"if-match": f'"{sent["base"]}"'}), 201)


def test_adopting_twice_at_once_adopts_once(summit, desk):
    table(summit, "A1", ("city-1", "en", SQUARES))
    sent = {"base": version(summit).digest, "adopted": ["A1"]}
    with ThreadPoolExecutor(4) as hands:
        told = list(hands.map(lambda _: desk.post(f"{DESK}/versions", json=sent), range(4)))
    assert sorted(answer.status_code for answer in told) == [201, 409, 409, 409]
    assert version(summit).number == 2


def test_the_same_adoption_sent_again_is_answered_again(summit, desk):
    first = version(summit).digest
    sent = {"base": first, "words": [words()]}
    headers = {"idempotency-key": "adopt-once-0001", "if-match": f'"{first}"'}
    told = [ok(desk.post(f"{DESK}/versions", json=sent, headers=headers), 201) for _ in range(2)]
    assert told[0] == told[1]
    assert version(summit).number == 2


def test_an_amendment_is_rejected_with_a_reason(summit, desk):
    table(summit, "A1", ("city-1", "en", SQUARES))
    sent = {"amendment": "A1", "reason": "The gardens belong to everybody, too."}
    assert not ok(desk.post(f"{DESK}/rejections", json=sent), 201)["repeated"]
    assert ok(desk.post(f"{DESK}/rejections", json=sent), 201)["repeated"]
    refused(desk.post(f"{DESK}/rejections", json={**sent, "reason": "Other."}), 409, "record.otherwise")
    refused(desk.post(f"{DESK}/rejections", json={**sent, "amendment": "A9"}), 404, "amendment.unknown")
    assert state(summit, "A1") == ("rejected", ())


# Undoing


def test_undoing_brings_back_words_positions_and_open_amendments(summit, desk):
    mayor = summit.come_in("signatory", "haifa")
    take_positions(summit, mayor, "haifa", city_1="accept")
    table(summit, "adopted", ("city-1", "en", SQUARES), air)
    collides = table(summit, "collides", ("city-1", "en", "We open our squares and our parks to everybody."))
    shares = table(
        summit, "shares", ("city-1", "en", SQUARES), ("city-2", "en", "We keep our water clean for those to come.")
    )
    table(summit, "apart", ("preamble-1", "en", "We, mayors of cities small and large,"))
    before = version(summit)
    adopt(desk, summit, adopted=["adopted"])
    assert state(summit, "collides")[1]
    assert [c["stale"] for c in ok(desk.get(f"{DESK}/agreement"))["items"] if c["clause"] == "city-1"] == [["haifa"]]
    told = ok(desk.get(f"{DESK}/undo"))
    assert (told["decided"], told["carried"], told["restored"]) == (["adopted"], ["apart"], ["collides", "shares"])
    done = ok(desk.post(f"{DESK}/undo", json={"base": told["undone"]["digest"]}), 201)
    after = version(summit)
    assert (after.number, after.text, done["version"]["digest"]) == (3, before.text, after.digest)
    with summit.chancery.store.reading() as session:
        found = {line.amendment.id: line for line in queries.open_amendments(session, DECLARATION)}
    assert sorted(found) == ["apart", "collides", "shares"]
    for amendment in (collides, shares):
        line = found[amendment.id]
        assert (line.amendment.changes, line.conflict, line.amendment.base) == (amendment.changes, (), after.digest)
    assert state(summit, "adopted")[0] == "adopted"
    assert [c["accepted"] for c in ok(desk.get(f"{DESK}/agreement"))["items"] if c["clause"] == "city-1"] == [1]
    audit(summit.chancery.store, DECLARATION)


def test_an_amendment_that_was_in_conflict_before_stays_so_with_its_reasons(summit, desk):
    table(summit, "late", ("city-1", "en", NIGHT))
    table(summit, "gone", without_water)
    adopt(desk, summit, words=[words("We open nothing.")])
    assert (conflict := state(summit, "late")[1])
    adopt(desk, summit, adopted=["gone"])
    told = ok(desk.get(f"{DESK}/undo"))
    assert (told["waiting"], told["decided"]) == (["late"], ["gone"])
    ok(desk.post(f"{DESK}/undo", json={"base": told["undone"]["digest"]}), 201)
    assert state(summit, "late") == ("tabled", conflict)
    audit(summit.chancery.store, DECLARATION)


def test_an_undoing_can_be_undone(summit, desk):
    adopt(desk, summit, words=[words()])
    text = version(summit).text
    for _ in range(2):
        ok(desk.post(f"{DESK}/undo", json={"base": version(summit).digest}), 201)
    assert (version(summit).number, version(summit).text) == (4, text)


def test_nothing_is_undone_that_somebody_has_relied_on(summit, desk):
    refused(desk.get(f"{DESK}/undo"), 409, "undo.first")
    mayor = summit.come_in("signatory", "haifa")
    adopt(desk, summit, words=[words()])
    ok(desk.get(f"{DESK}/undo"))
    take_positions(summit, mayor, "haifa", city_2="accept")
    refused(desk.get(f"{DESK}/undo"), 409, "undo.relied-on")
    refused(desk.post(f"{DESK}/undo", json={"base": version(summit).digest}), 409, "undo.relied-on")
    adopt(desk, summit, words=[words(NIGHT)])
    table(summit, "new", ("city-2", "en", "We keep the rivers clean."))
    refused(desk.post(f"{DESK}/undo", json={"base": version(summit).digest}), 409, "undo.relied-on")


def test_undoing_names_the_version_that_was_looked_at(summit, desk):
    first = version(summit).digest
    adopt(desk, summit, words=[words()])
    refused(desk.post(f"{DESK}/undo", json={"base": first}), 409, "version.stale")
    sent = {"base": version(summit).digest}
    refused(desk.post(f"{DESK}/undo", json=sent, headers={"if-match": f'"{first}"'}), 412, "http.outdated")
    with ThreadPoolExecutor(3) as hands:
        told = sorted(hands.map(lambda _: desk.post(f"{DESK}/undo", json=sent).status_code, range(3)))
    assert told == [201, 409, 409]


def test_agreement_says_who_objects_and_why(summit, desk):
    mayor = summit.come_in("signatory", "haifa")
    take_positions(summit, mayor, "haifa", city_1=("object", "Not at night."), city_2="accept")
    found = {item["clause"]: item for item in ok(desk.get(f"{DESK}/agreement"))["items"]}
    assert found["city-1"]["objections"] == [{"signatory": "haifa", "reason": "Not at night."}]
    assert found["city-1"]["blocked"]
    assert not found["city-2"]["blocked"]
    assert found["city-2"]["silent"] == ["abidjan", "reading"]
