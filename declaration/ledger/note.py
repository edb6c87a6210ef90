"""Signed notes (C2SP signed-note), and the checkpoints that travel in them.

A note is a text, an empty line, and signature lines. `open_checkpoint` is the one way from a note to a `Checkpoint`
that may be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from declaration.errors import Altered, CannotBeVerified, InputRefused, LimitExceeded
from declaration.ledger.checkpoint import Checkpoint, unb64
from declaration.ledger.keys import (
    DASH,
    KEY_ID_SIZE,
    Algorithm,
    Signature,
    SigningKey,
    VerifierKey,
    encode_vkeys,
    is_key_name,
    parse_vkeys,
)

__all__ = [
    "Algorithm",
    "Checkpoint",
    "Note",
    "Signature",
    "SigningKey",
    "VerifierKey",
    "cosign",
    "encode_vkeys",
    "open_checkpoint",
    "parse_vkeys",
    "sign_checkpoint",
]

MAX_NOTE: Final = 128 * 1024
"""Bytes of a note: C2SP signed-note ("Format") asks for at least 16 signatures of up to 5 kB, 107 kB in base64."""
_DASH: Final = DASH.encode()
_CONTROL: Final = bytes({*range(0x20)} - {0x0A})
"""Bytes that no note holds: ASCII control characters other than newline (C2SP signed-note, "Format")."""


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, well formed and not yet verified.

    Args:
        text: what is signed, with its last newline.
        signatures: at least one.

    """

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the bytes of the note."""
        return (self.text + "\n" + "".join(f"{item.line}\n" for item in self.signatures)).encode()

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note strictly; `encode` of the result gives `data` again (C2SP signed-note, "Format").

        Raises:
            InputRefused: not UTF-8, control characters, or no well-formed signature lines.
            LimitExceeded: longer than `MAX_NOTE` bytes.

        """
        if len(data) > MAX_NOTE:
            raise LimitExceeded(
                "note.size",
                f"The note is {len(data)} bytes long, {MAX_NOTE} are allowed.",
                hint="Check that it is the right file.",
            )
        text, gap, lines = data.rpartition(b"\n\n")
        if not gap or not lines.endswith(b"\n"):
            _malformed("no signature lines follow an empty line")
        if len(text.translate(None, _CONTROL)) != len(text):
            _malformed("it holds a control character")
        return cls(_decoded(text) + "\n", tuple([_parse_line(line) for line in lines[:-1].split(b"\n")]))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        _malformed("it is not UTF-8")


def _malformed(why: str) -> NoReturn:
    raise InputRefused(
        "note.malformed", f"The file is not a signed note: {why}.", hint="Get the file again from its source."
    )


def _parse_line(line: bytes) -> Signature:
    parts = line.removeprefix(_DASH).split(b" ")
    if not line.startswith(_DASH) or len(parts) != 2 or not is_key_name(name := _decoded(parts[0])):
        _malformed("a signature line is not a dash, a key name and base64")
    data = unb64(parts[1])
    if data is None or len(data) <= KEY_ID_SIZE:
        _malformed("a signature is not canonical base64 of a key id and a signature")
    return Signature(name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey], *, at: datetime) -> bytes:
    """Return the note of a checkpoint, with one signature line a key, in the order of the keys.

    Args:
        checkpoint: the head to sign; a ledger never signs two that contradict each other.
        keys: at least one.
        at: the moment of signing, timezone-aware.

    Raises:
        InputRefused: no keys, or a moment that cannot be signed.

    """
    if not keys:
        raise InputRefused("note.keys", "A note needs a signature.", hint="Give at least one key.")
    return Note(checkpoint.text, tuple(key.sign(checkpoint, at=at) for key in keys)).encode()


def cosign(note: bytes, key: SigningKey, *, at: datetime) -> bytes:
    """Return a checkpoint's note with one more signature line: what a witness answers.

    A witness first opens the note with the ledger's keys, and verifies that the checkpoint continues the last one it
    signed (C2SP tlog-cosignature, "Format"); this function does neither.

    Raises:
        InputRefused: not the note of a checkpoint.

    """
    parsed = Note.parse(note)
    signature = key.sign(Checkpoint.parse(parsed.text), at=at)
    return Note(parsed.text, (*parsed.signatures, signature)).encode()


def open_checkpoint(note: bytes, keys: Sequence[VerifierKey], *, require_all: bool = True) -> Checkpoint:
    """Verify a note with trusted keys and return its checkpoint.

    Lines by unknown keys are ignored; every line by a known key must verify (C2SP signed-note, "Signatures").

    Args:
        note: bytes of the checkpoint file.
        keys: trusted keys: those of the ledger, named by its origin, and those of witnesses, if any.
        require_all: whether each key must have signed; otherwise one key named by the origin is enough.

    Raises:
        Altered: the note is malformed, a signature by a known key does not match, or the checkpoint is of another
            ledger than the keys.
        CannotBeVerified: no keys are given, or a signature that is required is missing.

    """
    try:
        parsed = Note.parse(note)
        checkpoint = Checkpoint.parse(parsed.text)
    except InputRefused as error:
        raise Altered("ledger.checkpoint", error.message, hint=error.hint) from error
    signed: list[VerifierKey] = []
    for key in keys:
        lines = [item for item in parsed.signatures if key.matches(item)]
        for line in lines:
            key.verify(line, checkpoint)
        if lines:
            signed.append(key)
        elif require_all:
            _unsigned(f"by {key.name} ({key.algorithm.name})")
    if not signed:
        _unsigned("by any trusted key")
    # a witness signs many ledgers: only a key of this one's own says that the checkpoint belongs here
    if checkpoint.origin not in {key.name for key in signed}:
        raise Altered(
            "ledger.origin",
            f"The checkpoint is of the ledger {checkpoint.origin}, and none of the keys is.",
            hint="Check that ledger and verifier keys belong together.",
        )
    return checkpoint


def _unsigned(whom: str) -> NoReturn:
    raise CannotBeVerified(
        "ledger.unsigned",
        f"The checkpoint is not signed {whom}.",
        hint="Check that the verifier keys are those of this ledger.",
    )
