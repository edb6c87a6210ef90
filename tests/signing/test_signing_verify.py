"""Steps 5 to 11 on honest evidence: what verifies, and what it returns."""

import pytest

from declaration.canonical import digest
from declaration.errors import VerificationError
from declaration.signing import verify
from declaration.signing.bundle import Bundle


def test_a_signature_verifies_before_it_is_recorded(enrolled):
    evidence = enrolled.sign("abidjan")
    found = verify.verify_evidence(evidence, known=enrolled.known("abidjan"), trust=enrolled.trust)
    assert found.statement.signatory == enrolled.parties["abidjan"].signatory


@pytest.mark.parametrize("name", ["abidjan", "algiers"])
def test_a_bundle_verifies_with_and_without_a_drawing(signed, tools, name):
    found = signed.verify(name)
    assert found.signatory.id == name
    assert found.at == tools.NOW
    assert found.cms == digest(signed.evidence[name].cms)
    assert found.index == signed.index[f"answer {name}"]


def test_a_bundle_survives_its_file(signed):
    bundle = signed.bundle("algiers")
    assert Bundle.parse(bundle.encode()) == bundle
    assert signed.judge(Bundle.parse(bundle.encode())).signatory.id == "algiers"


def test_a_decline_verifies(signed):
    bundle = Bundle.parse(signed.bundle("bijeljina").encode())
    found = verify.verify_decline(bundle, instrument=signed.frozen, trust=signed.trust)
    assert (found.signatory.id, found.reason) == ("bijeljina", "We will not.")


def test_one_memory_serves_all_bundles(signed):
    memory, note = verify.Memory(), signed.checkpoint()
    for name in ("abidjan", "algiers"):
        bundle = signed.bundle(name, checkpoint=note)
        verify.verify_bundle(bundle, instrument=signed.frozen, trust=signed.trust, memory=memory)
    assert len(memory.checkpoints) == 1
    assert len(memory.shared) == 2


def test_the_answers_are_counted(signed):
    signatures = [signed.verify("abidjan"), signed.verify("algiers")]
    declines = [verify.verify_decline(signed.bundle("bijeljina"), instrument=signed.frozen, trust=signed.trust)]
    tally = verify.verify_set(signatures, declines, instrument=signed.frozen)
    assert (tally.signed, tally.declined, tally.missing) == (("abidjan", "algiers"), ("bijeljina",), ())
    tally = verify.verify_set(signatures[:1], [], instrument=signed.frozen)
    assert tally.missing == ("algiers", "bijeljina")


def test_an_early_checkpoint_does_not_cover_a_late_signature(signed):
    early = signed.checkpoint(size=signed.index["answer abidjan"])
    with pytest.raises(VerificationError) as caught:
        signed.verify("abidjan", checkpoint=early)
    assert caught.value.code == "ledger.inclusion"
