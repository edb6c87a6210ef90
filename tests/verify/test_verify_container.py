"""`signatures.asics`: what a container alone can prove, and its place in the folder."""

import random
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from declaration.cli.app import app
from declaration.signing import asic, cms
from declaration.signing.examination import examine_container
from declaration.signing.folder import evidence, verify_folder
from declaration.signing.keystore import generate_keys
from declaration.signing.report import Answer, Verdict
from declaration.signing.sentences import LANGUAGES

ALONE = "container.alone"
CONTAINER = "signatures.asics"
MOMENT = datetime(2019, 9, 1, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def key():
    return ec.derive_private_key(2019, ec.SECP256R1())


def codes(report):
    return [finding.code for finding in report.findings]


@pytest.fixture(scope="module")
def judged(summit):
    return partial(examine_container, trust=summit.trust)


def test_a_good_container_proves_signatures_and_nobodys_passkey(summit, judged):
    report = judged(summit.files[CONTAINER])
    assert codes(report) == [ALONE]
    assert report.verdict is Verdict.CANNOT_BE_VERIFIED
    assert [(line.id, line.answer, line.codes) for line in report.signatories] == [
        ("abidjan", Answer.UNPROVEN, (ALONE,)),
        ("dhaka", Answer.UNPROVEN, (ALONE,)),
    ]
    moments = {line.id: line.at for line in verify_folder(summit.files, trust=summit.trust).signatories}
    assert all(line.at == moments[line.id] for line in report.signatories)
    assert report.count(Answer.SIGNED) == 0
    [finding] = report.findings
    assert finding.values == {"given": 2, "of": 3}
    for language in LANGUAGES:
        assert "2" in finding.say(language).says
        assert "…" not in finding.say(language).says


def with_messages(summit, *messages, instrument=None):
    return asic.write(instrument or summit.files["instrument.pdf"], cms.merge(messages))


def test_what_does_not_hold_is_named_beside_what_is_missing(summit, play, judged):
    abidjan, dhaka = (summit.files[f"signatures/{name}.p7s"] for name in ("abidjan", "dhaka"))
    other = play(reservations=[])
    flipped = bytearray(summit.files["instrument.pdf"])
    flipped[-9] ^= 1
    cases = {
        "another instrument": (
            with_messages(summit, abidjan, dhaka, instrument=other.files["instrument.pdf"]),
            "signature.message-digest",
            0,
        ),
        "one over another instrument": (
            with_messages(summit, abidjan, other.files["signatures/dhaka.p7s"]),
            "signature.message-digest",
            1,
        ),
        "a damaged instrument": (with_messages(summit, abidjan, instrument=bytes(flipped)), "container.pdf-end", None),
        "not signatures": (asic.write(summit.files["instrument.pdf"], b"\x30\x00"), "signature.unreadable", 0),
        "not a container": (b"PK\x03\x04", "container.asic-zip", None),
        "an edition": (summit.files["signed.pdf"], "container.asic-zip", None),
        "the edition as instrument": (
            with_messages(summit, abidjan, instrument=summit.files["signed.pdf"]),
            "container.attachments",
            None,
        ),
    }
    for name, (data, code, holding) in cases.items():
        report = judged(data)
        assert report.verdict is not Verdict.VALID
        assert report.verdict is not Verdict.INCOMPLETE
        found = {finding.code: finding for finding in report.findings}
        assert "container.failure" not in found, name
        assert code in found or (holding is None and ALONE not in found), (name, list(found))
        assert (found[ALONE].values["given"] if ALONE in found else None) == holding, name


def test_somebody_who_signs_twice_is_counted_once(summit, judged, key):
    """By the depositary's own keys, as only the ledger could tell apart."""
    twice = summit.message(key, summit.parties["abidjan"]), summit.files["signatures/abidjan.p7s"]
    report = judged(with_messages(summit, *twice, summit.files["signatures/dhaka.p7s"]))
    assert report.verdict is Verdict.ALTERED
    assert "count.signatory" in codes(report)
    assert len(report.signatories) == 2


def test_whoever_has_the_depositarys_keys_makes_a_container_that_proves_nothing(summit, judged, key):
    """Düsseldorf has declined; a container says otherwise. That is why none is ever valid."""
    report = judged(with_messages(summit, summit.message(key, summit.parties["duesseldorf"])))
    assert codes(report) == [ALONE]
    assert report.verdict is Verdict.CANNOT_BE_VERIFIED
    assert replaced(summit, with_messages(summit, summit.message(key, summit.parties["duesseldorf"]))).verdict is (
        Verdict.ALTERED
    )


def test_somebody_who_was_not_invited_is_a_stranger(summit, judged, key):
    stranger = replace(summit.parties["abidjan"], id="nobody")
    report = judged(with_messages(summit, summit.message(key, stranger)))
    assert "count.stranger" in codes(report)
    assert not report.signatories


def test_certificates_and_timestamps_under_other_roots_do_not_count(summit, judged, key):
    others, party = generate_keys(at=MOMENT, random=random.Random(7).randbytes), summit.parties["abidjan"]
    cases = {
        "certificate.forged": summit.message(key, party, keys=others, stamps=summit.keys),
        "timestamp.forged": summit.message(key, party, stamps=others),
    }
    for code, message in cases.items():
        report = judged(with_messages(summit, message))
        found = set(codes(report))
        assert found & {code, code.replace("forged", "untrusted")}, found
        assert report.verdict in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}
        assert not report.signatories


def test_every_verdict_is_refused_when_a_bit_flips(summit, judged):
    """All of the container but the signatures' other certificates is under a signature or a comparison."""
    whole = summit.files[CONTAINER]
    step = max(1, len(whole) // 150)
    good = judged(whole)
    for place in [*range(0, len(whole), step), *range(len(whole) - 250, len(whole), 7)]:
        data = bytearray(whole)
        data[place] ^= 1 << (place % 8)
        report = judged(bytes(data))
        assert report.verdict in {Verdict.ALTERED, Verdict.CANNOT_BE_VERIFIED}
        assert (codes(report), report.signatories) != (codes(good), good.signatories), place


# in the folder


def replaced(summit, data):
    return verify_folder(summit.files | {CONTAINER: data}, trust=summit.trust)


def test_a_container_of_other_files_is_altered(summit):
    instrument, merged = summit.files["instrument.pdf"], summit.files["signatures.p7s"]
    for data in (
        asic.write(instrument + b"\n", merged),
        asic.write(instrument, summit.files["signatures/abidjan.p7s"]),
        asic.write(merged, instrument),
    ):
        report = replaced(summit, data)
        assert codes(report) == ["container.differs"]
        assert report.verdict is Verdict.ALTERED


def test_a_container_in_another_form_is_refused(summit, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        for name, data in zip(asic.NAMES, (asic.MEDIA, *asic.read(summit.files[CONTAINER])), strict=True):
            archive.writestr(name, data)
    assert replaced(summit, (tmp_path / "other.zip").read_bytes()).verdict is Verdict.CANNOT_BE_VERIFIED


def test_folders_of_earlier_releases_have_no_container_and_stay_valid(summit):
    made = {"report.json", "VERIFY.md", CONTAINER}
    earlier = {name: data for name, data in summit.files.items() if name not in made}
    earlier |= evidence(earlier, trust=summit.trust)
    assert verify_folder(earlier, trust=summit.trust).verdict is Verdict.VALID
    old, new = earlier["VERIFY.md"].decode(), summit.files["VERIFY.md"].decode()
    assert old.endswith("\n\n<!-- declaration-guide/1 -->\n")
    assert new.endswith("\n\n<!-- declaration-guide/2 -->\n")
    assert new.startswith(old.removesuffix("<!-- declaration-guide/1 -->\n"))
    added = verify_folder(earlier | {CONTAINER: summit.files[CONTAINER]}, trust=summit.trust)
    assert codes(added) == ["container.own"], "the guide tells of a container, or of none"


# as a command


def run(*arguments):
    settings = {"COLUMNS": "200", "LANG": "en_GB.UTF-8", "LC_ALL": ""}
    return CliRunner().invoke(app, ["verify", *map(str, arguments)], env=settings)


def test_the_command_ends_with_two_and_says_what_holds(folder, tmp_path):
    done = run(folder / CONTAINER, "--trust", folder / "trust")
    assert done.exit_code == 2, done.output
    for expected in ("Judged by the keys in", "2 of 3 signatures", "not proven", "signature found", "signed.pdf"):
        assert expected in done.output
    assert "Düsseldorf" not in done.output, "who declined is not in it"
    renamed = folder / "renamed.bin"
    (folder / CONTAINER).rename(renamed)
    assert ALONE in run(renamed).output
    damaged = tmp_path / "damaged.asics"
    damaged.write_bytes(b"\n" + renamed.read_bytes())
    done = run(damaged, "--trust", folder / "trust")
    assert (done.exit_code, "container.asic-zip" in done.output) == (2, True), done.output


def test_a_container_is_given_alone(folder):
    done = run(folder / CONTAINER, folder / "instrument.pdf")
    assert done.exit_code == 2
    assert "alone" in done.output
    assert "Traceback" not in done.output


def test_an_altered_container_ends_with_one(folder):
    other = asic.write((folder / "instrument.pdf").read_bytes(), (folder / "signatures/abidjan.p7s").read_bytes())
    data = bytearray(other)
    data[other.index(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04") + 20] ^= 1  # in the digest that was signed
    (folder / "x.asics").write_bytes(asic.write(*_resummed(bytes(data))))
    done = run(folder / "x.asics", "--trust", folder / "trust")
    assert done.exit_code == 1, done.output


def _resummed(data):
    """Return the two files of a container whose checksums do not fit."""
    first = 30 + len("mimetype") + len(asic.MEDIA) + 30 + len("instrument.pdf")
    size = int.from_bytes(data[first - 14 - 30 + 22 : first - 14 - 30 + 26], "little")
    second = first + size + 30 + len(asic.SIGNATURE)
    length = int.from_bytes(data[second - 22 - 30 + 22 : second - 22 - 30 + 26], "little")
    return data[first : first + size], data[second : second + length]
