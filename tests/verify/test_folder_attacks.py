"""Whole folders that are wrong in one place: the verdict, the code, and the sentences of each."""

import random
from functools import partial

import pytest

from declaration.canonical import b64u, digest, encode, sha256
from declaration.ledger.entries import Entry
from declaration.signing.document import Reservation
from declaration.signing.folder import evidence, verify_folder
from declaration.signing.keystore import generate_keys
from declaration.signing.report import Answer, Severity, Verdict
from declaration.signing.sentences import LANGUAGES
from declaration.signing.statement import Objecting, ObjectionWithdrawal, ReservationWithdrawal

TWO_OF_THREE = {"abidjan": "sign", "dhaka": "sign"}


def findings(report):
    return {finding.code for finding in report.findings if finding.severity is not Severity.NOTE}


def test_a_good_folder_is_valid(summit):
    report = verify_folder(summit.files, trust=summit.trust)
    assert report.verdict is Verdict.VALID
    assert not report.findings
    assert [(line.id, line.answer) for line in report.signatories] == [
        ("abidjan", Answer.SIGNED),
        ("dhaka", Answer.SIGNED),
        ("duesseldorf", Answer.DECLINED),
    ]
    assert report.about["edition"] == digest(summit.files["signed.pdf"])


def test_a_folder_where_somebody_has_not_answered_is_incomplete(play):
    summit = play(TWO_OF_THREE)
    report = verify_folder(summit.files, trust=summit.trust)
    assert report.verdict is Verdict.INCOMPLETE
    assert report.verdict.exit_code == 3
    assert [line.answer for line in report.signatories] == [Answer.SIGNED, Answer.SIGNED, Answer.MISSING]


def test_report_and_guide_can_be_made_again(summit):
    bare = {name: data for name, data in summit.files.items() if name not in {"report.json", "VERIFY.md"}}
    again = evidence(bare, trust=summit.trust)
    assert again == {name: summit.files[name] for name in ("report.json", "VERIFY.md")}


def swapped(files):
    one, other = "signatures/abidjan.json", "signatures/dhaka.json"
    return files | {one: files[other], other: files[one]}


def copied(source, target):
    return lambda files: files | {target: files[source]}


def without(*names):
    return lambda files: {name: data for name, data in files.items() if name not in names}


def added(name, data=b"x"):
    return lambda files: files | {name: data}


IN_THE_FOLDER = {
    "bundles swapped": (swapped, Verdict.ALTERED, "bundle.name"),
    "signatures swapped": (
        lambda files: files | {"signatures/abidjan.p7s": files["signatures/dhaka.p7s"]},
        Verdict.ALTERED,
        "container.differs",
    ),
    "a signature instead of all": (copied("signatures/abidjan.p7s", "signatures.p7s"), Verdict.ALTERED, "count.merged"),
    "a signature counted twice": (
        copied("signatures/abidjan.json", "signatures/duesseldorf.json"),
        Verdict.ALTERED,
        "bundle.name",
    ),
    "a signature as decline": (
        copied("signatures/abidjan.json", "declines/abidjan.json"),
        Verdict.ALTERED,
        "bundle.act",
    ),
    "a signature taken out": (
        without("signatures/dhaka.json", "signatures/dhaka.p7s"),
        Verdict.ALTERED,
        "container.missing",
    ),
    "the decline taken out": (without("declines/duesseldorf.json"), Verdict.CANNOT_BE_VERIFIED, "container.missing"),
    "the edition taken out": (without("signed.pdf"), Verdict.CANNOT_BE_VERIFIED, "container.missing"),
    "the checkpoint taken out": (without("ledger/checkpoint"), Verdict.CANNOT_BE_VERIFIED, "ledger.file-missing"),
    "a root taken out": (without("trust/seal-root.pem"), Verdict.CANNOT_BE_VERIFIED, "container.missing"),
    "the report taken out": (without("report.json"), Verdict.CANNOT_BE_VERIFIED, "container.missing"),
    "the instrument as edition": (copied("instrument.pdf", "signed.pdf"), Verdict.ALTERED, "seal.missing"),
    "the edition as instrument": (
        copied("signed.pdf", "instrument.pdf"),
        Verdict.ALTERED,
        "instrument.unreadable",
    ),
    "an unknown file": (added("readme.txt"), Verdict.CANNOT_BE_VERIFIED, "container.unexpected"),
    "an unknown file in a folder": (
        added("signatures/notes/a.json"),
        Verdict.CANNOT_BE_VERIFIED,
        "container.unexpected",
    ),
    "a signature without bundle": (added("signatures/nobody.p7s"), Verdict.CANNOT_BE_VERIFIED, "container.unexpected"),
    "an unknown trust file": (added("trust/more.pem"), Verdict.CANNOT_BE_VERIFIED, "container.unexpected"),
    "an unknown ledger file": (added("ledger/tile/9/000"), Verdict.ALTERED, "ledger.file"),
    "a blob nobody names": (
        lambda files: files | {f"ledger/blob/{digest(b'x')}": b"x"},
        Verdict.CANNOT_BE_VERIFIED,
        "container.unexpected",
    ),
    "a report of something else": (added("report.json", b"{}"), Verdict.ALTERED, "container.own"),
    "a guide with other commands": (
        lambda files: files | {"VERIFY.md": files["VERIFY.md"].replace(b"-attime", b"-no_check_time -attime")},
        Verdict.ALTERED,
        "container.own",
    ),
    "declaration.json of another text": (
        lambda files: files | {"declaration.json": files["declaration.json"].replace(b"Living", b"Loving")},
        Verdict.ALTERED,
        "instrument.document",
    ),
    "nothing": (lambda _: {}, Verdict.CANNOT_BE_VERIFIED, "container.missing"),
}


@pytest.mark.parametrize(("attack", "verdict", "code"), IN_THE_FOLDER.values(), ids=IN_THE_FOLDER.keys())
def test_a_folder_that_was_tampered_with_is_refused(attack, verdict, code, summit):
    report = verify_folder(attack(summit.files), trust=summit.trust)
    assert code in findings(report)
    assert report.verdict is verdict
    assert "container.failure" not in findings(report)
    for finding in report.findings:
        for language in LANGUAGES:
            assert "…" not in finding.say(language).says, finding


def test_blobs_of_the_history_are_needed(summit):
    for name in [name for name in summit.files if name.startswith("ledger/blob/")]:
        report = verify_folder(without(name)(summit.files), trust=summit.trust)
        assert "container.missing" in findings(report)


def test_a_folder_is_judged_by_the_given_trust_and_not_by_its_own(summit, moment):
    others = generate_keys(at=moment, random=random.Random(9).randbytes).trust("example.org/demo")
    report = verify_folder(summit.files, trust=others)
    assert {"container.trust", "seal.timestamp"} <= findings(report)
    own = summit.files | {f"trust/{name}": data for name, data in others.files().items()}
    assert verify_folder(own, trust=others).verdict is not Verdict.VALID
    assert "container.trust" in findings(verify_folder(own, trust=summit.trust))


def test_another_summit_of_the_same_keys_cannot_be_mixed_in(summit, play):
    other = play({"abidjan": "sign", "dhaka": "decline", "duesseldorf": "sign"})
    for name in sorted(summit.files.keys() & other.files.keys()):
        if summit.files[name] != other.files[name]:
            report = verify_folder(summit.files | {name: other.files[name]}, trust=summit.trust)
            assert report.verdict in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}, name


# -- what only the whole ledger shows: each of these folders is made by a service whose door was left open -------------


def revoked_before_signing(summit):
    body = {"signatory": "dhaka", "credential": summit.devices["dhaka"].credential, "reason": "Lost."}
    summit.record("credential.revoked", "duesseldorf-host", body)


def thawed(summit):
    body = {"instrument": digest(summit.instrument), "reason": "A comma."}
    summit.record("instrument.unfrozen", "duesseldorf-host", body)


def thawed_and_frozen_again(summit):
    thawed(summit)
    frozen = Entry.parse(summit.entries[summit.frozen]).body
    summit.record("instrument.frozen", "duesseldorf-host", dict(frozen))


def invited_late(summit):
    party = summit.parties["dhaka"].as_json() | {"id": "kyiv", "city": "Kyiv", "native": "Київ", "country": "UA"}
    summit.record("signatory.invited", "duesseldorf-host", {"signatory": party})


def other_version(summit):
    body = {
        "number": 2,
        "digest": digest(b"2"),
        "parent": Entry.parse(summit.entries[1]).body["digest"],
        "document": digest(b"document"),
        "carriage": digest(b"carriage"),
    }
    summit.record("version.adopted", "duesseldorf-host", body, b"document", b"carriage")


def sealed_twice(summit):
    body = {
        "instrument": digest(summit.instrument),
        "edition": digest(b"another"),
        "merged": digest(b"another"),
        "signatures": 2,
        "declined": 1,
    }
    summit.record("instrument.sealed", "duesseldorf-host", body, b"another")


def somebody_elses_position(summit):
    """A position that the passkey of another city confirmed."""
    summit.position("dhaka", "c-1", "accept-with-reservation", "Within our means.", by="abidjan")


def silently_dropped(summit):
    summit.position("abidjan", "p-1", "accept-with-reservation", "Where law allows.")


def withdrawn_reservation(summit):
    summit.position("dhaka", "c-1", "accept")


def held(words="Within our means."):
    texts = {"fr": "Écouter.", "en": "Listening."}
    clause = {"id": "c-1", "texts": {language: digest(text.encode()) for language, text in texts.items()}}
    return Reservation("dhaka", "c-1", digest(encode(clause)), words)


def objected(summit, name="abidjan", reservation=None, by=None):
    content = (reservation or held()).content
    said = Objecting("dhaka", "c-1", content, "It empties the clause.")
    summit.about("objection.raised", name, said, by=by)


def objected_twice(summit):
    objected(summit)
    objected(summit)


def objected_and_withdrawn(summit):
    objected(summit)
    said = ObjectionWithdrawal("dhaka", "c-1", held().content)
    summit.about("objection.withdrawn", "abidjan", said)


def withdrawn_without_an_objection(summit):
    summit.about("objection.withdrawn", "abidjan", ObjectionWithdrawal("dhaka", "c-1", held().content))


def withdrawn_in_drafting(summit):
    summit.about("reservation.withdrawn", "dhaka", ReservationWithdrawal("c-1", held().content))


def withdrawn_in_another_name(summit):
    said = ReservationWithdrawal("c-1", held().content)
    summit.about("reservation.withdrawn", "dhaka", said, by="abidjan")


def in_the_annex(**more):
    line = {name: value for name, value in held()._asdict().items() if name != "objections"}
    return [line | more]


CONTESTED = in_the_annex(objections=[{"signatory": "abidjan", "reason": "It empties the clause."}])


def test_an_objection_in_the_annex_is_verified(play):
    summit = play(before_freeze=objected, reservations=CONTESTED)
    assert verify_folder(summit.files, trust=summit.trust).verdict is Verdict.VALID


def test_what_is_withdrawn_after_the_freeze_stays_in_the_annex(play):
    def withdraw(summit):
        summit.about("objection.withdrawn", "abidjan", ObjectionWithdrawal("dhaka", "c-1", held().content))
        summit.about("reservation.withdrawn", "dhaka", ReservationWithdrawal("c-1", held().content))

    summit = play(before_freeze=objected, reservations=CONTESTED, after_answers=withdraw)
    assert verify_folder(summit.files, trust=summit.trust).verdict is Verdict.VALID


def enrolled_by_a_stranger(summit):
    body = dict(Entry.parse(summit.entries[summit.enrolled["dhaka"]]).body)
    body |= {"signatory": "nobody", "credential": b64u(sha256(b"x"))}
    body["assertion"] = body["assertion"] | {"credential": b64u(sha256(b"x"))}
    summit.record("credential.enrolled", "nobody", body)


def second_passkey(summit):
    body = dict(Entry.parse(summit.entries[summit.enrolled["dhaka"]]).body)
    body |= {"credential": b64u(sha256(b"y"))}
    body["assertion"] = body["assertion"] | {"credential": b64u(sha256(b"y"))}
    summit.record("credential.enrolled", "dhaka", body)


BY_AN_OPEN_DOOR = {
    "signed with a revoked passkey": ({"before_freeze": revoked_before_signing}, "ledger.history"),
    "the freeze was undone": ({"after_answers": thawed}, "ledger.history"),
    "frozen again, without new signatures": ({"after_answers": thawed_and_frozen_again}, "ledger.history"),
    "invited after the freeze": ({"after_answers": invited_late}, "ledger.history"),
    "invited, and left out of the roster": ({"before_freeze": invited_late}, "ledger.history"),
    "another version adopted": ({"before_freeze": other_version}, "ledger.history"),
    "sealed twice": ({"after_answers": sealed_twice}, "ledger.history"),
    "enrolled without invitation": ({"before_freeze": enrolled_by_a_stranger}, "ledger.history"),
    "two passkeys at a time": ({"before_freeze": second_passkey}, "ledger.history"),
    "reservation confirmed by another city": ({"before_freeze": somebody_elses_position}, "ledger.position"),
    "reservation dropped": ({"before_freeze": silently_dropped}, "ledger.reservation"),
    "reservation withdrawn, and still printed": ({"before_freeze": withdrawn_reservation}, "ledger.reservation"),
    "reservation left out of the annex": ({"reservations": []}, "ledger.reservation"),
    "objection left out of the annex": ({"before_freeze": objected}, "ledger.reservation"),
    "objection made up": ({"reservations": CONTESTED}, "ledger.reservation"),
    "objection withdrawn, and still printed": (
        {"before_freeze": objected_and_withdrawn, "reservations": CONTESTED},
        "ledger.reservation",
    ),
    "objection confirmed by another city": (
        {"before_freeze": partial(objected, by="dhaka"), "reservations": CONTESTED},
        "ledger.position",
    ),
    "objection to one's own": ({"before_freeze": partial(objected, name="dhaka")}, "ledger.objection"),
    "objection to other words": (
        {"before_freeze": partial(objected, reservation=held("As far as we can."))},
        "ledger.objection",
    ),
    "objected twice": ({"before_freeze": objected_twice}, "ledger.objection"),
    "objected after the freeze": ({"after_answers": objected}, "ledger.history"),
    "withdrawn without an objection": ({"after_answers": withdrawn_without_an_objection}, "ledger.objection"),
    "reservation withdrawn in drafting by its own act": ({"before_freeze": withdrawn_in_drafting}, "ledger.history"),
    "reservation withdrawn by another city": ({"after_answers": withdrawn_in_another_name}, "ledger.position"),
    "reservation made up": (
        {
            "reservations": [
                {"signatory": "abidjan", "clause": "p-1", "digest": "0" * 64, "reservation": "We never said so."}
            ]
        },
        "ledger.reservation",
    ),
    "reservation of nobody": (
        {"reservations": [{"signatory": "oslo", "clause": "p-1", "digest": "0" * 64, "reservation": "Hm."}]},
        "document.reservation",
    ),
}


@pytest.mark.parametrize(("door", "code"), BY_AN_OPEN_DOOR.values(), ids=BY_AN_OPEN_DOOR.keys())
def test_what_the_door_should_have_refused_is_found_out(door, code, play):
    summit = play(**door)
    report = verify_folder(summit.files, trust=summit.trust)
    assert code in findings(report), findings(report)
    assert report.verdict in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}
    assert "VERIFY.md" not in summit.files  # the guide is only written when everything holds
