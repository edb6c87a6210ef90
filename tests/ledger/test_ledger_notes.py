"""Notes and keys: exactly what C2SP writes down, and no altered byte passes."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from declaration.errors import (
    Altered,
    CannotBeVerified,
    DeclarationError,
    InputRefused,
    LimitExceeded,
    VerificationError,
)
from declaration.ledger.keys import message
from declaration.ledger.note import (
    Algorithm,
    Checkpoint,
    Note,
    Signature,
    SigningKey,
    VerifierKey,
    cosign,
    encode_vkeys,
    open_checkpoint,
    parse_vkeys,
    sign_checkpoint,
)

ORIGIN = "declaration.example/duesseldorf-2019"
AT = datetime(2019, 9, 1, 12, 0, tzinfo=UTC)
ROOT = bytes(range(32))
CHECKPOINT = Checkpoint(ORIGIN, 38, ROOT)

# C2SP signed-note, "Example" of "Verifier keys"
EXAMPLE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# C2SP tlog-cosignature, first example and "Ed25519 signed message"
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
COSIGNED_MESSAGE = (
    b"cosignature/v1\ntime 1679315147\n"
    b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)


def ed25519(name=ORIGIN, seed=1, algorithm=Algorithm.ED25519):
    return SigningKey(name, algorithm, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def ml_dsa(name=ORIGIN, seed=2):
    return SigningKey(name, Algorithm.ML_DSA_44, MLDSA44PrivateKey.from_seed_bytes(bytes([seed]) * 32))


LOG = (ed25519(), ml_dsa())
WITNESS = ed25519("witness.example/bonn", 3, Algorithm.COSIGNATURE)
TRUSTED = tuple(key.verifier() for key in LOG)
NOTE = sign_checkpoint(CHECKPOINT, LOG, at=AT)


def test_the_example_of_the_specification_reads_and_verifies():
    key, note = VerifierKey.parse(EXAMPLE_VKEY), Note.parse(EXAMPLE_NOTE.encode())
    assert key.vkey() == EXAMPLE_VKEY
    assert (key.name, key.algorithm, key.key_id.hex()) == ("example.com/foo", Algorithm.ED25519, "530d903a")
    assert note.encode().decode() == EXAMPLE_NOTE
    assert note.text == "This is an example message.\n"
    assert key.matches(note.signatures[0])
    Ed25519PublicKey.from_public_bytes(key.public).verify(note.signatures[0].payload, note.text.encode())


def test_the_cosignature_of_the_specification_reads_and_gives_its_message():
    note = Note.parse(COSIGNED.encode())
    checkpoint = Checkpoint.parse(note.text)
    assert checkpoint.text == note.text
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    seconds = int.from_bytes(note.signatures[1].payload[:8], "big")
    assert message(Algorithm.COSIGNATURE, name="any", seconds=seconds, checkpoint=checkpoint) == COSIGNED_MESSAGE


def test_ml_dsa_signs_the_structure_of_the_specification():
    """C2SP tlog-cosignature, "ML-DSA-44 signed message", member by member."""
    signed = message(
        Algorithm.ML_DSA_44, name="n", seconds=0x0102030405060708, checkpoint=Checkpoint("a.b/c", 38, ROOT)
    )
    assert signed == b"".join(
        (
            b"subtree/v1\n\0",  # label
            b"\x01n",  # cosigner_name<1..2^8-1>
            bytes([1, 2, 3, 4, 5, 6, 7, 8]),  # timestamp
            b"\x05a.b/c",  # log_origin<1..2^8-1>
            bytes(8),  # start
            bytes(7) + b"\x26",  # end
            ROOT,  # hash
        )
    )


def test_a_note_opens_with_the_keys_that_signed_it():
    assert open_checkpoint(NOTE, TRUSTED) == CHECKPOINT
    assert Note.parse(NOTE).encode() == NOTE
    for key in TRUSTED:
        assert open_checkpoint(NOTE, [key]) == CHECKPOINT


def test_ed25519_lines_are_the_same_in_every_run_and_ml_dsa_lines_carry_the_time():
    first, second = Note.parse(NOTE).signatures
    assert first == Note.parse(sign_checkpoint(CHECKPOINT, LOG, at=AT)).signatures[0]
    assert len(first.payload) == 64
    assert len(second.payload) == 8 + 2420
    assert int.from_bytes(second.payload[:8], "big") == int(AT.timestamp())


def test_a_witness_adds_a_line_that_its_key_opens():
    both = cosign(NOTE, WITNESS, at=AT)
    assert both.startswith(NOTE)
    assert open_checkpoint(both, (*TRUSTED, WITNESS.verifier())) == CHECKPOINT
    assert open_checkpoint(both, TRUSTED) == CHECKPOINT
    with pytest.raises(CannotBeVerified):
        open_checkpoint(NOTE, (*TRUSTED, WITNESS.verifier()))
    assert open_checkpoint(NOTE, (*TRUSTED, WITNESS.verifier()), require_all=False) == CHECKPOINT


def test_a_witness_alone_does_not_make_a_checkpoint_of_this_ledger():
    with pytest.raises(Altered) as refused:
        open_checkpoint(cosign(NOTE, WITNESS, at=AT), [WITNESS.verifier()])
    assert refused.value.code == "ledger.origin"


def test_keys_of_another_ledger_open_nothing():
    other = Checkpoint("declaration.example/other", 38, ROOT)
    with pytest.raises(Altered) as refused:
        open_checkpoint(sign_checkpoint(other, LOG, at=AT), TRUSTED)
    assert refused.value.code == "ledger.origin"


@pytest.mark.parametrize("require_all", [True, False])
@pytest.mark.parametrize("keys", [[], [ed25519(seed=9).verifier()], [ed25519("other.example/x").verifier()]])
def test_unknown_keys_cannot_judge(keys, require_all):
    with pytest.raises(CannotBeVerified):
        open_checkpoint(NOTE, keys, require_all=require_all)


@pytest.mark.parametrize("kept", [0, 1])
def test_both_lines_are_required(kept):
    parsed = Note.parse(NOTE)
    single = Note(parsed.text, (parsed.signatures[kept],)).encode()
    with pytest.raises(CannotBeVerified) as refused:
        open_checkpoint(single, TRUSTED)
    assert refused.value.code == "ledger.unsigned"
    assert open_checkpoint(single, TRUSTED, require_all=False) == CHECKPOINT


def test_one_bad_line_spoils_the_note_even_where_another_is_good():
    good, other = Note.parse(NOTE), Note.parse(sign_checkpoint(Checkpoint(ORIGIN, 39, ROOT), LOG, at=AT))
    for signatures in (
        (good.signatures[0], other.signatures[1]),
        (other.signatures[0], good.signatures[1]),
        (*good.signatures, other.signatures[0]),
    ):
        for require_all in (True, False):
            with pytest.raises(Altered) as refused:
                open_checkpoint(Note(good.text, signatures).encode(), TRUSTED, require_all=require_all)
            assert refused.value.code == "ledger.signature"


def test_no_byte_of_a_checkpoint_can_be_changed():
    for at in (*range(420), *range(420, len(NOTE), 41), len(NOTE) - 1):
        for bit in (1, 128):
            changed = NOTE[:at] + bytes([NOTE[at] ^ bit]) + NOTE[at + 1 :]
            with pytest.raises(VerificationError):
                open_checkpoint(changed, TRUSTED)


@pytest.mark.parametrize("cut", [0, 1, 50, 100, 300, -1])
def test_a_note_cut_short_is_refused(cut):
    with pytest.raises(VerificationError):
        open_checkpoint(NOTE[:cut], TRUSTED)


def line(name, payload):
    return f"— {name} {base64.b64encode(payload).decode()}\n"


MALFORMED = {
    "nothing": b"",
    "no signatures": CHECKPOINT.text.encode(),
    "empty signatures": CHECKPOINT.text.encode() + b"\n",
    "no newline at the end": NOTE[:-1],
    "two newlines at the end": NOTE + b"\n",
    "carriage returns": NOTE.replace(b"\n", b"\r\n"),
    "tab": NOTE.replace(b"38", b"38\t", 1),
    "NUL": NOTE + b"\x00",
    "byte order mark in the dash": NOTE.replace("—".encode(), b"\xef\xbb\xbf", 1),
    "hyphen instead of dash": NOTE.replace("—".encode(), b"-", 1),
    "not UTF-8": NOTE.replace(b"3", b"\xff", 1),
    "two spaces": NOTE.replace("— ".encode(), "—  ".encode(), 1),
    "key id alone": (CHECKPOINT.text + "\n" + line(ORIGIN, b"1234")).encode(),
    "name with plus": (CHECKPOINT.text + "\n" + line("a+b", bytes(68))).encode(),
    "name with a no-break space": (CHECKPOINT.text + "\n" + line("a\u00a0b", bytes(68))).encode(),
    "name too long": (CHECKPOINT.text + "\n" + line("a" * 256, bytes(68))).encode(),
    "base64 with stray bits": NOTE.replace(b"=\n", b"9=\n"),
    "base64url": (CHECKPOINT.text + "\n" + line(ORIGIN, b"\xff" * 68)).replace("/", "_").encode(),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_notes_are_refused(case):
    with pytest.raises(Altered) as refused:
        open_checkpoint(MALFORMED[case], TRUSTED)
    assert refused.value.code == "ledger.checkpoint"


@pytest.mark.parametrize("character", ["\t", "\r", "\x00", "\x1f"])
def test_a_note_about_anything_holds_no_control_character(character):
    with pytest.raises(InputRefused):
        Note.parse(EXAMPLE_NOTE.replace("This", f"Th{character}is").encode())


def test_a_signature_under_another_name_is_not_by_the_key():
    """Ed25519 signs the text alone: only name and key id say which ledger or witness the line is of."""
    key = TRUSTED[0]
    (right, _) = Note.parse(NOTE).signatures
    key.verify(right, CHECKPOINT)
    for other in (Signature("other.example/x", right.key_id, right.payload), Signature(ORIGIN, b"1234", right.payload)):
        with pytest.raises(Altered):
            key.verify(other, CHECKPOINT)


ROOT64 = base64.b64encode(ROOT).decode()
NO_CHECKPOINTS = {
    "extension line": CHECKPOINT.text + "extension\n",
    "missing root": f"{ORIGIN}\n38\n",
    "leading zero": f"{ORIGIN}\n038\n{ROOT64}\n",
    "sign": f"{ORIGIN}\n+38\n{ROOT64}\n",
    "other digits": f"{ORIGIN}\n٣٨\n{ROOT64}\n",
    "size beyond JSON": f"{ORIGIN}\n{2**53}\n{ROOT64}\n",
    "size of many digits": f"{ORIGIN}\n{'9' * 5000}\n{ROOT64}\n",
    "short root": f"{ORIGIN}\n38\n{base64.b64encode(ROOT[:31]).decode()}\n",
    "unpadded root": f"{ORIGIN}\n38\n{ROOT64[:-1]}\n",
    "empty origin": f"\n38\n{ROOT64}\n",
    "origin with a space": f"a b/c\n38\n{ROOT64}\n",
    "origin of another form": f"Example\n38\n{ROOT64}\n",
    "no newline": CHECKPOINT.text[:-1],
    "blank line": CHECKPOINT.text + "\n",
}


@pytest.mark.parametrize("case", NO_CHECKPOINTS)
def test_malformed_checkpoints_are_refused(case):
    with pytest.raises(InputRefused):
        Checkpoint.parse(NO_CHECKPOINTS[case])
    note = NO_CHECKPOINTS[case].encode() + NOTE[len(CHECKPOINT.text) :]
    with pytest.raises(Altered):
        open_checkpoint(note, TRUSTED)


@pytest.mark.parametrize("size", [0, 1, 2**53 - 1])
def test_checkpoints_round_trip(size):
    checkpoint = Checkpoint(ORIGIN, size, ROOT)
    assert Checkpoint.parse(checkpoint.text) == checkpoint


def test_sixteen_long_signatures_are_accepted_and_a_megabyte_is_not():
    """C2SP signed-note, "Format": verifiers must accept at least 16 signatures of nearly 5 kB."""
    strangers = "".join(line(f"stranger.example/{number}", bytes(4 + 4_900)) for number in range(16))
    assert open_checkpoint(NOTE + strangers.encode(), TRUSTED) == CHECKPOINT
    with pytest.raises(LimitExceeded):
        Note.parse(NOTE + strangers.encode() * 8)


@pytest.mark.parametrize("key", [*LOG, WITNESS], ids=lambda key: key.algorithm.name)
def test_verifier_keys_round_trip(key):
    verifier = key.verifier()
    assert VerifierKey.parse(verifier.vkey()) == verifier


def altered_vkeys():
    name, key_id, data = TRUSTED[0].vkey().split("+", 2)
    yield from ("", "+", "++", name, f"{name}+{key_id}", f"{name}+{key_id}+", f"{name} +{key_id}+{data}")
    yield f"{name}+{key_id.upper()}+{data}" if key_id.upper() != key_id else f"{name}+{key_id}0+{data}"
    yield f"{name}x+{key_id}+{data}"
    yield f"{name}+{key_id}+{data[:-1]}"
    yield f"{name}+{key_id}+{data}\n"
    yield f"{name}+{key_id}+é{data[1:]}"
    yield f"\ud800+{key_id}+{data}"
    raw = base64.b64decode(data)
    for other in (b"\x02" + raw[1:], b"\x04" + raw[1:], b"\x06" + raw[1:], raw + b"\x00", raw[:1]):
        yield f"{name}+{key_id}+{base64.b64encode(other).decode()}"


@pytest.mark.parametrize("vkey", list(altered_vkeys()), ids=ascii)
def test_altered_verifier_keys_are_refused(vkey):
    with pytest.raises(InputRefused):
        VerifierKey.parse(vkey)


def test_a_file_of_keys_is_read_exactly():
    data = encode_vkeys(TRUSTED)
    assert parse_vkeys(data) == TRUSTED
    for other in (b"", b"\n", data[:-1], data + b"\n", b"\n" + data, data + data, b"# comment\n" + data, b"\xff\n"):
        with pytest.raises(InputRefused):
            parse_vkeys(other)
    with pytest.raises(LimitExceeded):
        parse_vkeys(data * 40)
    for at in range(len(data)):
        with pytest.raises(InputRefused):
            parse_vkeys(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def test_a_key_signs_by_its_own_algorithm_only():
    private = ed25519().private
    for name, algorithm, key in (
        (ORIGIN, Algorithm.ML_DSA_44, private),
        ("a b", Algorithm.ED25519, private),
        ("", Algorithm.ED25519, private),
    ):
        with pytest.raises(InputRefused):
            SigningKey(name, algorithm, key)
    with pytest.raises(InputRefused):
        SigningKey(ORIGIN, Algorithm.ED25519, ml_dsa().private)


def test_one_private_key_as_ledger_and_as_witness_has_two_ids():
    assert ed25519().verifier().key_id != ed25519(algorithm=Algorithm.COSIGNATURE).verifier().key_id


def test_moments_that_cannot_be_signed_are_refused():
    for at in (datetime(2019, 9, 1), datetime(1969, 9, 1, tzinfo=UTC)):  # noqa: DTZ001 - refused
        with pytest.raises(InputRefused):
            sign_checkpoint(CHECKPOINT, LOG, at=at)
    with pytest.raises(InputRefused):
        sign_checkpoint(CHECKPOINT, [], at=AT)


def test_a_time_beyond_63_bits_is_refused():
    key = WITNESS.verifier()
    seconds = 2**63
    raw = WITNESS.private.sign(message(Algorithm.COSIGNATURE, name="", seconds=seconds, checkpoint=CHECKPOINT))
    forged = Signature(WITNESS.name, key.key_id, seconds.to_bytes(8, "big") + raw)
    with pytest.raises(Altered):
        key.verify(forged, CHECKPOINT)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_with_one_of_our_errors(data):
    for read in (Note.parse, parse_vkeys, lambda item: open_checkpoint(item, TRUSTED)):
        with pytest.raises(DeclarationError):
            read(data)
