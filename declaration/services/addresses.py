"""Addresses of e-mail: which we write to, and in which one form.

Only what every relay carries: a dot-atom of ASCII before the @ (RFC 5321, section 4.1.2), a domain name after it. A
domain in other letters is written in its ASCII form (IDNA 2008, RFC 5891), so that no relay needs to know SMTPUTF8.
"""

from __future__ import annotations

import re
from typing import Final

import idna

from declaration.errors import InputRefused

MAX_ADDRESS: Final = 254
"""Characters of an address (RFC 5321, section 4.5.3.1.3, without the angle brackets)."""
MAX_LOCAL: Final = 64
"""Characters before the @ (RFC 5321, section 4.5.3.1.1)."""
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*", re.ASCII)


def read_address(written: str) -> str:
    """Return an address as it is written to, its domain in lower-case ASCII.

    Raises:
        InputRefused: ``mail.address``; ``mail.address-letters``, letters outside ASCII before the @.

    """
    local, _, domain = written.strip(" ").rpartition("@")
    if len(written) <= MAX_ADDRESS and local and not local.isascii() and local.isprintable():
        raise InputRefused(
            "mail.address-letters",
            "Before the @ of an address stand letters that not every mail server takes.",
            hint="Use an address that has only a to z, digits and common signs before the @.",
        )
    address = f"{local}@{_domain(domain)}"
    if len(local) > MAX_LOCAL or len(address) > MAX_ADDRESS or not _LOCAL.fullmatch(local):
        raise _wrong()
    return address


def _domain(written: str) -> str:
    try:
        domain = idna.encode(written, uts46=True).decode("ascii").lower()
    except (UnicodeError, ValueError) as error:  # IDNAError is a UnicodeError
        raise _wrong() from error
    # a domain of one label is a machine of ours; digits alone at the end are an address of the network
    last = domain.rpartition(".")[2]
    if "." not in domain or domain.endswith(".") or last.isdigit():
        raise _wrong()
    return domain


def _wrong() -> InputRefused:
    return InputRefused(
        "mail.address",
        "This is not an address of e-mail.",
        hint="Write it like name@example.org, without anything else.",
    )
