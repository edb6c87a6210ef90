"""A timestamp authority somewhere else (RFC 3161 section 3.4, over HTTP): bounded, and not believed unread."""

from __future__ import annotations

import http.client
import time
from datetime import datetime
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from cryptography import x509

from declaration.errors import ConfigurationError
from declaration.signing.timestamp import MAX_TOKEN, request, token_of, verify_token

CONNECT_SECONDS: Final = 10.0
"""Seconds to wait for a connection, or for the next byte."""
TOTAL_SECONDS: Final = 20.0
"""Seconds for a whole answer: an authority that sends a byte now and then must not hold a signatory up."""
MAX_RESPONSE: Final = 2 * MAX_TOKEN
"""Bytes of an answer: a token, and a status around it."""
_PIECE: Final = 4096


class RemoteAuthority:
    """An external timestamp authority.

    Each token is verified before it is used. A certificate of ten minutes begins a minute early, so the authority's
    clock may be that much behind ours.

    Args:
        url: http or https; redirections are not followed.
        root: pinned root of the authority.
        seconds: to wait for a connection or the next byte.
        total: seconds for the whole answer.

    """

    def __init__(
        self,
        url: str,
        *,
        root: x509.Certificate,
        seconds: float = CONNECT_SECONDS,
        total: float = TOTAL_SECONDS,
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise _unusable(url, "it is not a web address")
        self._url = url
        self._root = root
        self._seconds = seconds
        self._total = total

    def stamp(self, imprint: bytes, *, nonce: int, at: datetime) -> bytes:  # noqa: ARG002 - it has its own clock
        """Return a verified token, see `declaration.signing.timestamp.TimestampAuthority`.

        Raises:
            ConfigurationError: ``timestamp.unreachable``: no answer, too late, too long, or not of the right type.
            VerificationError: the answer is a refusal, or its token does not verify.

        """
        token = token_of(self._post(request(imprint, nonce=nonce)))
        verify_token(token, imprint=imprint, root=self._root, nonce=nonce)
        return token

    def _post(self, query: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        sending = Request(self._url, data=query, headers=headers, method="POST")  # noqa: S310 - checked when made
        deadline = time.monotonic() + self._total
        try:
            with _opener().open(sending, timeout=self._seconds) as answer:
                kind = answer.headers.get_content_type()
                if kind != "application/timestamp-reply":
                    raise _unusable(self._url, f"it answered with {kind[:80]}")
                return self._read(answer, deadline)
        except HTTPError as error:
            error.close()
            raise _unusable(self._url, f"it answered with status {error.code}") from error
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            raise _unusable(self._url, f"{type(error).__name__}: {error}"[:200]) from error

    def _read(self, answer: http.client.HTTPResponse, deadline: float) -> bytes:
        received = bytearray()
        while piece := answer.read1(_PIECE):
            received += piece
            if len(received) > MAX_RESPONSE:
                raise _unusable(self._url, f"its answer is longer than {MAX_RESPONSE} bytes")
            if time.monotonic() > deadline:
                raise _unusable(self._url, f"its answer takes longer than {self._total:g} seconds")
        return bytes(received)


def _opener() -> OpenerDirector:
    """Return what speaks HTTP and follows nothing: an authority is trusted at its address."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPErrorProcessor(), HTTPDefaultErrorHandler()):
        opener.add_handler(handler)
    return opener


def _unusable(url: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        "timestamp.unreachable",
        f"The timestamp authority {url} cannot be used: {why}.",
        hint="Try again, or set another one.",
    )
